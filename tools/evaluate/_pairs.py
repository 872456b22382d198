"""Which of two is better on the same rows: paired tests, and how many rows would tell."""

# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false, reportAttributeAccessIssue=false

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from statsmodels.stats.contingency_tables import mcnemar

from tools.evaluate._intervals import Estimate
from tools.words import counted

Array = NDArray[np.float64]
PERMUTATIONS = 5_000
ALARM = 0.05
Z_TWO_SIDED, Z_POWER = 1.959964, 0.841621
"""Normal quantiles for a two-sided test at 5 % with power 80 %."""


@dataclass(frozen=True)
class PairedTest:
    """A paired test: its name, and how often chance alone would give a difference this large."""

    name: str
    p: float


def exact_mcnemar(one: Array, other: Array) -> PairedTest:
    """Do both get the same share of rows right? Only rows where one is right and the other wrong count.

    McNemar 1947, the exact binomial form.
    """
    first, second = int((one * (1 - other)).sum()), int(((1 - one) * other).sum())
    found = mcnemar([[0, first], [second, 0]], exact=True)
    return PairedTest("McNemar's exact test", float(found.pvalue))


def permutation(one: Array, other: Array, of: Callable[[Array], Array], seed: int) -> PairedTest:
    """Would swapping the two on random rows give as large a difference? Noreen 1989; Riezler and Maxwell 2005.

    Args:
        one: What each row adds to the score, as (rows, parts).
        other: The same of what it is compared to.
        of: From sums over rows to the score.
        seed: Of the random swaps.
    """
    swapped = np.random.default_rng(seed).integers(0, 2, size=(PERMUTATIONS, len(one))).astype(float)
    apart, total = one - other, one + other
    sums = one.sum(axis=0) - swapped @ apart
    found = abs(float(of(one.sum(axis=0)) - of(other.sum(axis=0))))
    by_chance = np.abs(of(sums) - of(total.sum(axis=0) - sums))
    return PairedTest("paired permutation test", float((1 + (by_chance >= found - 1e-12).sum()) / (1 + PERMUTATIONS)))


def rows_needed(found: Estimate, rows: int) -> int | None:
    """Rows in all for an 80 % chance of telling a difference of this size apart from none, at 5 %.

    The standard error is taken from the interval, and falls with the root of the rows.

    Returns:
        None if there is no difference: then no number of rows follows from it.
    """
    if abs(found.value) < 1e-9:
        return None
    error = (found.high - found.low) / (2 * Z_TWO_SIDED)
    return math.ceil(rows * ((Z_TWO_SIDED + Z_POWER) * error / found.value) ** 2)


def told_apart(found: Estimate, test: PairedTest) -> bool:
    """Whether both the interval and the test say so: on few rows a bootstrap interval alone is too sure."""
    return found.excludes_zero and test.p < ALARM


def verdict(one: str, other: str, found: Estimate, test: PairedTest, rows: int) -> str:
    """What the difference lets one say, and no more."""
    needed = rows_needed(found, rows)
    if told_apart(found, test):
        which = "better" if found.value > 0 else "worse"
        return f"{one} is {which} than {other} on these rows, beyond what chance would give."
    if needed is None:
        return f"Cannot tell {one} and {other} apart on {counted(rows, 'row')}: they score the same."
    if (more := needed - rows) > 0:
        return (
            f"Cannot tell yet which is better. If the difference is as large as it looks, about {_round(more)} more "
            f"test rows would tell."
        )
    return "Cannot tell yet which is better; the difference is at the edge of what these rows can show."


def _round(number: int) -> str:
    """Two leading digits: an estimate is no count."""
    return f"{round(number, -max(len(str(number)) - 2, 0)):,}"
