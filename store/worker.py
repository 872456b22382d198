"""The other side of a job: what a worker process uses to read its task and tell how it goes."""

import json
import logging
import os
import sys
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from store.database import Database
from store.errors import NoSpace, StoreError, disk_is_full
from store.queue import begin_next, mine
from store.quotas import Spending
from store.secrets import log_to, masked
from store.written import write_last

__all__ = ["Stopped", "Worker", "serve", "write_last"]

log = logging.getLogger(__name__)
NICE = 10
"""How far a worker stands back; one that is started by another inherits its place."""
ROOM, ROOM_BYTES = ".room", 16_384
"""A file that holds the room in which to say, in the end, that the disk is full."""


class Stopped(Exception):
    """The user asked for a stop, and what was done so far is saved."""


class Worker:
    """A running job, from inside."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        job = json.loads((folder / "job.json").read_text())
        self.home, self.project = Path(job["home"]), str(job["project"])
        self.payload: dict[str, Any] = job["payload"]
        self._began = time.monotonic()

    @property
    def stopping(self) -> bool:
        """Whether the user asked for a stop."""
        return (self.folder / "stop").exists()

    def progress(self, fraction: float, text: str, *, seconds_left: float | None = None, **data: Any) -> None:
        """Tell how far it is, from 0 to 1, in words, with numbers to plot.

        The estimate of the seconds left follows from the time so far unless it is given.
        """
        if seconds_left is None and 0 < fraction <= 1:
            seconds_left = (time.monotonic() - self._began) * (1 - fraction) / fraction
        line = {"at": time.time(), "fraction": fraction, "text": text, "seconds_left": seconds_left, "data": data}
        with (self.folder / "progress.jsonl").open("a") as file:
            file.write(json.dumps(line) + "\n")


def serve(work: Callable[[Worker], dict[str, Any]]) -> None:
    """Run a job as `python -m tools.chapter._worker FOLDER`: do the work, leave the result or a sentence."""
    worker = Worker(Path(sys.argv[1]))
    if not mine(worker.folder):
        return
    if hasattr(os, "nice"):
        os.nice(max(0, NICE - os.nice(0)))  # whoever chats comes first
    try:
        log_to(logging.StreamHandler())
        _serve(worker, work)
    finally:
        _pass_on(worker)


def _serve(worker: Worker, work: Callable[[Worker], dict[str, Any]]) -> None:
    _keep_room(worker.folder)
    try:
        write_last(worker.folder / "result.json", work(worker))
    except Stopped as stop:
        why = (worker.folder / "stop").read_text() if worker.stopping else ""
        write_last(worker.folder / "stopped.json", {"sentence": f"{stop} {why}".strip()})
    except StoreError as error:
        _fail(worker, str(error))
    except MemoryError:
        _fail(worker, "The machine ran out of memory. Use a smaller model, shorter rows or smaller batches.")
    except Exception as error:  # the edge of the process: every bug is logged once, with a reference
        reference = uuid.uuid4().hex[:8]
        log.exception("job broke, reference %s", reference)
        broke = f"Something broke that was not foreseen; the log has it as {reference}."
        _fail(worker, str(NoSpace()) if disk_is_full(error) else broke)
    finally:
        (worker.folder / ROOM).unlink(missing_ok=True)


def _pass_on(worker: Worker) -> None:
    """Say what it cost, and begin the job that waits."""
    db = Database(worker.home / "workspace.sqlite")
    try:
        Spending(db, worker.home).record(int(worker.folder.name), sum(os.times()[:4]))
        begin_next(db, worker.home)
    finally:
        db.close()


def _fail(worker: Worker, sentence: str) -> None:
    (worker.folder / ROOM).unlink(missing_ok=True)
    write_last(worker.folder / "failed.json", {"sentence": masked(sentence)})
    sys.exit(1)


def _keep_room(folder: Path) -> None:
    """Take the room that a last sentence needs, for when the disk is full by then."""
    with suppress(OSError):  # it is full already, which the work itself will say
        (folder / ROOM).write_bytes(os.urandom(ROOM_BYTES))  # zeros may take no room on some disks
