"""How often each group has each label, and whether chance would give such gaps."""

# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false, reportAttributeAccessIssue=false

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2_contingency, fisher_exact

from tools.evaluate._intervals import Estimate, difference, wilson

FEWEST_ROWS = 10
"""Smaller groups are named and left out: their rates say nothing."""
MOST_GROUPS = 20
ALARM = 0.05
Test = tuple[str, ...]
"""What is tested: an attribute, a group and what it is compared by."""


@dataclass(frozen=True)
class Rate:
    """How often a group has a label, against all the other rows.

    Attributes:
        odds_ratio: Odds of the label in the group over the odds in the others, with its 95 % interval.
        p: Fisher's exact test.
        test: Which test it is: with two groups, or two labels, one mirrors the other and counts once.
        corrected: The same after Holm's correction for all that was looked at.
    """

    attribute: str
    group: str
    label: str
    rows: int
    share: Estimate
    share_of_others: float
    odds_ratio: Estimate
    p: float
    test: tuple[str, str, str]
    corrected: float = 1.0
    rows_of_others: int = 0

    @property
    def gap(self) -> Estimate:
        """The share in the group less that in the others (Newcombe 1998, method 10)."""
        return difference(self.share, wilson(self.share_of_others, self.rows_of_others))

    @property
    def flagged(self) -> bool:
        """Whether chance alone would hardly give it."""
        return self.corrected < ALARM


@dataclass(frozen=True)
class Attribute:
    """A way to group rows: a name, how it was found, and the group of each row (None: in no group).

    With `mention`, it says only whether a text names someone: long texts name more. Two attributes that were crossed
    are its `parts`.
    """

    name: str
    how: str
    groups: Sequence[str | None]
    mention: bool = False
    parts: tuple["Attribute", ...] = ()


@dataclass(frozen=True)
class Overall:
    """Whether the labels go with an attribute at all."""

    attribute: str
    groups: dict[str, int]
    too_small: dict[str, int]
    p: float | None
    """Chi-square test of independence; None where fewer than two groups or labels are left."""


def sizes(groups: Sequence[str | None]) -> tuple[dict[str, int], dict[str, int]]:
    """The rows of the groups that are large enough to compare, at most so many, and those of the others."""
    counted = Counter(group for group in groups if group is not None)
    kept = {group: rows for group, rows in counted.most_common(MOST_GROUPS) if rows >= FEWEST_ROWS}
    return kept, {group: rows for group, rows in counted.items() if rows < FEWEST_ROWS}


def overall(attribute: Attribute, labels: Sequence[str]) -> Overall:
    """Count the groups, and test all of them against all labels at once."""
    kept, small = sizes(attribute.groups)
    counted = Counter(zip(attribute.groups, labels, strict=True))
    names = sorted({label for (group, label) in counted if group in kept})
    if len(kept) < 2 or len(names) < 2:
        return Overall(attribute.name, kept, small, None)
    table = np.array([[counted[group, label] for label in names] for group in kept])
    return Overall(attribute.name, kept, small, float(chi2_contingency(table).pvalue))


def rates(attributes: Sequence[Attribute], labels: Sequence[str]) -> list[Rate]:
    """Every group against every label, corrected for their number (Holm), the surest first."""
    found = [rate for attribute in attributes for rate in uncorrected(attribute, labels)]
    if not found:
        return []
    by_test = holm({rate.test: rate.p for rate in found})
    told = [replace(rate, corrected=by_test[rate.test]) for rate in found]
    return sorted(told, key=lambda rate: (rate.corrected, rate.p, -abs(rate.share.value - rate.share_of_others)))


def holm(tests: Mapping[Test, float], weights: Mapping[Test, float] | None = None) -> dict[Test, float]:
    """The p of every test, corrected for their number (Holm 1979).

    Args:
        tests: p by test.
        weights: How much of the 5 % each may use up, set before looking (his weighted procedure); the same for all if
            not given.
    """
    share = weights or dict.fromkeys(tests, 1.0)
    order = sorted(tests, key=lambda test: tests[test] / share[test])
    left = np.cumsum([share[test] for test in reversed(order)])[::-1]
    steps = np.array([tests[test] / share[test] for test in order]) * left
    return dict(zip(order, np.minimum(np.maximum.accumulate(steps), 1.0).tolist(), strict=True))


def uncorrected(attribute: Attribute, labels: Sequence[str]) -> list[Rate]:
    """Every group of one attribute against every label."""
    kept = overall(attribute, labels).groups
    if len(kept) < 2:
        return []
    pairs = [(group, label) for group, label in zip(attribute.groups, labels, strict=True) if group in kept]
    counted, names = Counter(pairs), sorted({label for _, label in pairs})
    if len(names) < 2:
        return []

    def others(label: str, rows: int, has: int) -> list[int]:
        total = sum(counted[group, label] for group in kept)
        return [total - has, len(pairs) - rows - total + has]

    return [
        _rate(
            (attribute.name, "" if len(kept) == 2 else group, "" if len(names) == 2 else label),
            (attribute.name, group, label),
            [[counted[group, label], rows - counted[group, label]], others(label, rows, counted[group, label])],
        )
        for group, rows in kept.items()
        for label in names
    ]


def _rate(test: tuple[str, str, str], what: tuple[str, str, str], counts: list[list[int]]) -> Rate:
    (has, has_not), (others_have, others_have_not) = counts
    return Rate(
        *what,
        rows=has + has_not,
        share=wilson(has / (has + has_not), has + has_not),
        share_of_others=others_have / (others_have + others_have_not),
        odds_ratio=_odds_ratio(np.array(counts) + 0.5),
        p=_chance(_any_way_round(has, has_not, others_have, others_have_not)),
        test=test,
        rows_of_others=others_have + others_have_not,
    )


def _any_way_round(a: int, b: int, c: int, d: int) -> tuple[tuple[int, int], ...]:
    """The same table for its mirrors: Fisher's test does not tell them apart."""
    return min(((a, b), (c, d)), ((b, a), (d, c)), ((c, d), (a, b)), ((d, c), (b, a)))


@cache
def _chance(counts: tuple[tuple[int, int], ...]) -> float:
    found: Any = fisher_exact(counts)
    return float(found.pvalue)


def _odds_ratio(table: NDArray[np.float64]) -> Estimate:
    """With Woolf's interval; half a row stands in each cell more (Haldane, Anscombe), so that none is empty."""
    logarithm = float(np.log(table[0, 0] * table[1, 1] / (table[0, 1] * table[1, 0])))
    reach = 1.959964 * float(np.sqrt((1 / table).sum()))
    return Estimate(*(float(np.exp(logarithm + by)) for by in (0.0, -reach, reach)))
