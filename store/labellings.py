"""What people said of rows: labels and answers, by whom and when. Datasets are not changed by it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from store.database import Database, Row
from store.errors import NotFound, StoreError
from store.opened import last_opened

Style = Literal["labels", "answers"]
Action = Literal["labelled", "skipped", "settled"]
LONGEST_NAME = 60
LONGEST_LABEL = 200
LONGEST_ANSWER = 20_000


@dataclass(frozen=True)
class Labelling:
    """Rows of one dataset that people label or answer."""

    dataset: str
    version: int
    """The version whose rows are shown."""
    style: Style
    text: str
    """The column that people read."""
    column: str
    """The column that what they say is for; it may be yet to be made."""
    checks: bool
    """Whether labels that are there already are looked at again."""
    goal: int
    """Rows to label in all."""
    share: float
    """Of those rows, how many everybody labels."""
    labels: tuple[str, ...]
    opened: int = 0
    """Higher than that of anything opened in the project before; 0 where it never was."""
    number: int = 0

    @property
    def shared(self) -> int:
        """The rows that everybody labels."""
        return round(self.goal * self.share)

    @property
    def longest(self) -> int:
        """Characters that may be said of a row."""
        return LONGEST_LABEL if self.style == "labels" else LONGEST_ANSWER


@dataclass(frozen=True)
class Annotation:
    """What one person said of one row, last."""

    row: int
    """The row's `_row`."""
    version: int
    """The version in which it was read."""
    annotator: str
    action: Action
    value: str | None
    """The label or the answer; None where the row was skipped."""
    seconds: float | None
    """From when it was shown; None where it came from a file."""
    suggestion: str | None
    """What was suggested beside the row, if anything was."""
    made_at: str


