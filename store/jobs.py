"""Long work in its own process: it shows progress, can be stopped, and outlives the app."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from store.database import Database, Row
from store.errors import Busy, NotFound, StoreError
from store.processes import alive, born
from store.worker import write_last

State = Literal["queued", "running", "done", "failed", "stopped", "interrupted"]
ALONE = {"train"}
"""Kinds of which one at a time may run in a workspace."""
STARTING_SECONDS = 60
POLL_SECONDS = 0.25


@dataclass(frozen=True)
class Progress:
    """How far a job is."""

    job: int
    fraction: float
    text: str
    seconds_left: float | None
    data: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True)
class Job:
    """A piece of long work. `interrupted` means that its process died without a word."""

    id: int
    project: str
    kind: str
    module: str
    payload: dict[str, Any]
    folder: Path
    state: State
    sentence: str
    """Why it failed or stopped."""

    @property
    def live(self) -> bool:
        """Whether it is still to finish."""
        return self.state in ("queued", "running")


Watcher = tuple[Callable[[Progress], None], threading.Event]
_watcher: ContextVar[Watcher | None] = ContextVar("who watches the jobs of this call", default=None)


@contextmanager
def watched(on_progress: Callable[[Progress], None], stopping: threading.Event) -> Generator[None]:
    """Hear the progress of jobs that are waited for inside, and stop them when `stopping` is set."""
    token = _watcher.set((on_progress, stopping))
    try:
        yield
    finally:
        _watcher.reset(token)


def tell(fraction: float, text: str) -> None:
    """Tell whoever `watched` this call how far work in this very process is.

    Raises:
        StoreError: They asked for a stop.
    """
    if watcher := _watcher.get():
        if watcher[1].is_set():
            raise StoreError("It was stopped; nothing was saved.")
        watcher[0](Progress(0, min(1.0, fraction), text, None))


class Jobs:
    """The jobs of a workspace, as one project sees them."""

    def __init__(self, db: Database, project: str, home: Path) -> None:
        self._db, self._project, self._home = db, project, home

    def start(self, kind: str, module: str, payload: dict[str, Any], key: str = "") -> Job:
        """Start a worker, or find the one that is doing exactly this already.

        Args:
            kind: What it is, in a word: train, evaluate, audit ...
            module: The worker, run as `python -m MODULE FOLDER`; it calls `store.worker.serve`.
            payload: Its task, as JSON.
            key: Jobs of one kind and key are the same work; the payload if not given.

        Raises:
            Busy: A job of a kind that must run alone is running.
        """
        key = key or json.dumps(payload, sort_keys=True)
        with self._db.change():
            for other in self._live():
                if (other.project, other.kind, other.payload_key) == (self._project, kind, key):
                    return other.job
            self.refuse_if_busy(kind)
            task = {"home": str(self._home), "project": self._project, "payload": payload}
            stored = json.dumps(payload)
            id_ = self._db.insert("jobs", project=self._project, kind=kind, module=module, payload=stored, key=key)
            folder = self._folder(id_)
            folder.mkdir(parents=True)
            write_last(folder / "job.json", task)
        _spawn(module, folder)
        return self.get(id_)

    def refuse_if_busy(self, kind: str) -> None:
        """Tell whether a job of this kind would have to wait.

        Raises:
            Busy: The kind must run alone, and one is running in some project of the workspace.
        """
        for other in self._live() if kind in ALONE else ():
            if other.kind == kind:
                what = other.job.payload.get("run", f"job {other.job.id}")
                raise Busy(f"{what} of project {other.project} is still running. Wait for it to end, or stop it first.")

    def get(self, id_: int) -> Job:
        """A job with its state as it is now."""
        row = self._db.row("select * from jobs where id = ?", id_)
        if row is None:
            raise NotFound("job", str(id_), [])
        return self._job(row)

    def all(self, kind: str | None = None) -> list[Job]:
        """The jobs of this project, newest first."""
        rows = self._db.rows(
            "select * from jobs where project = ? and ifnull(kind = ?, 1) order by id desc", self._project, kind
        )
        return [self._job(row) for row in rows]

    def progress(self, id_: int) -> list[Progress]:
        """Everything a job has told so far."""
        path = self._folder(id_) / "progress.jsonl"
        lines = path.read_text().splitlines(keepends=True) if path.exists() else []
        told = [json.loads(line) for line in lines if line.endswith("\n")]
        return [Progress(id_, t["fraction"], t["text"], t["seconds_left"], t["data"]) for t in told]

    def stop(self, id_: int) -> None:
        """Ask a job to save what it has and stop."""
        (self._folder(id_) / "stop").touch()

    def result(self, id_: int) -> dict[str, Any]:
        """What a finished job left.

        Raises:
            StoreError: It is not finished, failed or was stopped; the message is the job's own sentence.
        """
        job = self.get(id_)
        if job.state != "done":
            raise StoreError(job.sentence or f"The {job.kind} job is {job.state}.")
        return json.loads((job.folder / "result.json").read_text())

    def wait(self, id_: int) -> dict[str, Any]:
        """Follow a job to its end, telling whoever `watched` this call, and give its result.

        Raises:
            StoreError: As `result`.
        """
        watcher = _watcher.get()
        told = 0
        stopping = watcher[1] if watcher else threading.Event()
        while self.get(id_).live:
            if stopping.wait(POLL_SECONDS):
                self.stop(id_)
                time.sleep(POLL_SECONDS)  # stopping stays set: poll until the worker has saved
            for progress in self.progress(id_)[told:]:
                told += 1
                if watcher:
                    watcher[0](progress)
        return self.result(id_)

    def _live(self) -> Iterator["_Live"]:
        for row in self._db.rows("select * from jobs order by id desc limit 200"):
            job = self._job(row)
            if job.live:
                yield _Live(job.project, job.kind, row["key"], job)

    def _folder(self, id_: int) -> Path:
        return self._home / "jobs" / str(id_)

    def _job(self, row: Row) -> Job:
        folder = self._folder(row["id"])
        state, sentence = _state(folder)
        return Job(
            row["id"], row["project"], row["kind"], row["module"], json.loads(row["payload"]), folder, state, sentence
        )


@dataclass(frozen=True)
class _Live:
    project: str
    kind: str
    payload_key: str
    job: Job


def _spawn(module: str, folder: Path) -> None:
    root = Path(__file__).parent.parent
    environment = {
        "OMP_WAIT_POLICY": "PASSIVE",  # threads that wait must not spin: the chat computes on the same cores
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(root), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep),
    }
    with (folder / "log.txt").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", module, str(folder)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env=environment,
        )
    write_last(folder / "process.json", {"process": born(process.pid)})
    threading.Thread(target=process.wait, daemon=True).start()  # so that it leaves no zombie when it ends


def _state(folder: Path) -> tuple[State, str]:
    if ended := _ended(folder):
        return ended
    process, task = folder / "process.json", folder / "job.json"
    if process.exists():
        if alive(json.loads(process.read_text())["process"]):
            return "running", ""
    elif task.exists() and time.time() - task.stat().st_mtime < STARTING_SECONDS:
        return "queued", ""
    why = "Its process ended without a word: it was killed, or the machine went down."
    return _ended(folder) or ("interrupted", why)


def _ended(folder: Path) -> tuple[State, str] | None:
    if (folder / "result.json").exists():
        return "done", ""
    for state in ("stopped", "failed"):
        if (told := folder / f"{state}.json").exists():
            return state, json.loads(told.read_text())["sentence"]
    return None
