"""What a workspace may take of a machine that many share: room on the disk, and processor time of jobs a day."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

from store.database import Database
from store.errors import StoreError

LOOK_AGAIN_SECONDS = 5
"""How long a measured size holds: a workspace has thousands of files."""
MOST_LISTED = 3


class OverQuota(StoreError):
    """The workspace has taken all that it may; the message says how much, and what to delete."""


@dataclass(frozen=True)
class Quota:
    """How much a workspace may take."""

    disk_bytes: int
    job_seconds_a_day: int


class Spending:
    """What a workspace has taken.

    Args:
        db: Its state.
        home: Its folder.
        quota: What it may take; None where nobody else is on the machine, and nothing is refused.
    """

    def __init__(self, db: Database, home: Path, quota: Quota | None = None) -> None:
        self._db, self._home, self.quota = db, home, quota
        self._measured: tuple[float, int] | None = None

    def record(self, job: int, seconds: float) -> None:
        """Write down the processor time that a job has taken since it began; what it took on earlier days is theirs."""
        with self._db.change() as change:
            change.execute(
                "insert into spent (job, day, seconds) values (:job, date('now'), max(0, :seconds -"
                " (select ifnull(sum(seconds), 0) from spent where job = :job and day < date('now'))))"
                " on conflict (job, day) do update set seconds = max(seconds, excluded.seconds)",
                {"job": job, "seconds": seconds},
            )

    def today(self) -> float:
        """Processor time of the workspace's jobs on this day (UTC), in seconds."""
        row = self._db.row("select ifnull(sum(seconds), 0) as seconds from spent where day = date('now')")
        assert row
        return row["seconds"]

    def disk(self) -> int:
        """Bytes of all files of the workspace."""
        if self._measured is None or time.monotonic() - self._measured[0] > LOOK_AGAIN_SECONDS:
            self._measured = time.monotonic(), _size(self._home)
        return self._measured[1]

    def over(self) -> str:
        """Why jobs of the workspace may not go on, as a sentence; empty if they may."""
        try:
            self.check_time()
            self.check_disk()
        except OverQuota as refused:
            return str(refused)
        return ""

    def check_time(self) -> None:
        """See that there is processor time left for a job.

        Raises:
            OverQuota: There is none left today.
        """
        if self.quota and (used := self.today()) >= self.quota.job_seconds_a_day:
            raise OverQuota(
                f"Your jobs may take {_minutes(self.quota.job_seconds_a_day)} of processor time a day here, and today "
                f"they have taken {_minutes(used)}. It starts anew at midnight UTC; until then, look at what is there, "
                "or run Tunewright on a machine of your own."
            )

    def check_disk(self, more: int = 0) -> None:
        """See that there is room, for some bytes more.

        Raises:
            OverQuota: There is not.
        """
        if not self.quota:
            return
        if (used := self.disk()) + more > self.quota.disk_bytes:
            self._measured = None  # so that what is deleted now counts at once
            asked = f", and this needs {told(more)} more" if more else ""
            raise OverQuota(
                f"Your workspace may hold {told(self.quota.disk_bytes)} here and holds {told(used)}{asked}. "
                f"{self._largest()} Runs go with “delete run-1”; what is large elsewhere goes with its project."
            )

    def _largest(self) -> str:
        """Where the room went, in a sentence."""
        runs = sorted(self._home.glob("projects/*/runs/*"), key=_size, reverse=True)[:MOST_LISTED]
        listed = [f"{run.name} of {run.parents[1].name} ({told(_size(run))})" for run in runs]
        return f"The largest runs are {', '.join(listed)}." if listed else "No run is there; the room went to data."


def told(size: int) -> str:
    """Bytes in words, as people say them."""
    return f"{size / 1e9:.1f} GB" if size >= 1e8 else f"{size / 1e6:.1f} MB"


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes"


def _size(folder: Path) -> int:
    size = 0
    for at, _, files in os.walk(folder):
        for name in files:
            try:
                size += os.lstat(os.path.join(at, name)).st_size
            except FileNotFoundError:
                continue  # gone since it was listed
    return size
