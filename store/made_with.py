"""What figures are made with: the code, the libraries and the machine, written down when they are made."""

import os
import platform
import re
import shutil
import subprocess
import tomllib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
LIBRARIES = (
    "torch", "transformers", "peft", "trl", "tokenizers", "datasets", "accelerate", "evaluate", "sacrebleu",
    "rouge-score", "scikit-learn", "fairlearn", "scipy", "statsmodels", "numpy", "captum", "duckdb", "pyarrow",
)  # fmt: skip
"""Those whose version can change a figure."""
SECONDS = 5
"""How long git may take to say where the code is."""


def made_with() -> dict[str, Any]:
    """The code, the libraries and the machine as they are now, as JSON: {"code", "libraries", "machine"}."""
    return {"code": code(), "libraries": libraries(), "machine": machine()}


@cache
def code() -> dict[str, Any]:
    """The version of this program, and the commit if it runs from a checkout; read once, as the code is.

    Returns:
        {"version"} and, in a checkout, {"commit", "changed"}: whether tracked files differ from the commit.
    """
    found: dict[str, Any] = {"version": _own_version()}
    if (ROOT / ".git").exists() and (commit := _git("rev-parse", "HEAD")):
        found |= {"commit": commit, "changed": bool(_git("status", "--porcelain", "--untracked-files=no"))}
    return found


@cache
def libraries() -> dict[str, str]:
    """The version of each library that is installed, Python first."""
    found = {"python": platform.python_version()}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


@cache
def machine() -> dict[str, Any]:
    """The system, the processor, its cores, and the graphics cards that the driver lists."""
    return {
        "system": platform.platform(),
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "gpus": _gpus(),
    }


def _own_version() -> str:
    try:
        return version("tunewright")
    except PackageNotFoundError:  # run from its folder without being installed
        file = ROOT / "pyproject.toml"
        return tomllib.loads(file.read_text())["project"]["version"] if file.exists() else "unknown"


def _git(*words: str) -> str:
    if not (git := shutil.which("git")):
        return ""
    try:
        done = subprocess.run([git, "-C", str(ROOT), *words], capture_output=True, text=True, timeout=SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _gpus() -> list[str]:
    found: list[str] = []
    for file in sorted(Path("/proc/driver/nvidia/gpus").glob("*/information")):
        try:
            told = re.search(r"^Model:\s*(.+)$", file.read_text(), re.MULTILINE)
        except OSError:
            continue
        found += [told[1].strip()] if told else []
    return found