class Labellings:
    """The labellings of one project. Nothing that was said is ever deleted; what is undone only counts no more."""

    def __init__(self, db: Database, project: str) -> None:
        self._db, self._project = db, project

    def open(self, planned: Labelling, *, shown: bool = True) -> Labelling:
        """Begin a labelling, or go on with what was begun for the same column.

        Args:
            planned: What it shall be; its number, and when it was opened, are given here.
            shown: Whether it is opened for people, too.
        """
        given = {name: getattr(planned, name) for name in ("style", "text", "goal", "share")}
        with self._db.change() as change:
            old = self.begun(planned.dataset, planned.column, planned.checks)
            known = list(dict.fromkeys([*(old.labels if old else ()), *planned.labels]))
            opened = 1 + last_opened(self._db, self._project)
            record = {
                "version": planned.version,
                "settings": json.dumps(given),
                "labels": json.dumps(known),
                "opened": opened if shown else old.opened if old else 0,
            }
            if old:
                change.execute(
                    "update labellings set version = ?, settings = ?, labels = ?, opened = ?"
                    " where project = ? and number = ?",
                    [*record.values(), self._project, old.number],
                )
                return self.get(old.number)
            number = self._db.next_number("labellings", self._project)
            about = {"dataset": planned.dataset, "column_name": planned.column, "checks": planned.checks}
            self._db.insert("labellings", project=self._project, number=number, **about, **record)
        return self.get(number)

    def begun(self, dataset: str, column: str, checks: bool) -> Labelling | None:
        """The labelling of a column, if one was begun."""
        same = (column, checks)
        return next((each for each in self.all(dataset) if (each.column, each.checks) == same), None)

    def newest(self, dataset: str | None = None) -> Labelling | None:
        """The one that was opened last, of a dataset or of all."""
        return max(self.all(dataset), key=lambda each: (each.opened, each.number), default=None)

    def all(self, dataset: str | None = None) -> list[Labelling]:
        """The labellings of the project or of one dataset, oldest first."""
        rows = self._db.rows(
            "select * from labellings where project = ? and ifnull(dataset = ?, 1) order by number",
            self._project,
            dataset,
        )
        return [_labelling(row) for row in rows]

    def get(self, number: int) -> Labelling:
        """One labelling."""
        row = self._db.row("select * from labellings where project = ? and number = ?", self._project, number)
        if row is None:
            raise NotFound("labelling", str(number), [str(each.number) for each in self.all()], "Begin one.")
        return _labelling(row)

    def add_label(self, number: int, label: str) -> str:
        """Let a label be chosen from now on; gives it as it is kept."""
        label = " ".join(label.split())
        if not label or len(label) > LONGEST_LABEL:
            raise StoreError(f"A label has 1 to {LONGEST_LABEL} characters.")
        with self._db.change() as change:
            known = self.get(number).labels
            same = next((each for each in known if each.casefold() == label.casefold()), None)
            if same is None:
                change.execute(
                    "update labellings set labels = ? where project = ? and number = ?",
                    [json.dumps([*known, label]), self._project, number],
                )
        return same or label

    def write(
        self,
        number: int,
        row: int,
        annotator: str,
        action: Action,
        value: str | None = None,
        *,
        seconds: float | None = None,
        suggestion: str | None = None,
    ) -> None:
        """Keep what somebody said of a row; it stands instead of what they said of it before.

        Raises:
            StoreError: The name is missing or too long, or there is nothing said.
        """
        said = self.get(number)
        name = " ".join(annotator.split())
        if not name or len(name) > LONGEST_NAME:
            raise StoreError(f"Whoever labels needs a name of 1 to {LONGEST_NAME} characters.")
        if action != "skipped" and not (value and value.strip() and len(value) <= said.longest):
            raise StoreError(f"What is said of a row has 1 to {said.longest:,} characters.")
        self._db.insert(
            "annotations",
            project=self._project,
            labelling=number,
            row=row,
            version=said.version,
            annotator=name,
            action=action,
            value=value,
            seconds=seconds,
            suggestion=suggestion,
        )

    def write_all(self, number: int, said: Iterable[tuple[int, str, Action, str]]) -> None:
        """Keep what was said of many rows, each as (row, annotator, action, value), all or none of it."""
        with self._db.change():
            for row, annotator, action, value in said:
                self.write(number, row, annotator, action, value)

    def undo(self, number: int, annotator: str) -> int | None:
        """Take back what somebody said last; what they said of that row before stands again.

        Returns:
            The row, or None where nothing is left to take back.
        """
        with self._db.change() as change:
            last = self._db.row(
                "select id, row from annotations where project = ? and labelling = ? and annotator = ? and not undone"
                " and seconds is not null order by id desc limit 1",
                self._project,
                number,
                annotator,
            )
            if last is None:
                return None
            change.execute("update annotations set undone = 1 where id = ?", [last["id"]])
        return last["row"]

    def unskip(self, number: int, annotator: str) -> None:
        """Show somebody the rows that they skipped again."""
        with self._db.change() as change:
            change.execute(
                "update annotations set undone = 1 where project = ? and labelling = ? and annotator = ?"
                " and action = 'skipped'",
                [self._project, number, annotator],
            )

    def state(self, dataset: str) -> int:
        """A number that is another one once anything more was said of a dataset, or taken back."""
        row = self._db.row(
            "select count(*) + ifnull(sum(undone), 0) as state from annotations a join labellings l"
            " on l.project = a.project and l.number = a.labelling where l.project = ? and l.dataset = ?",
            self._project,
            dataset,
        )
        return row["state"] if row else 0

    def standing(self, number: int) -> list[Annotation]:
        """What stands: of each row the last that each person said, and the last that it was settled as."""
        rows = self._db.rows(
            "select row, version, annotator, action, value, seconds, suggestion, made_at from annotations"
            " where id in (select max(id) from annotations where project = ? and labelling = ? and not undone"
            " group by row, case action when 'settled' then null else annotator end) order by id",
            self._project,
            number,
        )
        return [Annotation(**row) for row in rows]


def _labelling(row: Row) -> Labelling:
    settings: dict[str, Any] = json.loads(row["settings"])
    return Labelling(
        number=row["number"],
        dataset=row["dataset"],
        version=row["version"],
        column=row["column_name"],
        checks=bool(row["checks"]),
        labels=tuple(json.loads(row["labels"])),
        opened=row["opened"],
        **settings,
    )
