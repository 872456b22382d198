"""Set the clock forward and back while work goes on: is anything lost, done twice, or taken for dead?

`python -m benchmarks.reliability.clock` runs the same job and reads the same state with the clock of this process set
to other days: the functions that tell the time are given another start, and the files another age, as they would have
after a jump. Durations are counted by a clock that nobody can set; this looks for places where they are not. Prints a
line for each jump; exit code 1 where something is wrong.
"""

import os
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import psutil

from benchmarks._killed import call, write_rows
from store import Workspace
from store.database_copies import copy_if_due
from store.processes import alive, born

JUMPS = {"an hour back": -3600, "a day back": -86400, "ten years back": -315_360_000, "a minute on": 60,
         "a day on": 86400, "ten years on": 315_360_000}  # fmt: skip
CHECKS = ("alive", "job goes on", "queue", "order", "yes", "copies")
"""The columns: a process that runs counts as alive; a job that runs is neither lost nor begun again; one that waits
still waits; versions and events keep their order; a question can be answered and its yes used once; the state is still
copied."""


@contextmanager
def set_clock(seconds: float) -> Generator[None]:
    """The clock of this process, and what the system says of its start, as after a jump."""
    now, system = time.time, vars(psutil)["_psplatform"]
    booted = system.boot_time  # the start of a process is counted from it
    with patch("time.time", lambda: now() + seconds), patch.object(system, "boot_time", lambda: booted() + seconds):
        yield


def found(folder: Path, seconds: float) -> dict[str, bool]:
    """Begin things, set the clock, and look at them."""
    with Workspace(folder / "home") as ws:
        write_rows(ws)
        here = born()
        job = ws.jobs.start("audit", "benchmarks.reliability.waits", {})
        first = ws.jobs.start("train", "benchmarks.reliability.waits", {"n": 1})
        second = ws.jobs.start("train", "benchmarks.reliability.waits", {"n": 2})
        while ws.jobs.get(job.id).state != "running" or ws.jobs.get(first.id).state != "running":
            time.sleep(0.05)
        copy_if_due(ws.home / "workspace.sqlite", every_seconds=0)
        for copy in (ws.home / "snapshots").glob("*.sqlite"):
            os.utime(copy, (time.time() - seconds, time.time() - seconds))
        with set_clock(seconds):
            told = {"alive": alive(here), "job goes on": ws.jobs.get(job.id).state == "running"}
            told["queue"] = ws.jobs.get(second.id).state == "queued"
            call(ws, "load_dataset", source="big.csv")
            call(ws, "split_dataset", dataset="big")
            thread = ws.conversations.current().id
            events = [ws.conversations.append(thread, "t", {"event": "said", "text": str(n)}).seq for n in range(3)]
            told["order"] = events == [1, 2, 3] and [v.number for v in ws.datasets.versions("big")] == [1, 2]
            told["yes"] = not ws.approvals.pending()
            due = copy_if_due(ws.home / "workspace.sqlite") is not None
            told["copies"] = due if abs(seconds) > 60 else True
        for each in (job, first, second):
            (each.folder / "stop").touch()
        while any(ws.jobs.get(each.id).live for each in (job, first, second)):
            time.sleep(0.05)
        told["job goes on"] = told["job goes on"] and ws.jobs.get(job.id).state == "done"
        return told


def main() -> None:
    """Print a line for each jump."""
    print(f"| the clock is set | {' | '.join(CHECKS)} |\n|{'---|' * (len(CHECKS) + 1)}")
    bad = 0
    for name, seconds in JUMPS.items():
        with tempfile.TemporaryDirectory() as folder:
            told = found(Path(folder), seconds)
        print(f"| {name} | {' | '.join('yes' if told[each] else 'NO' for each in CHECKS)} |", flush=True)
        bad += sum(not each for each in told.values())
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
