"""The desk at which people label: which row comes next for whom, and how far it is."""

import logging
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from statistics import median
from typing import Any

from store import Workspace
from store.labellings import Annotation, Labelling
from tools.labelling.pool import pool, rows
from tools.labelling.ranking import Ranking, Suggestion, Texts, by_answer, by_doubt, by_label

log = logging.getLogger(__name__)
STEP, CHECKING_STEP = 5, 50
"""New labels after which the quick model is trained again; where labels are checked, it has learnt from all of them."""
AHEAD = 20
"""Rows read together, since the next ones are likely to be shown soon."""
PACE = 50
"""The last rows from whose times the time left is estimated."""


@dataclass(frozen=True)
class Shown:
    """A row to label."""

    row: int
    cells: dict[str, Any]
    shared: bool
    """Whether everybody labels it; then nothing is suggested, or people would agree with the model alone."""
    suggestion: Suggestion | None


@dataclass(frozen=True)
class Progress:
    """How far somebody is."""

    labelled: int
    goal: int
    skipped: int
    """Rows that they skipped and that wait."""
    seconds_left: float | None
    """None until there is a pace to tell it from."""


class Desk:
    """One labelling while it is open. Its model is trained beside, so nobody waits for it.

    Every share of the rows that one person labels, as many as `Labelling.share`, comes from the rows that everybody
    labels, in an order that is random and the same for all: only of such rows can agreement be measured fairly. The
    others come in the order of what teaches most, each to one person.
    """

    def __init__(self, ws: Workspace, labelling: Labelling) -> None:
        self._ws, self._number, self.opened = ws, labelling.number, labelling.opened
        self._pool = pool(ws, labelling)
        self._place = {number: place for place, number in enumerate(self._pool.rows)}
        self._shared = self._pool.rows[: labelling.shared]
        self._among = set(self._shared)
        self._shown: dict[str, int] = {}
        self._cells: dict[int, dict[str, Any]] = {}
        self._ahead: list[int] = []
        self._lock = threading.Lock()
        self._texts: Texts | None = None
        self._ranking: Ranking | None = None
        self._at_work: threading.Thread | None = None
        self._step = CHECKING_STEP if labelling.checks else STEP

    @property
    def labelling(self) -> Labelling:
        """As it is now; labels may have been added."""
        return self._ws.labellings.get(self._number)

    def next(self, annotator: str) -> Shown | None:
        """The row that somebody should see now; None when nothing is left for them."""
        labelling, said = self.labelling, self._ws.labellings.standing(self._number)
        self._retrain(said)
        number = self._choose(labelling, said, annotator)
        return None if number is None else self.show(number, annotator)

    def show(self, number: int, annotator: str) -> Shown | None:
        """A certain row, such as one that is labelled again; None where there is no such row here."""
        if number not in self._place or (cells := self._read(number)) is None:
            return None
        with self._lock:
            self._shown[annotator] = number
            ranking = self._ranking
        shared = number in self._among
        suggested = ranking.suggested.get(self._place[number]) if ranking and not shared else None
        return Shown(number, cells, shared, suggested)

    def progress(self, annotator: str) -> Progress:
        """How far somebody is, and how long it takes them still."""
        labelling, said = self.labelling, self._ws.labellings.standing(self._number)
        mine = [each for each in said if each.annotator == annotator]
        left = len(self._open_shared(said, annotator, also_skipped=True)) + self._singles_left(labelling, said)
        pace = [each.seconds for each in mine if each.action == "labelled" and each.seconds is not None][-PACE:]
        skipped = sum(each.action == "skipped" and each.row in self._place for each in mine)
        seconds = median(pace) * left if pace else None
        return Progress(labelling.goal - left, labelling.goal, skipped, seconds)

    def knows(self, number: int) -> bool:
        """Whether a row is one of those that are labelled here."""
        return number in self._place

    def wait(self) -> None:
        """Wait for the model that is being trained, if one is."""
        if at_work := self._at_work:
            at_work.join()

    def _choose(self, labelling: Labelling, said: list[Annotation], annotator: str) -> int | None:
        mine = {each.row for each in said if each.annotator == annotator and each.action == "labelled"}
        shared = self._open_shared(said, annotator)
        due = len(mine & self._among) < labelling.share * (len(mine) + 1)
        if shared and due:
            return shared[0]
        if self._singles_left(labelling, said) and (single := self._best_single(said, annotator)) is not None:
            return single
        return shared[0] if shared else None

    def _open_shared(self, said: list[Annotation], annotator: str, also_skipped: bool = False) -> list[int]:
        over = {
            each.row
            for each in said
            if each.action == "settled"
            or (each.annotator == annotator and (each.action == "labelled" or not also_skipped))
        }
        return [number for number in self._shared if number not in over]

    def _singles_left(self, labelling: Labelling, said: list[Annotation]) -> int:
        rows = {each.row for each in said if each.action != "skipped"}
        labelled = sum(number in self._place and number not in self._among for number in rows)
        return max(0, labelling.goal - len(self._shared) - labelled)

    def _best_single(self, said: list[Annotation], annotator: str) -> int | None:
        over = {each.row for each in said if each.action != "skipped" or each.annotator == annotator}
        with self._lock:
            over |= {number for who, number in self._shown.items() if who != annotator}
            order: Iterable[int] = self._ranking.order if self._ranking else range(len(self._pool.rows))
        numbers = (self._pool.rows[place] for place in order)
        free = (number for number in numbers if number not in over and number not in self._among)
        self._ahead = [*islice(free, AHEAD)]
        return self._ahead[0] if self._ahead else None

    def _read(self, number: int) -> dict[str, Any] | None:
        """A row whole; those that come next are read along."""
        if number not in self._cells:
            at = self._place[number]
            numbers = self._shared[at : at + AHEAD] if number in self._among else self._ahead
            self._cells = rows(self._ws, self.labelling, [number, *numbers])
        return self._cells.get(number)

    def _retrain(self, said: list[Annotation]) -> None:
        """Train the quick model beside, once there is something new to learn."""
        labels = {self._place[each.row]: each.value for each in said if each.value and each.row in self._place}
        with self._lock:
            busy = self._at_work is not None and self._at_work.is_alive()
            if busy or (self._ranking and len(labels) - self._ranking.labelled < self._step):
                return
            self._at_work = threading.Thread(target=self._train, args=[labels], name="labelling", daemon=True)
            self._at_work.start()

    def _train(self, labels: dict[int, str]) -> None:
        try:
            ranking = self._ranked(labels)
        except (ValueError, ArithmeticError, MemoryError):
            log.exception("The rows to label stay in the order they had")
            ranking = Ranking(list(range(len(self._pool.rows))), {}, len(labels))
        with self._lock:
            self._ranking = ranking

    def _ranked(self, labels: dict[int, str]) -> Ranking:
        labelling = self.labelling
        self._texts = self._texts or Texts(self._pool.texts)
        open_ = [place for place in range(len(self._pool.rows)) if place not in labels]
        if labelling.checks:
            found = by_doubt(self._texts, {**self._pool.given, **labels}, open_)
        elif labelling.style == "answers":
            found = by_answer(self._texts, {**self._pool.given, **labels}, open_)
        else:
            found = by_label(self._texts, {**self._pool.given, **labels}, open_)
        return Ranking(found.order, found.suggested, len(labels))
