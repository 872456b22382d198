"""Give each operation too little memory: does it end in a sentence or go through, and is nothing half done?

`python -m benchmarks.reliability.memory_limit [MOMENTS] [SEED]` limits the address space of a process of its own to
what it has when everything is imported and so many megabytes more, and prints a line for each operation. A process that
the system ends for its memory counts as killed. Exit code 1 where something is half done, or did not go on afterwards
with memory enough.
"""

import random
import resource
import shutil
import sys
import tempfile
import traceback
from collections import Counter
from os import _exit, fork, waitpid, waitstatus_to_exitcode
from pathlib import Path

import psutil

from benchmarks._killed import OPERATIONS, prepared
from benchmarks.kill import left, state
from store import StoreError, Workspace

COUNTED = ("tried", "done", "told", "memory error", "killed", "broke", "broken", "goes on")
"""The columns: tries; those that went through, ended with a sentence, with Python's MemoryError, by the system, in
another way; that left something half done; and after how many it came to its right end with memory enough."""
CODES = {0: "done", 3: "told", 4: "memory error", 5: "broke"}
MOST_MEGABYTES = 400


def limited(home: Path, operation: str, megabytes: int | None) -> str:
    """Do an operation in a fork with so many megabytes more than it has; gives how it ended."""
    if child := fork():
        return CODES.get(waitstatus_to_exitcode(waitpid(child, 0)[1]), "killed")
    code = 5
    try:
        if megabytes is not None:
            most = psutil.Process().memory_info().vms + megabytes * 2**20
            resource.setrlimit(resource.RLIMIT_AS, (most, most))
        with Workspace(home) as ws:
            OPERATIONS[operation].run(ws)
        code = 0
    except StoreError:
        code = 3
    except MemoryError:
        code = 4
    except BaseException:  # noqa: BLE001 - a fork must not go on as its parent
        traceback.print_exc()
    _exit(code)


def tried(ready: Path, operation: str, moments: int, drawn: random.Random) -> Counter[str]:
    """Try an operation with too little memory so many times, and count."""
    copy = ready.with_name("copy")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(ready, copy)
    assert limited(copy, operation, None) == "done"
    whole = state(copy)
    counts: Counter[str] = Counter()
    for _ in range(moments):
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(ready, copy)
        counts["tried"] += 1
        counts[limited(copy, operation, drawn.randrange(1, MOST_MEGABYTES))] += 1
        found = left(copy, whole)
        for problem in found.broken:
            print(f"  {operation}: {problem}", file=sys.stderr)
        counts["broken"] += bool(found.broken) or bool(found.uncleared)
        limited(copy, operation, None)
        counts["goes on"] += state(copy) == whole
    return counts


def main() -> None:
    """Print a line for each operation."""
    moments, seed = (*map(int, sys.argv[1:]), *(25, 0)[len(sys.argv) - 1 :])
    bad = False
    print(f"| operation | {' | '.join(COUNTED)} |\n|{'---|' * (len(COUNTED) + 1)}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for operation in OPERATIONS:
            ready = prepared(Path(folder), operation)
            counts = tried(ready, operation, moments, random.Random(f"{seed} {operation}"))
            print(f"| {operation} | {' | '.join(str(counts[each]) for each in COUNTED)} |", flush=True)
            bad = bad or bool(counts["broken"]) or counts["goes on"] < counts["tried"]
    sys.exit(bad)


if __name__ == "__main__":
    main()
