"""How what is measured of rows, such as their length, goes with groups."""

# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false, reportAttributeAccessIssue=false

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import mannwhitneyu, rankdata, t

from tools.audit._rates import Attribute, sizes
from tools.evaluate._intervals import Estimate

Array = NDArray[np.float64]
Z = 1.959964


@dataclass(frozen=True)
class Shift:
    """A measure in a group against the same in the others.

    Attributes:
        mean: In the group.
        mean_of_others: In the others.
        difference: Of the means, with Welch's 95 % interval.
        delta: Cliff's delta: how much likelier a row of the group has the higher value than the lower; -1 to 1.
        p: Mann and Whitney's test.
        test: Which test it is; with two groups one mirrors the other.
    """

    attribute: str
    group: str
    measure: str
    rows: int
    rows_of_others: int
    mean: float
    mean_of_others: float
    difference: Estimate
    delta: Estimate
    p: float
    test: tuple[str, str, str]


def shifts(attribute: Attribute, measure: str, values: Sequence[float | None]) -> list[Shift]:
    """Every group of an attribute against its other groups; rows without a value are left out."""
    there = [group if value is not None else None for group, value in zip(attribute.groups, values, strict=True)]
    kept, _ = sizes(there)
    if len(kept) < 2:
        return []
    groups = np.array([group or "" for group in there])
    numbers = np.array([math.nan if value is None else value for value in values])
    inside = np.isin(groups, list(kept))
    if np.ptp(numbers[inside]) == 0:
        return []
    return [
        _shift(
            (attribute.name, group, measure), numbers[groups == group], numbers[inside & (groups != group)], len(kept)
        )
        for group in kept
    ]


def _shift(what: tuple[str, str, str], mine: Array, others: Array, groups: int) -> Shift:
    tested: Any = mannwhitneyu(mine, others, method="asymptotic")
    return Shift(
        *what,
        rows=len(mine),
        rows_of_others=len(others),
        mean=float(mine.mean()),
        mean_of_others=float(others.mean()),
        difference=_welch(mine, others),
        delta=cliffs_delta(mine, others),
        p=float(tested.pvalue),
        test=(what[0], "" if groups == 2 else what[1], what[2]),
    )


def cliffs_delta(mine: Array, others: Array) -> Estimate:
    """Cliff's delta with his asymmetric interval (Cliff 1996; Feng and Cliff 2004), the variance by placements.

    The placements are those of DeLong et al. (1988): delta is twice the area under the curve less 1.
    """
    m, n = len(mine), len(others)
    ranks = rankdata(np.concatenate([mine, others]))
    above = 2 * (ranks[:m] - rankdata(mine)) / n - 1  # of each row here, by how much it lies above the others
    below = 1 - 2 * (ranks[m:] - rankdata(others)) / m
    delta = float(above.mean())
    variance = float(above.var(ddof=1)) / m + float(below.var(ddof=1)) / n
    square = delta * delta
    if square > 1 - 1e-12:
        fewer = min(m, n)
        return Estimate(delta, *sorted((delta, delta * (fewer - Z * Z) / (fewer + Z * Z))))
    scale = 1 - square + Z * Z * variance
    reach = Z * math.sqrt(variance) * math.sqrt((1 - square) ** 2 + Z * Z * variance)
    middle = delta - delta * square
    return Estimate(delta, max((middle - reach) / scale, -1.0), min((middle + reach) / scale, 1.0))


def _welch(mine: Array, others: Array) -> Estimate:
    a, b = float(mine.var(ddof=1)) / len(mine), float(others.var(ddof=1)) / len(others)
    value = float(mine.mean() - others.mean())
    if a + b == 0:
        return Estimate(value, value, value)
    freedom = (a + b) ** 2 / (a * a / (len(mine) - 1) + b * b / (len(others) - 1))
    reach = float(t.ppf(0.975, freedom)) * math.sqrt(a + b)
    return Estimate(value, value - reach, value + reach)
