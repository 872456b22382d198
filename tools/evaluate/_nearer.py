"""Which of two answers is nearer to the reference of its row, as a metric sees it."""

# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from typing import Literal

from store.blind_tests import Pair
from tools.evaluate._preference import Outcome

TITLES = {"labels": "exact match", "text": "chrF"}
"""What decides: whether a label is the right one; for text, chrF of the answer against the reference (Popovic 2015)."""


def scores(pair: Pair, answers: Literal["labels", "text"]) -> tuple[float, float]:
    """Of both answers, from 0 to 1 for labels and from 0 to 100 for text."""
    score = _right if answers == "labels" else _chrf
    return score(pair.one, pair.reference), score(pair.other, pair.reference)


def nearer(pair: Pair, answers: Literal["labels", "text"]) -> Outcome:
    """Whose answer the metric likes better."""
    one, other = scores(pair, answers)
    return "tie" if one == other else "one" if one > other else "other"


def _right(said: str, reference: str) -> float:
    return float(said.split() == reference.split())


def _chrf(said: str, reference: str) -> float:
    """Sentence-level chrF2 as sacrebleu computes it, without the rest of `evaluate`, which brings torch along."""
    import sacrebleu  # noqa: PLC0415

    return float(sacrebleu.sentence_chrf(said, [reference]).score)
