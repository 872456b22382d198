"""How long the profile of a million rows of chat data takes, beside pandas and a public profiling library.

    python -m benchmarks.profile ../shared/data [--rows 1000000] [--profiler-venv FOLDER] [--memory 12] [--seconds 900]

The rows are put together from real questions and answers (`benchmarks.chat_rows`). Each way runs alone in its own
process. pandas gives the same facts. The library, fg-data-profiling, needs an older pandas, so it has its own
environment, made if it is not there. It gives fewer facts: no tokens, languages, personal data or normalised repeats.
Where it needs more than `--memory` GB or `--seconds`, that is told.
"""

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from benchmarks.chat_rows import write
from store import Workspace
from store.engine import literal

LIBRARY = ["fg-data-profiling==4.20.0", "pandas<3", "pyarrow", "setuptools"]
SCRIPT = Path(__file__).with_name("profile_library.py")
PARTS = 10
CHATS = "select prompt, completion from read_parquet({})"
MESSAGES = (
    "select [{{'role': 'user', 'content': prompt}}, {{'role': 'assistant', 'content': completion}}] as messages"
    " from read_parquet({})"
)


@dataclass(frozen=True)
class Way:
    """A command that profiles, and what it profiles."""

    name: str
    rows: int
    command: list[str]


def main() -> None:
    """Make the rows, run every way, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--profiler-venv", type=Path, help="environment of the library; left out if not given")
    parser.add_argument("--memory", type=int, default=12, help="GB of address space that the library may take")
    parser.add_argument("--seconds", type=int, default=900, help="the longest that one way may take")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        ways = prepared(Path(home), options.folder.resolve(), options.rows, options.profiler_venv)
        print(machine(), "\n", flush=True)
        print(f"{'':28}{'rows':>12}{'seconds':>10}{'processor s':>13}{'peak GB':>9}")
        found: dict[tuple[str, int], dict[str, Any]] = {}
        for way in ways:
            gigabytes = options.memory if way.name.startswith("fg-") else 0
            found[way.name, way.rows] = measured(way, options.seconds, gigabytes)
    compared(found, options.rows)


def prepared(home: Path, folder: Path, rows: int, venv: Path | None) -> list[Way]:
    """The rows in all shapes, and the ways to profile them."""
    file, part = home / "rows.parquet", home / "part.parquet"
    write(folder, file, rows)
    write(folder, part, rows // PARTS)
    with Workspace(home / "home", readable=(home,)) as ws, ws.approvals.typed("load_dataset", {}):
        pairs = {"prompt": "prompt", "completion": "completion"}
        for name, select, source, roles in (
            ("chats", CHATS, file, pairs),
            ("part", CHATS, part, pairs),
            ("messages", MESSAGES, file, {"messages": "messages"}),
        ):
            query = select.format(literal(str(source)))
            ws.datasets.add(name, query, sentence="Made.", recipe={}, roles=roles, folders=[home])
    here = [sys.executable, "-m", "benchmarks.profile_runs"]
    at = str(home / "home")
    ways = [
        Way("Tunewright", rows, [*here, "ours", at, "chats", ""]),
        Way("Tunewright, messages", rows, [*here, "ours", at, "messages", ""]),
        Way("Tunewright", rows // PARTS, [*here, "ours", at, "part", ""]),
        Way("pandas", rows // PARTS, [*here, "pandas", at, str(part), str(rows)]),
        Way("pandas", rows, [*here, "pandas", at, str(file), str(rows)]),
    ]
    if venv:
        theirs = [str(library(venv)), str(SCRIPT)]
        ways += [
            Way("fg-data-profiling, minimal", rows // PARTS, [*theirs, str(part), "minimal"]),
            Way("fg-data-profiling", rows // PARTS, [*theirs, str(part), "default"]),
            Way("fg-data-profiling", rows, [*theirs, str(file), "default"]),
        ]
    return ways


def library(venv: Path) -> Path:
    """The Python of the library's environment, made if need be."""
    python = venv.resolve() / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", *LIBRARY], check=True)
    return python


def measured(way: Way, seconds: int, gigabytes: int) -> dict[str, Any]:
    """Run a way and print its line; without seconds if it did not come to an end."""

    def bounded() -> None:
        if gigabytes:
            resource.setrlimit(resource.RLIMIT_AS, (gigabytes * 10**9, gigabytes * 10**9))

    try:
        run = subprocess.run(way.command, capture_output=True, text=True, timeout=seconds, preexec_fn=bounded)
    except subprocess.TimeoutExpired:
        print(f"{way.name:28}{way.rows:12,}  more than {seconds} s", flush=True)
        return {}
    if run.returncode:
        why = run.stderr.strip().splitlines()[-1:] or ["ended without a word"]
        told = f"more than {gigabytes} GB" if "Memory" in why[0] or run.returncode < 0 else why[0]
        print(f"{way.name:28}{way.rows:12,}  {told[:120]}", flush=True)
        return {}
    found: dict[str, Any] = json.loads(run.stdout.strip().splitlines()[-1])
    figures = f"{found['seconds']:10.1f}{found['processor']:13.1f}{found['peak'] / 1e9:9.2f}"
    print(f"{way.name:28}{way.rows:12,}{figures}", flush=True)
    return found


def compared(found: dict[tuple[str, int], dict[str, Any]], rows: int) -> None:
    """How many times as long the others take, for a tenth and for all; the library's million scaled up if it failed."""
    print()
    for count in (rows, rows // PARTS):
        mine = found.get(("Tunewright", count))
        for name in ("pandas", "fg-data-profiling"):
            other = found.get((name, count), {})
            scale, told = 1, ""
            if not other and count == rows and (other := found.get((name, rows // PARTS), {})):
                scale, told = PARTS, f" (scaled up from {rows // PARTS:,})"
            if mine and other:
                times = {key: scale * other[key] / mine[key] for key in ("seconds", "processor")}
                print(
                    f"{count:,} rows: {name} takes {times['seconds']:.1f} times as long as Tunewright, and"
                    f" {times['processor']:.1f} times the processor time{told}"
                )
    mine, theirs = found.get(("Tunewright", rows), {}), found.get(("pandas", rows), {})
    if mine and theirs:
        print(f"exact repeats: {mine['repeated']:,} beside {theirs['repeated']:,} by pandas;", end=" ")
        print(f"after normalising {mine['normalised']:,} beside {theirs['normalised']:,}")


def machine() -> str:
    """What it was measured on, and how busy that was."""
    memory = psutil.virtual_memory()
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    return (
        f"{platform.machine()}, {psutil.cpu_count()} cores, {memory.total / 1e9:.0f} GB"
        f" ({memory.available / 1e9:.0f} GB free), Python {platform.python_version()}, load {load} before the first run"
    )


if __name__ == "__main__":
    main()
