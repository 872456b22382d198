"""Blind comparisons of two models' answers by people: which pairs, who preferred what, and where it stood."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from store.database import Database, Row
from store.errors import NotFound, StoreError
from store.labellings import LONGEST_NAME
from store.opened import last_opened

Side = Literal["one", "other"]
Choice = Literal["one", "other", "tie", "skip"]


@dataclass(frozen=True)
class Pair:
    """One row with what both models answered to it."""

    row: int
    """The row's `_row`."""
    text: str
    reference: str
    one: str
    other: str


@dataclass(frozen=True)
class BlindTest:
    """A comparison. Its pairs are fixed when it begins."""

    one: str
    """A run."""
    other: str
    """Another run; empty for the untuned model of the first."""
    dataset: str
    version: int
    seed: int
    """Of the draw, and of which answer stands first for whom."""
    rows: int
    """Rows that both models answered."""
    same: int
    """Rows of those on which the answers are the same; nobody is asked about them."""
    answers: Literal["labels", "text"]
    reports: tuple[str, ...] = ()
    """The evaluations whose answers these are."""
    asked: int = 0
    """Pairs that people are asked about."""
    opened: int = 0
    """Higher than that of anything opened before in the project."""
    ended: str | None = None
    """When the names were shown; after that nothing more is taken."""
    number: int = 0

    @property
    def sides(self) -> tuple[str, str]:
        """What tells which models are compared."""
        return self.one, self.other


@dataclass(frozen=True)
class Judged:
    """What one person said of one pair, last."""

    row: int
    rater: str
    choice: Choice
    first: Side
    """Whose answer stood first for them."""
    seconds: float


class BlindTests:
    """The blind comparisons of one project. What is undone stays, and counts no more."""

    def __init__(self, db: Database, project: str) -> None:
        self._db, self._project = db, project

    def begin(self, planned: BlindTest, pairs: Sequence[Pair]) -> BlindTest:
        """Keep the pairs in the order in which they are shown, and open them."""
        settings = {name: getattr(planned, name) for name in ("seed", "rows", "same", "answers", "reports")}
        with self._db.change():
            number = self._db.next_number("blind_tests", self._project)
            self._db.insert(
                "blind_tests",
                project=self._project,
                number=number,
                one=planned.one,
                other=planned.other,
                dataset=planned.dataset,
                version=planned.version,
                settings=json.dumps(settings),
                opened=1 + last_opened(self._db, self._project),
            )
            for place, pair in enumerate(pairs):
                self._db.insert(
                    "blind_pairs", project=self._project, test=number, place=place, row=pair.row, text=pair.text,
                    reference=pair.reference, one=pair.one, other=pair.other,
                )  # fmt: skip
        return self.get(number)

    def all(self) -> list[BlindTest]:
        """Every one, oldest first."""
        return [_test(row) for row in self._db.rows(f"{_TESTS} where project = ? order by number", self._project)]

    def get(self, number: int) -> BlindTest:
        """One of them."""
        row = self._db.row(f"{_TESTS} where project = ? and number = ?", self._project, number)
        if row is None:
            raise NotFound("blind test", str(number), [str(each.number) for each in self.all()], "Begin one.")
        return _test(row)

    def newest(self) -> BlindTest | None:
        """The one that was opened last."""
        return max(self.all(), key=lambda each: each.opened, default=None)

    def of(self, one: str, other: str, dataset: str | None = None) -> BlindTest | None:
        """The last one that was begun of two models, on one dataset or on any."""
        same = [each for each in self.all() if each.sides == (one, other) and dataset in (None, each.dataset)]
        return same[-1] if same else None

    def pairs(self, number: int) -> list[Pair]:
        """The pairs that people are asked about, in order."""
        rows = self._db.rows(
            "select row, text, reference, one, other from blind_pairs where project = ? and test = ? order by place",
            self._project,
            number,
        )
        return [Pair(**row) for row in rows]

    def reopen(self, number: int) -> BlindTest:
        """Show it in the page again."""
        with self._db.change() as change:
            change.execute(
                "update blind_tests set opened = ? where project = ? and number = ?",
                [1 + last_opened(self._db, self._project), self._project, number],
            )
        return self.get(number)

    def end(self, number: int) -> BlindTest:
        """Let the names be shown; nothing more is taken from now on."""
        with self._db.change() as change:
            change.execute(
                "update blind_tests set ended = current_timestamp where project = ? and number = ? and ended is null",
                [self._project, number],
            )
        return self.get(number)

    def write(self, number: int, row: int, rater: str, choice: Choice, first: Side, seconds: float) -> None:
        """Keep what somebody said of a pair; it stands instead of what they said of it before.

        Raises:
            StoreError: The name is missing or too long, it is no pair of this test, or the test has ended.
        """
        name = " ".join(rater.split())
        if not name or len(name) > LONGEST_NAME:
            raise StoreError(f"Whoever judges needs a name of 1 to {LONGEST_NAME} characters.")
        with self._db.change():
            self._refuse_if_ended(number)
            if row not in {pair.row for pair in self.pairs(number)}:
                raise StoreError("That row is not one of those to judge. Nothing was kept.")
            self._db.insert(
                "blind_choices", project=self._project, test=number, row=row, rater=name, choice=choice, first=first,
                seconds=seconds,
            )  # fmt: skip

    def undo(self, number: int, rater: str) -> int | None:
        """Take back what somebody said last; gives the row, or None where nothing is left to take back."""
        with self._db.change() as change:
            self._refuse_if_ended(number)
            last = self._db.row(
                "select id, row from blind_choices where project = ? and test = ? and rater = ? and not undone"
                " order by id desc limit 1",
                self._project,
                number,
                rater,
            )
            if last is not None:
                change.execute("update blind_choices set undone = 1 where id = ?", [last["id"]])
        return last["row"] if last else None

    def unskip(self, number: int, rater: str) -> None:
        """Show somebody the pairs that they skipped again."""
        with self._db.change() as change:
            self._refuse_if_ended(number)
            change.execute(
                "update blind_choices set undone = 1 where project = ? and test = ? and rater = ? and choice = 'skip'",
                [self._project, number, rater],
            )

    def standing(self, number: int) -> list[Judged]:
        """What stands: of each pair the last that each person said."""
        rows = self._db.rows(
            "select row, rater, choice, first, seconds from blind_choices where id in (select max(id)"
            " from blind_choices where project = ? and test = ? and not undone group by row, rater) order by id",
            self._project,
            number,
        )
        return [Judged(**row) for row in rows]

    def _refuse_if_ended(self, number: int) -> None:
        if self.get(number).ended:
            raise StoreError("This comparison has ended and its names were shown, so nothing more is taken.")


_TESTS = (
    "select *, (select count(*) from blind_pairs p where p.project = blind_tests.project"
    " and p.test = blind_tests.number) as asked from blind_tests"
)


def _test(row: Row) -> BlindTest:
    settings: dict[str, Any] = json.loads(row["settings"])
    given = {name: row[name] for name in ("one", "other", "dataset", "version", "asked", "opened", "ended", "number")}
    return BlindTest(**{**settings, "reports": tuple(settings["reports"])}, **given)
