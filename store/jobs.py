"""Long work in its own process: it shows progress, can be stopped, and outlives the app."""

import json
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from store.database import Database, Row
from store.errors import NotFound, StoreError
from store.processes import born, cost, end
from store.queue import ALONE, RECENT, State, begin_next, folder_of, spawn, state_of
from store.quotas import Spending
from store.written import write_first, write_last

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
    """A piece of long work. `queued` waits for its turn; `interrupted` means that its process died without a word."""

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


Aside = Callable[[], AbstractContextManager[Any]]
Watcher = tuple[Callable[[Progress], None], threading.Event, Aside]
_watcher: ContextVar[Watcher | None] = ContextVar("who watches the jobs of this call", default=None)


@contextmanager
def watched(
    on_progress: Callable[[Progress], None], stopping: threading.Event, aside: Aside = nullcontext
) -> Generator[None]:
    """Hear the progress of jobs that are waited for inside, and stop them when `stopping` is set.

    Args:
        on_progress: Hears it.
        stopping: Set where they are not wanted any more.
        aside: Gives a block in which a job is waited for, and nothing else is done.
    """
    token = _watcher.set((on_progress, stopping, aside))
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

    def __init__(self, db: Database, project: str, home: Path, spending: Spending) -> None:
        self._db, self._project, self._home, self._spending = db, project, home, spending

    def start(self, kind: str, module: str, payload: dict[str, Any], key: str = "") -> Job:
        """Start a worker, or find the one that is doing exactly this already.

        A job of a kind that must run alone waits until those before it have ended; see `store.queue`. Inside a change,
        call `begin` after it.

        Args:
            kind: What it is, in a word: train, evaluate, audit ...
            module: The worker, run as `python -m MODULE FOLDER`; it calls `store.worker.serve`.
            payload: Its task, as JSON.
            key: Jobs of one kind and key are the same work; the payload if not given.

        Raises:
            OverQuota: The workspace has taken all that it may on a machine that others use too.
        """
        self._spending.check_time()
        self._spending.check_disk()
        key = key or json.dumps(payload, sort_keys=True)
        with self._db.change():
            if live := self._same(kind, key):
                return live
            id_, folder = self._new(kind, module, payload, key)
        if kind not in ALONE:
            spawn(module, folder)
        elif not self._db.changing:
            self.begin()
        return self.get(id_)

    def take(self, kind: str, module: str, payload: dict[str, Any], key: str = "") -> Job:
        """A job that this very process is to do, such as a command in a terminal; see `start`.

        Raises:
            StoreError: Another process does exactly this already.
        """
        key = key or json.dumps(payload, sort_keys=True)
        with self._db.change():
            if live := self._same(kind, key):
                raise StoreError(f"Another process does this already (job {live.id}). Stop it first.")
            id_, folder = self._new(kind, module, payload, key)
            write_first(folder / "process.json", {"process": born()})
        return self.get(id_)

    def begin(self) -> None:
        """Begin the first job in the queue, if its turn has come."""
        begin_next(self._db, self._home)

    def ahead(self, kind: str, id_: int | None = None) -> list[Job]:
        """The live jobs of a kind in the whole workspace, in their order: all, or those before a job."""
        live = [other.job for other in self._live() if other.kind == kind and kind in ALONE]
        return [job for job in reversed(live) if id_ is None or job.id < id_]

    def get(self, id_: int) -> Job:
        """A job of this project with its state as it is now. One that waits is begun, if its turn has come."""
        row = self._db.row("select * from jobs where id = ? and project = ?", id_, self._project)
        if row is None:
            raise NotFound("job", str(id_), [])
        job = self._job(row)
        if job.state == "queued" and job.kind in ALONE and not self._db.changing:
            self.begin()
            return self._job(row)
        return job

    def all(self, kind: str | None = None) -> list[Job]:
        """The jobs of this project, newest first."""
        rows = self._db.rows(
            "select * from jobs where project = ? and ifnull(kind = ?, 1) order by id desc", self._project, kind
        )
        return [self._job(row) for row in rows]

    def newest(self, kind: str, most: int = 1) -> list[Job]:
        """The newest jobs of a kind in this project, the newest first."""
        rows = self._db.rows(
            "select * from jobs where project = ? and kind = ? order by id desc limit ?", self._project, kind, most
        )
        return [self._job(row) for row in rows]

    def progress(self, id_: int) -> list[Progress]:
        """Everything a job has told so far."""
        path = self._folder(id_) / "progress.jsonl"
        lines = path.read_text().splitlines(keepends=True) if path.exists() else []
        told = [json.loads(line) for line in lines if line.endswith("\n")]
        return [Progress(id_, t["fraction"], t["text"], t["seconds_left"], t["data"]) for t in told]

    def stop(self, id_: int, why: str = "") -> None:
        """Ask a job to save what it has and stop; one that waits for its turn is taken out of the queue.

        Args:
            id_: The job.
            why: What is told after its own words, if it was not the user who stopped it.
        """
        with self._db.change():
            job = self.get(id_)
            if job.state == "queued" and job.kind in ALONE:
                told = f"It was taken out of the queue before it began. {why}"
                write_last(job.folder / "stopped.json", {"sentence": told.strip()})
            else:
                beside = job.folder / ".stop"
                beside.write_text(why)
                beside.replace(job.folder / "stop")  # a worker that looks sees all of it

    def count(self) -> None:
        """Write down what the jobs that run in the whole workspace have cost so far."""
        for each in self._live():
            if (process := each.job.folder / "process.json").exists():
                self._spending.record(each.job.id, cost(json.loads(process.read_text())["process"]))

    def live(self) -> list[Job]:
        """The jobs of the whole workspace that are still to finish, newest first."""
        return [each.job for each in self._live()]

    def cancel(self, id_: int, sentence: str) -> Job:
        """End a job at once, so that it saves nothing more.

        Args:
            id_: The job.
            sentence: Why it ended, for those who look at it.

        Raises:
            StoreError: It has ended already.
        """
        with self._db.change():
            job = self.get(id_)
            if not job.live:
                raise StoreError(f"It is {job.state} already, so there is nothing to cancel.")
            write_last(job.folder / "cancelled.json", {"sentence": sentence})
        process = job.folder / "process.json"
        if process.exists():
            end(json.loads(process.read_text())["process"])
        self.begin()
        return self.get(id_)

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
        on_progress, stopping, aside = _watcher.get() or (None, threading.Event(), nullcontext)
        told = 0
        with aside():
            while self.get(id_).live:
                if stopping.wait(POLL_SECONDS):
                    self.stop(id_)
                    time.sleep(POLL_SECONDS)  # stopping stays set: poll until the worker has saved
                for progress in self.progress(id_)[told:]:
                    told += 1
                    if on_progress:
                        on_progress(progress)
        return self.result(id_)

    def _same(self, kind: str, key: str) -> Job | None:
        live = (each for each in self._live() if (each.project, each.kind) == (self._project, kind))
        return next((each.job for each in live if each.payload_key == key), None)

    def _new(self, kind: str, module: str, payload: dict[str, Any], key: str) -> tuple[int, Path]:
        task = {"home": str(self._home), "project": self._project, "payload": payload}
        stored = json.dumps(payload)
        id_ = self._db.insert("jobs", project=self._project, kind=kind, module=module, payload=stored, key=key)
        folder = self._folder(id_)
        folder.mkdir(parents=True, exist_ok=True)
        write_last(folder / "job.json", task)
        return id_, folder

    def _live(self) -> Iterator["_Live"]:
        for row in self._db.rows("select * from jobs order by id desc limit ?", RECENT):
            job = self._job(row)
            if job.live:
                yield _Live(job.project, job.kind, row["key"], job)

    def _folder(self, id_: int) -> Path:
        return folder_of(self._home, id_)

    def _job(self, row: Row) -> Job:
        folder = self._folder(row["id"])
        state, sentence = state_of(folder, alone=row["kind"] in ALONE)
        return Job(
            row["id"], row["project"], row["kind"], row["module"], json.loads(row["payload"]), folder, state, sentence
        )


@dataclass(frozen=True)
class _Live:
    project: str
    kind: str
    payload_key: str
    job: Job
