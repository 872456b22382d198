"""Keeps house where many come: forgets guests, stops what nobody waits for, and takes snapshots."""

import logging
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.visitors import Visitor
from store import StoreError, Workspace
from store.queue import end_all
from store.snapshots import Bucket, Place, Snapshots

if TYPE_CHECKING:
    from assistant.host import Host

log = logging.getLogger(__name__)
ROUND_SECONDS = 10
SAVING_SECONDS = 600
"""How long a job that is asked to stop may take to save."""
IDLE = "Tunewright stopped it, since its owner had not been here for {} hours; resume it to go on."
HUB = "hf://datasets/"


class Keeper:
    """Goes its round in a thread of its own.

    Args:
        host: What it keeps.
    """

    def __init__(self, host: "Host") -> None:
        self._host, self._hosting = host, host.settings.hosting
        self._ending = threading.Event()
        self._snapshots: dict[Path, Snapshots] = {}
        self._place = _place(self._hosting.snapshots, self._hosting.snapshots_token)
        self._lock = threading.RLock()
        self._missed: set[Path] = set()

    def begin(self) -> None:
        """Forget the guests of before, whose cookies hold no more, and begin."""
        for folder in self._host.settings.home.glob("guests/*"):
            _remove(folder)
        threading.Thread(
            target=self._rounds, args=[ROUND_SECONDS, self.tidy], name="keeping house", daemon=True
        ).start()
        every = self._hosting.snapshot_seconds
        threading.Thread(target=self._rounds, args=[every, self.snapshot], name="snapshots", daemon=True).start()

    def end(self) -> None:
        """End, with a last snapshot of everybody."""
        self._ending.set()
        self.snapshot()

    def restore(self, home: Path) -> None:
        """Bring a user's workspace back, who comes for the first time since the start.

        Raises:
            StoreError: The snapshots cannot be read just now. An empty workspace must not take their place.
        """
        if self._place is None or home.parent.name != "users":
            return
        try:
            with self._lock:
                self._of(home).restore()
        except OSError as error:
            log.warning("the snapshot of %s was not read: %s", home.name, error)
            raise StoreError("Your workspace could not be brought back just now. Load the page again.") from error

    def tidy(self) -> None:
        """Count what jobs cost, stop those that may not go on, and forget guests that are gone."""
        for workspace in self._first_of_each():
            workspace.jobs.count()
            if over := workspace.spending.over():
                self._stop_jobs(workspace, over)
        for user in self._host.visitors.gone("user", self._hosting.idle_hours * 3600):
            for workspace in self._host.open_at(self._host.home(user))[:1]:
                self._stop_jobs(workspace, IDLE.format(self._hosting.idle_hours))
        for guest in self._host.visitors.gone("guest", self._hosting.guest_minutes * 60):
            self.forget(guest)

    def forget(self, guest: Visitor) -> None:
        """Delete all that a guest left, their jobs ended."""
        self._host.visitors.forget(guest)
        self._host.leave(self._host.home(guest))
        for path in self._host.holdings.forget(guest):
            Path(path).unlink(missing_ok=True)
        _remove(self._host.home(guest))

    def snapshot(self) -> None:
        """Copy what has changed in the workspaces of users that are open."""
        if self._place is None:
            return
        for workspace in self._first_of_each():
            self.kept(workspace)

    def kept(self, workspace: Workspace) -> bool:
        """Whether what a workspace holds now is kept elsewhere, as far as that is asked for: copy what has changed."""
        home = workspace.home
        if self._place is None or home.parent.name != "users":
            return True
        try:
            with self._lock:
                self._of(home).take()
            self._missed.discard(home)
        except OSError as error:
            log.warning("no snapshot of %s was taken: %s", home.name, error)
            self._missed.add(home)
        return home not in self._missed

    def warning(self, home: Path) -> str:
        """What a user has to know of the snapshots of their workspace; mostly nothing."""
        return "The last snapshot of your work failed; it is tried again." if home in self._missed else ""

    def _stop_jobs(self, workspace: Workspace, why: str) -> None:
        """Stop the jobs of a workspace: a training saves what it has learned first, and what does not hear is ended."""
        for job in workspace.jobs.live():
            asked = job.folder / "stop"
            if not asked.exists():
                workspace.jobs.stop(job.id, why)
                log.warning("job %s of %s was stopped: %s", job.id, workspace.home.name, why)
            elif time.time() - asked.stat().st_mtime > SAVING_SECONDS:
                workspace.jobs.cancel(job.id, why)

    def _first_of_each(self) -> list[Workspace]:
        """An open project of each workspace."""
        return list({workspace.home: workspace for workspace in self._host.all_open()}.values())

    def _of(self, home: Path) -> Snapshots:
        assert self._place
        return self._snapshots.setdefault(home, Snapshots(home, self._place, f"users/{home.name}"))

    def _rounds(self, seconds: float, go: Callable[[], None]) -> None:
        while not self._ending.wait(seconds):
            try:
                go()
            except Exception:  # the edge of the thread: one bad workspace must not keep the others waiting
                log.exception("keeping house broke")


def _place(named: str, token: str) -> Place | None:
    if named.startswith(HUB):
        from assistant.hub_place import HubPlace  # noqa: PLC0415 - the Hub's client takes a while to import

        return HubPlace(named.removeprefix(HUB), token)
    return Bucket(Path(named)) if named else None


def _remove(home: Path) -> None:
    end_all(home)
    shutil.rmtree(home, ignore_errors=True)
