"""What can be learned from the requests to a service: answers that were corrected, and questions to be labelled."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from store import Version, Workspace
from store.engine import engine, fetch, quoted
from store.requests import Feedback, Request
from tools.augment._copies import NEAR, SAME, Copies, words_of
from tools.monitor._drifted import vectors_of, with_vectors
from tools.monitor._instruction import around, without
from tools.monitor._masked import masked
from tools.monitor._novelty import NEW
from tools.monitor._trained_on import Known

LOOKED_AT = 50_000
"""The newest requests, which are looked at."""
UNSURE = 0.6
"""The confidence of a classifier below which its answer counts as unsure."""
LONGEST = 20_000
"""Characters of a text that may become a row."""
KNOWN = "it is in the dataset already, or nearly"
HELD = "it is too close to a test or validation row"
AGAIN = "another request says nearly the same"
EMPTY = "nothing is left of it, or it is too long"


@dataclass(frozen=True)
class Lesson:
    """One row to be: what was asked, and what would have been right if somebody said so."""

    request: str
    text: str
    answered: str
    right: str | None
    """None where people are to say it."""
    why: str


@dataclass(frozen=True)
class Harvest:
    """What was found."""

    corrected: list[Lesson]
    open: list[Lesson]
    """Questions whose answer nobody has checked."""
    left_out: dict[str, int]
    """How many were not taken, by reason."""
    without_text: int
    """Requests that would have taught something, of which no text was kept."""


@dataclass(frozen=True)
class Used:
    """What of a service is looked at: up to the last request and the last word of a time."""

    place: int
    said: int


def used(ws: Workspace, service: str) -> Used:
    """Everything up to now."""
    said = ws.requests.heard(service, 0)
    return Used(ws.requests.place(service, 0), said[-1][0] if said else 0)


def harvest(ws: Workspace, service: str, head: Version, known: Known | None, until: Used, most: int) -> Harvest:
    """Choose requests to learn from.

    Args:
        ws: The workspace.
        service: The service.
        head: The dataset that would grow.
        known: What the model that answers was trained on; without it, nothing counts as new.
        until: What is looked at.
        most: The most rows to be labelled.
    """
    start = ws.requests.place(service, LOOKED_AT)
    requests = [each for place, each in ws.requests.news(service, start, LOOKED_AT) if place <= until.place]
    said = [each for place, each in ws.requests.heard(service, 0) if place <= until.said]
    right = _right(said)
    judged = {each.request for each in said}
    done = [each for each in requests if each.outcome == "answered"]
    inside = around(head)
    taught = [_lesson(each, right[each.id], "corrected", inside) for each in done if each.id in right]
    unsure = [_lesson(each, None, why, inside) for each, why in _unsure(done, known) if each.id not in judged]
    gate = _Gate(ws, head)
    corrected = [lesson for lesson in _agreeing(taught) if gate.passes(lesson)]
    opened = [lesson for lesson in unsure if len(corrected) + most > gate.taken and gate.passes(lesson)]
    return Harvest(corrected, opened, dict(gate.left_out), sum(not each.text for each in (*taught, *unsure)))


def _right(said: Iterable[Feedback]) -> dict[str, str]:
    """What would have been right, by request; what was said last holds."""
    return {each.request: each.text for each in said if each.kind in ("correction", "outcome") and each.text}


def _lesson(request: Request, right: str | None, why: str, instruction: tuple[str, str]) -> Lesson:
    answered = request.label if request.label is not None else request.answer or ""
    said = " ".join(right.split()) if right and request.label is not None else masked(right) if right else None
    text = without(request.prompt or "", *instruction)
    return Lesson(request.id, masked(text).strip(), answered, said, why)


def _unsure(requests: Sequence[Request], known: Known | None) -> list[tuple[Request, str]]:
    """Requests that were answered with little confidence, or that are new to the model; the newest to it first."""
    seen = with_vectors(requests)
    ranks: dict[str, float] = {}
    if known and seen and vectors_of(seen[:1]).shape[1] == known.training.shape[1]:
        found = known.novelty.ranks(known.novelty.of(vectors_of(seen)))
        ranks = {each.id: float(rank) for each, rank in zip(seen, found, strict=True)}
    least = _least(requests)
    chosen = [
        (each, "new" if ranks.get(each.id, 0) > NEW else "unsure")
        for each in requests
        if ranks.get(each.id, 0) > NEW or (each.confidence is not None and each.confidence < least)
    ]
    return sorted(chosen, key=lambda one: -ranks.get(one[0].id, 0.0))


def _least(requests: Sequence[Request]) -> float:
    """The confidence that counts as low: of a classifier `UNSURE`, of texts that of the lowest twentieth."""
    sure = [each.confidence for each in requests if each.confidence is not None]
    if not sure or any(each.label is not None for each in requests):
        return UNSURE
    return float(np.quantile(sure, 0.05))


def _agreeing(lessons: Sequence[Lesson]) -> list[Lesson]:
    """One lesson of each text: what most of those said who corrected it; where they are even, the last."""
    by_text: dict[str, list[Lesson]] = {}
    for lesson in lessons:
        by_text.setdefault(" ".join(words_of(lesson.text)), []).append(lesson)
    chosen: list[Lesson] = []
    for same in by_text.values():
        votes = Counter(lesson.right for lesson in same)
        chosen.append(max(reversed(same), key=lambda lesson: votes[lesson.right]))
    return chosen


class _Gate:
    """Lets through what is no repetition of a row, of a held-out row, or of what went through before."""

    def __init__(self, ws: Workspace, head: Version) -> None:
        self.left_out: Counter[str] = Counter()
        self.taken = 0
        rows, held = _texts(head)
        self._exact = {" ".join(words_of(text)) for text in (*rows, *held)}
        self._rows, self._held, self._new = Copies(rows, SAME), Copies(held, NEAR), Copies((), SAME)

    def passes(self, lesson: Lesson) -> bool:
        """Whether a lesson is let through."""
        if not lesson.text:
            return False
        if reason := self._reason(lesson.text):
            self.left_out[reason] += 1
            return False
        self._new.add(lesson.text)
        self._exact.add(" ".join(words_of(lesson.text)))
        self.taken += 1
        return True

    def _reason(self, text: str) -> str:
        words = words_of(text)
        found = frozenset(words)
        if not words or len(text) > LONGEST:
            return EMPTY
        if self._held.near(found):
            return HELD
        if self._new.near(found):
            return AGAIN
        return KNOWN if " ".join(words) in self._exact or self._rows.near(found) else ""


def _texts(head: Version) -> tuple[list[str], list[str]]:
    """What the rows of a dataset ask: those to train on, and those held out."""
    column, split = asked_column(head), head.column("split")
    asked = f"list_filter({quoted(column)}, lambda m: m.role = 'user')[-1].content"
    text = asked if head.roles.get(column) == "messages" else f"cast({quoted(column)} as varchar)"
    side = f"coalesce({quoted(split)}, '') in ('test', 'validation')" if split else "false"
    with engine([head.path.parent], {"parent": head.path}) as con:
        rows = fetch(con, f"select {text} as text, {side} as held from parent where {text} is not null")
    return [row["text"] for row in rows if not row["held"]], [row["text"] for row in rows if row["held"]]


def asked_column(head: Version) -> str:
    """The column that holds what is asked."""
    found = head.column("text") or head.column("prompt") or head.column("messages")
    return found or next(iter(head.columns))
