"""How large a difference is, in the measures that the field reports beside it."""

# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false, reportArgumentType=false

import math
from dataclasses import dataclass

import numpy as np

from tools.evaluate._intervals import LEVEL, Array, Estimate, bounded, mean


@dataclass(frozen=True)
class Odds:
    """Of the rows that only one of two gets right, how many times as many are the first one's.

    Attributes:
        first: Rows that only the first gets right.
        second: Rows that only the second gets right.
        value: Their ratio; infinite if the second has none, and not a number if neither has.
    """

    first: int
    second: int
    value: float
    low: float
    high: float


def odds(one: Array, other: Array) -> Odds:
    """The matched-pairs odds ratio with its exact interval: Clopper and Pearson's for b of b + c, turned into odds.

    Breslow and Day 1980, section 5.2.

    Args:
        one: Right (1) or not (0) by row.
        other: The same of what it is compared to, on the same rows.
    """
    first, second = int((one * (1 - other)).sum()), int(((1 - one) * other).sum())
    if not first + second:
        return Odds(0, 0, math.nan, 0.0, math.inf)
    from statsmodels.stats.proportion import proportion_confint  # noqa: PLC0415  (slow to import)

    low, high = proportion_confint(first, first + second, alpha=1 - LEVEL, method="beta")
    return Odds(first, second, _as_odds(first / (first + second)), _as_odds(float(low)), _as_odds(float(high)))


def cohens_h(one: float, other: float) -> float:
    """The distance of two shares on a scale where 0.2 is called small, 0.5 medium, 0.8 large (Cohen 1988, ch. 6)."""
    return 2 * math.asin(math.sqrt(one)) - 2 * math.asin(math.sqrt(other))


def within_rows(one: Array, other: Array, seed: int) -> Estimate:
    """Cliff's delta within rows: the share of rows on which one scores higher, less that on which the other does.

    Cliff 1993, Psychological Bulletin 114, the within-subject form, with the BCa bootstrap interval.

    Args:
        one: A score by row.
        other: The same of what it is compared to, on the same rows.
        seed: Of the resampling.
    """
    signs = np.sign((one - other).round(12))
    if found := mean(signs, seed):
        return found
    about = bounded((float(signs.mean()) + 1) / 2, len(signs), 1.0)  # all rows alike: as wide as a share's would be
    return Estimate(2 * about.value - 1, 2 * about.low - 1, 2 * about.high - 1)


def _as_odds(share: float) -> float:
    return math.inf if share >= 1 else share / (1 - share)
