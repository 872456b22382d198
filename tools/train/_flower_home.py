"""The environment that Flower runs in: beside the app's own, made on request.

    python -m tools.train._flower_home [FOLDER]

It holds Flower and what that brings, at versions the app cannot have; all else, torch first, it takes from the app's
environment, which a `.pth` file adds behind its own packages. So little is downloaded, and both compute with the same
code.
"""

import hashlib
import json
import os
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Mapping
from pathlib import Path

from filelock import FileLock
from platformdirs import user_cache_path

from store import StoreError
from store.worker import write_last

REQUIREMENTS = Path(__file__).with_name("requirements-federated.txt")
DOWNLOAD_BYTES = 121_000_000
"""What is downloaded, counted on Linux with Python 3.11."""
DISK_BYTES = 470_000_000
MARK = "tunewright.json"
Tell = Callable[[float, str], None]
"""Told of the share that is done, and what is being done. It may raise to break the making off."""


def flower_home(environ: Mapping[str, str] = os.environ) -> Path:
    """The folder that TUNEWRIGHT_FLOWER names, else `tunewright/flower` in the user's cache."""
    named = environ.get("TUNEWRIGHT_FLOWER")
    return Path(named).expanduser() if named else user_cache_path("tunewright") / "flower"


def flower_python(home: Path) -> Path | None:
    """The Python of a finished environment: one made here, or one of the user's own that has Flower and torch."""
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        return None
    mark = home / MARK
    made_here = mark.exists() and json.loads(mark.read_text()) == _mark()
    return python if made_here or _users_own(home) else None


def make(home: Path, tell: Tell) -> Path:
    """Make the environment, unless it is there; a second caller waits for the first.

    Raises:
        StoreError: The packages could not be had; the message has what pip said.
    """
    home.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{home}.lock"):
        if found := flower_python(home):
            return found
        if home.exists() and any(home.iterdir()) and not (home / "pyvenv.cfg").exists():
            raise StoreError(
                f"{home} holds other files, so no environment for Flower is made there. Name an empty folder with "
                "TUNEWRIGHT_FLOWER."
            )
        tell(0.0, "Making an environment for Flower")
        _run([sys.executable, "-m", "venv", "--clear", str(home)])
        python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        _install(python, tell)
        site = _run([str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]).strip()
        (Path(site) / "tunewright.pth").write_text(f"{_app()}\n")
        write_last(home / MARK, _mark())
        return python


def _install(python: Path, tell: Tell) -> None:
    pins = sum(1 for line in REQUIREMENTS.read_text().splitlines() if line and not line.startswith("#"))
    flags = [
        "--no-deps",
        "--only-binary",
        ":all:",
        "--no-input",
        "--disable-pip-version-check",
        "--progress-bar",
        "off",
    ]
    command = [str(python), "-m", "pip", "install", *flags, "-r", str(REQUIREMENTS)]
    done, last = 0, ""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip:
        assert pip.stdout
        try:
            for line in pip.stdout:
                done += line.startswith("Collecting")
                last = line.strip() if line.startswith("ERROR") or not last.startswith("ERROR") else last
                tell(0.95 * min(1.0, done / pins), f"Downloading Flower: {min(done, pins)} of {pins} packages")
        except BaseException:
            pip.terminate()
            raise
    if pip.returncode:
        raise StoreError(
            f"Flower could not be downloaded ({last.removeprefix('ERROR: ')[:200]}). Nothing was trained. Resume the "
            "run when the package index can be reached."
        )


def _run(command: list[str]) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        told = str(getattr(error, "stderr", "") or error).strip()[-200:]
        raise StoreError(f"An environment for Flower could not be made: {told}") from error


def _users_own(home: Path) -> bool:
    site = [*home.glob("lib/python3*/site-packages"), *home.glob("Lib/site-packages")]
    flower = next(line for line in REQUIREMENTS.read_text().splitlines() if line.startswith("flwr=="))
    wanted = f"flwr-{flower.removeprefix('flwr==')}.dist-info"
    return any((folder / wanted).exists() and any(folder.glob("torch-*.dist-info")) for folder in site)


def _mark() -> dict[str, str]:
    """What the environment was made of: with another Python, app or list of packages it is made anew."""
    return {
        "packages": hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest(),
        "python": sys.version.split()[0],
        "app": _app(),
    }


def _app() -> str:
    return str(Path(sysconfig.get_path("purelib")).resolve())


if __name__ == "__main__":
    where = Path(sys.argv[1]) if len(sys.argv) > 1 else flower_home()
    sys.stderr.write(f"{make(where, lambda share, text: None)}\n")
