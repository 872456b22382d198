"""Paired tests: would chance alone give two models on the same rows a difference this large?"""

# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false, reportAttributeAccessIssue=false

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata
from scipy.stats import wilcoxon as scipy_wilcoxon
from statsmodels.stats.contingency_tables import mcnemar

from tools.evaluate._intervals import Estimate

Array = NDArray[np.float64]
PERMUTATIONS = 5_000
CELLS = 4_000_000
"""Random swaps held at once."""
ALARM = 0.05
MANY_ROWS = 50
"""Above, the signed ranks' sum is close enough to normal."""


@dataclass(frozen=True)
class PairedTest:
    """A paired test: its name, and how often chance alone would give a difference this large."""

    name: str
    p: float


def exact_mcnemar(one: Array, other: Array) -> PairedTest:
    """Do both get the same share of rows right? Only rows where one is right and the other wrong count.

    McNemar 1947, the exact binomial form at every size: it never alarms too often, where the chi-squared form may.
    """
    first, second = int((one * (1 - other)).sum()), int(((1 - one) * other).sum())
    found = mcnemar([[0, first], [second, 0]], exact=True)
    return PairedTest("McNemar's exact test", float(found.pvalue))


def permutation(
    one: Array, other: Array, of: Callable[[Array], Array], seed: int, permutations: int = PERMUTATIONS
) -> PairedTest:
    """Would swapping the two on random rows give as large a difference? Noreen 1989; Riezler and Maxwell 2005.

    Args:
        one: What each row adds to the score, as (rows, parts).
        other: The same of what it is compared to.
        of: From sums over rows to the score.
        seed: Of the random swaps.
        permutations: How many random swaps.
    """
    random, (apart, total) = np.random.default_rng(seed), (one - other, one + other)
    found = abs(float(of(one.sum(axis=0)) - of(other.sum(axis=0))))
    as_large, batch = 0, max(1, CELLS // max(len(one), 1))
    for begun in range(0, permutations, batch):
        swapped = random.integers(0, 2, size=(min(batch, permutations - begun), len(one))).astype(float)
        sums = one.sum(axis=0) - swapped @ apart
        as_large += int((np.abs(of(sums) - of(total.sum(axis=0) - sums)) >= found - 1e-12).sum())
    return PairedTest("paired permutation test", (1 + as_large) / (1 + permutations))


def signed_ranks(one: Array, other: Array, seed: int, permutations: int = PERMUTATIONS) -> PairedTest:
    """Is one's score higher on as many rows, and by as much in rank, as the other's? Wilcoxon 1945.

    Rows on which both score the same are left out. Few rows: exact, or by random signs where ranks are tied.

    Args:
        one: A score by row.
        other: The same of what it is compared to.
        seed: Of the random signs.
        permutations: How many of them.
    """
    name, apart = "Wilcoxon's signed-rank test", one - other
    apart = apart[np.abs(apart) > 1e-12]
    if len(apart) < 2:
        return PairedTest(name, 1.0)
    ranks = rankdata(np.abs(apart).round(12))
    if len(apart) > MANY_ROWS:
        return PairedTest(name, float(scipy_wilcoxon(apart, method="asymptotic").pvalue))
    if len(set(ranks)) == len(ranks):
        return PairedTest(name, float(scipy_wilcoxon(apart, method="exact").pvalue))
    up, down = np.where(apart > 0, ranks, 0.0), np.where(apart < 0, ranks, 0.0)
    found = permutation(up[:, None], down[:, None], lambda sums: sums[..., 0], seed, permutations)
    return PairedTest(name, found.p)


def told_apart(found: Estimate, test: PairedTest) -> bool:
    """Whether both the interval and the test say so: on few rows a bootstrap interval alone is too sure."""
    return found.excludes_zero and test.p < ALARM
