"""Where a project's runs are mirrored to: the tracker that shows them beside other people's and other tools' runs."""

import logging
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout

from store.approvals import Approvals
from store.database import Database
from store.errors import StoreError
from store.jobs import Job, Jobs

Tracker = Literal["trackio", "tensorboard", "mlflow", "wandb"]
WORKER = "tools.train._mirror_worker"
KIND = "mirror"
LATEST = 10
"""Jobs among which the one that mirrors is."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Mirror:
    """A tracker and the place in it."""

    tracker: Tracker
    name: str
    """What the tracker calls the project, or the experiment."""
    server: str | None
    """Where the figures are sent to; None if they stay on this machine. It never holds a key."""
    approval: int
    """The yes that set it."""


class Mirrors:
    """The mirror of one project; the newest setting holds.

    One process at a time mirrors all runs of a project. It holds a lock, and looks once more after it let go of it: so
    whoever finds the lock taken may rely on being seen.
    """

    def __init__(self, db: Database, approvals: Approvals, jobs: Jobs, project: str, folder: Path) -> None:
        self._db, self._approvals, self._jobs, self._project = db, approvals, jobs, project
        self.folder = folder
        """Where trackers without a place of their own write."""

    def set(self, tracker: Tracker | None, name: str = "", server: str | None = None) -> Mirror | None:
        """Mirror the runs to a tracker from now on, those that are there included; or to none any more.

        Raises:
            NotApproved: No yes was given.
        """
        approval = self._approvals.needed("mirroring the runs")
        self._db.insert(
            "mirrors", project=self._project, tracker=tracker or "", name=name, server=server, approval=approval
        )
        self.begin()
        return self.get()

    def get(self) -> Mirror | None:
        """The mirror, if one is set."""
        row = self._db.row(
            "select tracker, name, server, approval from mirrors where project = ? order by id desc limit 1",
            self._project,
        )
        return Mirror(**row) if row and row["tracker"] else None

    def begin(self) -> None:
        """Start the process that mirrors, unless it runs already or no mirror is set. What fails harms no run."""
        if self.get() is None:
            return
        try:
            with self.lock().acquire(blocking=False):
                pass
            self._jobs.start(KIND, WORKER, {}, key=uuid.uuid4().hex)
        except Timeout:
            return  # it runs already
        except (OSError, StoreError) as error:
            log.warning("the mirror was not started: %s", error)

    def begin_again(self) -> None:
        """Start the process again if it was killed before it was through."""
        last = self.last()
        if last is not None and last.state == "interrupted":
            self.begin()

    def last(self) -> Job | None:
        """The newest job that mirrors, if a mirror is set; one that found another at it does not count."""
        jobs = self._jobs.newest(KIND, LATEST) if self.get() is not None else []
        return next((job for job in jobs if job.state != "done" or self._jobs.result(job.id)["looks"]), None)

    def lock(self) -> FileLock:
        """What the process that mirrors holds while it does."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return FileLock(self.folder / ".lock")
