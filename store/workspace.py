"""One folder on disk holds a user's whole work, in named projects."""

from pathlib import Path
from typing import Self

from store.approvals import Approvals
from store.blind_tests import BlindTests
from store.conversations import Conversations
from store.database import Database
from store.datasets import Datasets, slug
from store.fixes import Fixes
from store.goals import Goals
from store.jobs import Jobs
from store.labellings import Labellings
from store.migrations import migrate
from store.reports import Reports
from store.rules import Rules
from store.runs import Runs
from store.unfinished import clear
from store.uses import Uses


class Workspace:
    """An open workspace, seen from one of its projects; use it in a `with` block.

    Args:
        home: The folder; made if it is not there.
        project: The project; made if it is not there. Any text; its slug is the name.
        readable: Folders that a user may load files from, beside the project's own uploads.
    """

    def __init__(self, home: Path, project: str = "main", *, readable: tuple[Path, ...] = ()) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.home, self.project = home.resolve(), slug(project)
        self._db = Database(self.home / "workspace.sqlite")
        migrate(self._db)
        with self._db.change() as change:
            change.execute("insert or ignore into projects (name, title) values (?, ?)", [self.project, project])
        self.folder = self.home / "projects" / self.project
        self.uploads = self.folder / "uploads"
        self.uploads.mkdir(parents=True, exist_ok=True)
        self.readable = (self.uploads, *readable)
        self.approvals = Approvals(self._db, self.project)
        self.goals = Goals(self._db, self.approvals, self.project)
        self.datasets = Datasets(self._db, self.approvals, self.project, self.folder / "datasets")
        self.fixes = Fixes(self._db, self.approvals, self.datasets, self.project, self.folder / "fixes")
        self.rules = Rules(self._db, self.approvals, self.project)
        self.labellings = Labellings(self._db, self.project)
        self.blind_tests = BlindTests(self._db, self.project)
        self.jobs = Jobs(self._db, self.project, self.home)
        self.runs = Runs(self._db, self.approvals, self.jobs, self.project, self.folder / "runs")
        self.reports = Reports(self._db, self.project, self.folder / "reports")
        self.uses = Uses(self._db, self.approvals, self.project)
        self.conversations = Conversations(self._db, self.project)
        clear(self.folder, *(self.folder / part for part in ("datasets", "fixes", "exports")))

    def projects(self) -> list[str]:
        """The names of all the projects of the workspace, oldest first."""
        return [row["name"] for row in self._db.rows("select name from projects order by rowid")]

    def close(self) -> None:
        """Let go of the files."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
