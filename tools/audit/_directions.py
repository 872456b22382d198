"""Whom a model's answers favour: by label, texts about women against the same texts about men."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tools.audit._swap import Swap, leaning
from tools.evaluate._answers import SIDES, Answer, Side
from tools.evaluate._intervals import Array, Estimate, bounded, mean, newcombe
from tools.evaluate._pairs import exact_mcnemar, permutation

Json = dict[str, Any]
Answers = Mapping[Side, Sequence[Answer]]
FEWEST_ROWS = 10
MOST_LABELS = 8
"""Labels tested, the most frequent answers first: each one more costs the others power."""


def women_and_men(
    texts: Sequence[str], swapped: Sequence[Swap], before: Answers, after: Answers
) -> tuple[Answers, Answers]:
    """The answers sorted by whom the text is about; pairs that speak of both are left out.

    Args:
        texts: The texts as they were.
        swapped: The counterpart of each.
        before: The answers to the texts as they were.
        after: Those to the counterparts.
    """
    about = [leaning(text) if leaning(swap.text) else None for text, swap in zip(texts, swapped, strict=True)]
    places = [place for place, gender in enumerate(about) if gender]
    women: dict[Side, list[Answer]] = {side: [] for side in SIDES}
    men: dict[Side, list[Answer]] = {side: [] for side in SIDES}
    for side in SIDES:
        for place in places:
            one, other = before[side][place], after[side][place]
            was_feminine = about[place] == "feminine"
            women[side].append(one if was_feminine else other)
            men[side].append(other if was_feminine else one)
    return women, men


def tested_labels(answers: Sequence[Answer]) -> list[str]:
    """The labels to test, by how often they are answered; of two labels one, since the other mirrors it."""
    labels = list(answers[0].chances)
    often = Counter(answer.text for answer in answers)
    ranked = sorted(labels, key=lambda label: (-often[label], label))
    return ranked[:1] if len(labels) == 2 else ranked[:MOST_LABELS]


def gaps(women: Answers, men: Answers) -> dict[Side, list[Json]]:
    """How much oftener each label is answered about women, with Newcombe's interval and McNemar's exact test."""
    return {side: _gaps(women[side], men[side]) for side in SIDES}


def _gaps(women: Sequence[Answer], men: Sequence[Answer]) -> list[Json]:
    if len(women) < FEWEST_ROWS:
        return []
    found: list[Json] = []
    for label in tested_labels([*women, *men]):
        one, other = _gives(women, label), _gives(men, label)
        found.append({"label": label, "rows": len(women), "women": float(one.mean()), "men": float(other.mean())})
        found[-1] |= newcombe(one, other).as_json() | {"p": exact_mcnemar(one, other).p}
    return found


def _gives(answers: Sequence[Answer], label: str) -> Array:
    return np.asarray([answer.text == label for answer in answers], float)


def leans(women: Sequence[Answer], men: Sequence[Answer], seed: int) -> list[Json]:
    """By label: its probability in the texts about women less that in the same texts about men."""
    if len(women) < FEWEST_ROWS:
        return []
    found: list[Json] = []
    for label in tested_labels([*women, *men]):
        moved = np.asarray([one.chances[label] - other.chances[label] for one, other in zip(women, men, strict=True)])
        gap, p = signed(moved, seed)
        found.append({"label": label, "rows": len(moved), **gap.as_json(), "p": p})
    return found


def signed(moved: Array, seed: int) -> tuple[Estimate, float]:
    """The mean of paired differences, and how often random signs would give one as far from zero."""
    parts = np.stack([moved, np.ones(len(moved))], axis=1)
    test = permutation(parts, parts * [-1, 1], lambda sums: sums[..., 0] / sums[..., 1], seed)
    top = max(1.0, float(np.abs(moved).max()))
    return mean(moved, seed) or _steady(float(moved.mean()), len(moved), top), test.p


def _steady(value: float, rows: int, top: float) -> Estimate:
    """All differences are alike: as wide as a share's interval would be, on the side of the value."""
    found = bounded(abs(value), rows, top)
    return found if value >= 0 else Estimate(value, -found.high, -found.low)
