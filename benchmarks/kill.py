"""Kill -9 in the middle of loading, applying, augmenting and exporting: is every version whole or absent?

`python -m benchmarks.kill [MOMENTS] [SEED]` tries each operation at so many random moments (50), on a workspace of its
own each time, and prints what was found. A moment is drawn evenly from the time that the operation takes when it is
left alone; where it comes to the end first, another is drawn. Exit code 1 where anything is broken.
"""

import random
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks._killed import OPERATIONS, Killer, killer, prepared
from store import Workspace
from store.content import content
from store.engine import engine, literal

READERS = {"csv": "read_csv", "jsonl": "read_json", "parquet": "read_parquet"}
COUNTED = ("killed", "all there", "some absent", "broken", "leftovers", "uncleared", "orphans", "goes on")
"""The columns: kills; of these, those that left all versions and files, some of them, one of them broken; unfinished
files that a kill left, those still there after opening, files of versions that the database does not know; and after
how many kills doing it again came to the same end."""
TRIES = 20
"""Moments to draw until one falls before the end of the operation."""


@dataclass(frozen=True)
class State:
    """All that outlives a process, by its content.

    Attributes:
        versions: SHA-256 of the rows, by dataset and number.
        applied: The fixes that are marked as applied.
        exports: (rows, a hash of them) by file name; an error where a file cannot be read.
    """

    versions: dict[str, str]
    applied: list[str]
    exports: dict[str, str]


@dataclass(frozen=True)
class Found:
    """What a kill left."""

    broken: list[str]
    absent: int
    """Versions and exports that were not finished."""
    leftovers: int
    """Unfinished files and folders that were there, before the workspace was opened again."""
    orphans: int
    """Files with the name of a version that the database does not know; the next version of that number replaces it."""
    uncleared: int
    """Unfinished files and folders that are still there after it was opened."""


def state(home: Path) -> State:
    """Read all that is in a workspace."""
    with Workspace(home) as ws:
        versions = {
            f"{name} {version.number}": content(version.path).whole if version.path.exists() else "no file"
            for name in ws.datasets.names()
            for version in ws.datasets.versions(name)
        }
        exports = ws.folder / "exports"
        read = {path.name: _exported(path) for path in sorted(exports.glob("[!.]*"))} if exports.exists() else {}
        applied = [fix.id for fix in ws.fixes.all(state="applied")]
        line = ws.datasets.lineage("big", ws.datasets.head("big").number) if "big" in ws.datasets.names() else []
        made = [version.recipe["fix"] for version in line if "fix" in version.recipe]
        assert sorted(made) == sorted(applied), f"{made} made the versions, and {applied} are marked as applied"
        return State(versions, applied, read)


def left(home: Path, whole: State) -> Found:
    """What a kill left, beside the state that the operation ends in when it is left alone."""
    leftovers = len(_unfinished(home))
    broken: list[str] = []
    try:
        now = state(home)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the finding
        return Found([f"{type(error).__name__}: {error}"], 0, leftovers, 0, 0)
    for kind, has, wanted in (("version", now.versions, whole.versions), ("export", now.exports, whole.exports)):
        broken += [f"{kind} {name}: {got}" for name, got in has.items() if wanted.get(name) != got]
    absent = len(whole.versions) - len(now.versions) + len(whole.exports) - len(now.exports)
    files = {path.name for path in home.glob("projects/*/datasets/*-v*.parquet")}
    known = {f"{name.replace(' ', '-v')}.parquet" for name in now.versions}
    return Found(broken, absent, leftovers, len(files - known), len(_unfinished(home)))


def _exported(path: Path) -> str:
    reader = READERS[path.suffix[1:]]
    try:
        with engine([path.parent]) as con:
            rows = con.execute(
                f"select count(*), bit_xor(hash(t)) from {reader}({literal(str(path.resolve()))}) t"
            ).fetchone()
    except Exception as error:  # noqa: BLE001 - a file that cannot be read is the finding
        return str(error)
    return str(rows)


def _unfinished(home: Path) -> list[Path]:
    return [path for path in home.rglob(".*") if not any(part.startswith(".") for part in path.parent.parts[-3:])]


def tried(program: Killer, ready: Path, operation: str, moments: int, rng: random.Random) -> dict[str, int]:
    """Kill an operation at so many random moments, and count what was found."""
    copy = ready.with_name("copy")
    seconds: list[float] = []
    for _ in range(3):
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(ready, copy)
        seconds.append(program.run(copy, operation))
    whole = state(copy)
    counts: dict[str, int] = dict.fromkeys(COUNTED, 0)
    for _ in range(moments):
        for _ in range(TRIES):
            shutil.rmtree(copy)
            shutil.copytree(ready, copy)
            if program.run(copy, operation, after=rng.uniform(0, sorted(seconds)[1])) < 0:
                break
        else:
            continue
        found = left(copy, whole)
        for problem in found.broken:
            print(f"  {operation}: {problem}", file=sys.stderr)
        program.run(copy, operation)
        counts["killed"] += 1
        counts["all there"] += not found.broken and not found.absent
        counts["some absent"] += not found.broken and found.absent > 0
        counts["broken"] += bool(found.broken)
        counts["leftovers"] += found.leftovers
        counts["uncleared"] += found.uncleared
        counts["orphans"] += found.orphans
        counts["goes on"] += state(copy) == whole
    return counts


def main() -> None:
    """Print a line for each operation."""
    moments, seed = (*map(int, sys.argv[1:]), *(50, 0)[len(sys.argv) - 1 :])
    heads: list[str] = []
    bad = False
    with tempfile.TemporaryDirectory() as folder, killer() as program:
        for operation in OPERATIONS:
            ready = prepared(Path(folder), operation)
            counts = tried(program, ready, operation, moments, random.Random(f"{seed} {operation}"))
            if not heads:
                heads = list(counts)
                print(f"| operation | {' | '.join(heads)} |\n|{'---|' * (len(heads) + 1)}")
            print(f"| {operation} | {' | '.join(str(counts[head]) for head in heads)} |", flush=True)
            bad = bad or bool(counts["broken"] or counts["uncleared"]) or counts["goes on"] < counts["killed"]
    sys.exit(bad)


if __name__ == "__main__":
    main()
