"""Jobs that must run alone wait for one another, and begin in the order in which they were asked for.

A job waits as long as its folder says nothing of a process. Whoever comes by begins the next one: the process that
asks for it, the worker that ends, and everyone who opens the workspace or looks at a job that waits. So a queue goes
on when the app is closed, and after a worker was killed.
"""

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Literal

from store.database import Database
from store.fork_server import FORK_SERVER
from store.processes import alive, born, end
from store.written import write_first

State = Literal["queued", "running", "done", "failed", "stopped", "cancelled", "interrupted"]
ALONE = {"train"}
"""Kinds of which one at a time may run in a workspace; the others wait."""
STARTING_SECONDS = 60
RECENT = 500
"""The last jobs of a workspace, among which the live ones are."""


def folder_of(home: Path, id_: int) -> Path:
    """The folder of a job."""
    return home / "jobs" / str(id_)


def begin_next(db: Database, home: Path) -> None:
    """Begin the first job in the queue, if none is running. Two processes never begin the same one.

    The transaction keeps others out, and is over when its process is killed. If that happens after the worker began
    and before this was written down, the worker itself says that it runs; see `mine`.
    """
    if not waiting(db, home):
        return
    with db.change():
        queue = waiting(db, home)
        if queue and not _one_runs(db, home):
            id_, module = queue[0]
            spawn(module, folder_of(home, id_))


def waiting(db: Database, home: Path) -> list[tuple[int, str]]:
    """Number and module of the jobs that wait for their turn, the first one first."""
    return [(id_, module) for id_, module in _alone(db) if state_of(folder_of(home, id_), alone=True)[0] == "queued"]


def _one_runs(db: Database, home: Path) -> bool:
    return any(state_of(folder_of(home, id_), alone=True)[0] == "running" for id_, _ in _alone(db))


def _alone(db: Database) -> list[tuple[int, str]]:
    marks = ", ".join("?" * len(ALONE))
    sql = f"select id, module from jobs where kind in ({marks}) order by id desc limit {RECENT}"
    return [(row["id"], row["module"]) for row in db.rows(sql, *sorted(ALONE))][::-1]


def spawn(module: str, folder: Path) -> None:
    """Start a worker in a process of its own."""
    root = Path(__file__).parent.parent
    environment = {
        "OMP_WAIT_POLICY": "PASSIVE",  # threads that wait must not spin: the chat computes on the same cores
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(root), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep),
    }
    if FORK_SERVER.start(module, folder, environment):
        return
    with (folder / "log.txt").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", module, str(folder)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env=environment,
        )
    write_first(folder / "process.json", {"process": born(process.pid)})
    threading.Thread(target=process.wait, daemon=True).start()  # so that it leaves no zombie when it ends


def mine(folder: Path) -> bool:
    """Whether this worker is the one that does a job: the first that said so, of those alive."""
    process = folder / "process.json"
    if write_first(process, {"process": born()}):
        return True
    said = str(json.loads(process.read_text())["process"])
    return said.partition(":")[0] == str(os.getpid()) and alive(said)


def end_all(home: Path) -> None:
    """End all jobs of a workspace that is about to be deleted; none of them begins another."""
    for folder in home.glob("jobs/*"):
        if (process := folder / "process.json").exists() and not _ended(folder):
            end(json.loads(process.read_text())["process"])


def state_of(folder: Path, *, alone: bool) -> tuple[State, str]:
    """The state of a job and, if it ended, why; `alone` if it is of a kind that waits for its turn."""
    if ended := _ended(folder):
        return ended
    process, task = folder / "process.json", folder / "job.json"
    if process.exists():
        if alive(json.loads(process.read_text())["process"]):
            return "running", ""
    elif task.exists() and (alone or time.time() - task.stat().st_mtime < STARTING_SECONDS):
        return "queued", ""
    why = "Its process ended without a word: it was killed, or the machine went down."
    return _ended(folder) or ("interrupted", why)


def _ended(folder: Path) -> tuple[State, str] | None:
    if (folder / "result.json").exists():
        return "done", ""
    ends: tuple[State, ...] = ("cancelled", "stopped", "failed")
    for state in ends:
        if (told := folder / f"{state}.json").exists():
            return state, json.loads(told.read_text())["sentence"]
    return None
