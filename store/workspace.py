"""One folder on disk holds a user's whole work, in named projects."""

import logging
import sqlite3
from copy import copy
from pathlib import Path
from typing import Any, Self

from store.approvals import Approvals
from store.blind_tests import BlindTests
from store.conversations import Conversations
from store.database import Database
from store.database_copies import copy_if_due, mended
from store.datasets import Datasets, slug
from store.errors import NoSpace, told_when_full
from store.fixes import Fixes
from store.goals import Goals
from store.jobs import Jobs
from store.labellings import Labellings
from store.migrations import migrate
from store.mirrors import Mirrors
from store.quotas import Quota, Spending
from store.reports import Reports
from store.requests import Requests
from store.rules import Rules
from store.runs import Runs
from store.services import Services
from store.unfinished import clear
from store.uses import Uses

log = logging.getLogger(__name__)


class Workspace:
    """An open workspace, seen from one of its projects; use it in a `with` block.

    Args:
        home: The folder; made if it is not there.
        project: The project; made if it is not there. Any text; its slug is the name.
        readable: Folders that a user may load files from, beside the project's own uploads.
        quota: What it may take of a machine that others use as well; such a workspace names no files outside it.

    Raises:
        NoSpace: The disk is full, and it cannot even be looked into.
    """

    @told_when_full()
    def __init__(
        self, home: Path, project: str = "main", *, readable: tuple[Path, ...] = (), quota: Quota | None = None
    ) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.home, self.project = home.resolve(), slug(project)
        state = self.home / "workspace.sqlite"
        self.restored = mended(state, self.home / "checkpoints.sqlite")
        """What had to be put right when it was opened, as a sentence; empty as a rule."""
        self.copy_if_due()
        self._db = Database(state)
        migrate(self._db)
        with self._db.change() as change:
            change.execute("insert or ignore into projects (name, title) values (?, ?)", [self.project, project])
        self.folder = self.home / "projects" / self.project
        self.uploads = self.folder / "uploads"
        self.uploads.mkdir(parents=True, exist_ok=True)
        self.readable = (self.uploads, *readable)
        self.spending = Spending(self._db, self.home, quota)
        self.approvals = Approvals(self._db, self.project)
        self.goals = Goals(self._db, self.approvals, self.project)
        self.datasets = Datasets(self._db, self.approvals, self.project, self.folder / "datasets", self.spending)
        self.fixes = Fixes(self._db, self.approvals, self.datasets, self.project, self.folder / "fixes")
        self.rules = Rules(self._db, self.approvals, self.project)
        self.labellings = Labellings(self._db, self.project)
        self.blind_tests = BlindTests(self._db, self.project)
        self.jobs = Jobs(self._db, self.project, self.home, self.spending)
        self.mirrors = Mirrors(self._db, self.approvals, self.jobs, self.project, self.folder / "mirrors")
        self.runs = Runs(
            self._db, self.approvals, self.jobs, self.datasets, self.project, self.folder / "runs", self.mirrors
        )
        self.reports = Reports(self._db, self.project, self.folder / "reports")
        self.services = Services(self._db, self.approvals, self.jobs, self.project)
        self.requests = Requests(self._db, self.project)
        self.uses = Uses(self._db, self.approvals, self.project)
        self.conversations = Conversations(self._db, self.project)
        clear(self.folder, *(self.folder / part for part in ("datasets", "fixes", "exports")))
        self._tell_restored()
        self._go_on()

    def _tell_restored(self) -> None:
        """Say in the conversation what had to be put right."""
        if self.restored:
            said: dict[str, Any] = {"event": "said", "text": self.restored, "sources": []}
            self.conversations.append(self.conversations.current().id, "restored", said)

    @property
    def shared(self) -> bool:
        """Whether others have workspaces on this machine."""
        return self.spending.quota is not None

    def in_conversation(self, thread: str) -> Self:
        """The same workspace and project, seen from one of its conversations; nothing is opened anew."""
        seen = copy(self)
        seen.conversations = Conversations(self._db, self.project, thread)
        return seen

    def projects(self) -> list[str]:
        """The names of all the projects of the workspace, oldest first."""
        return [row["name"] for row in self._db.rows("select name from projects order by rowid")]

    def copy_if_due(self) -> None:
        """Keep a copy of the state, if the last one is not of just now; where there is no room, the old ones stay."""
        try:
            copy_if_due(self.home / "workspace.sqlite")
        except (OSError, sqlite3.Error, NoSpace) as error:
            log.warning("No copy of the state was made: %s", error)

    def _go_on(self) -> None:
        """Begin again what went on when the program ended; where there is no room for that, the rest can be seen."""
        try:
            self.jobs.begin()
            self.mirrors.begin_again()
            self.services.begin_again()
        except NoSpace as full:
            log.warning("What waited was not begun: %s", full)

    def close(self) -> None:
        """Let go of the files."""
        self.approvals.write_used()
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
