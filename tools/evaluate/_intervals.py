"""Scores with 95 % intervals: Wilson and Newcombe for shares, the paired BCa bootstrap for the rest."""

# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false, reportArgumentType=false

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import bootstrap
from statsmodels.stats.proportion import proportion_confint

Array = NDArray[np.float64]
Statistic = Callable[[Array], Array]
"""A score by row weights: (resamples, rows) to (resamples,)."""

LEVEL = 0.95
RESAMPLES = 2000
CELLS = 4_000_000
"""Row weights held at once."""


@dataclass(frozen=True)
class Estimate:
    """A value and where it would lie in 95 of 100 such tests."""

    value: float
    low: float
    high: float

    def as_json(self) -> dict[str, float]:
        """As JSON types."""
        return asdict(self)

    @property
    def excludes_zero(self) -> bool:
        """Whether the interval lies on one side of zero."""
        return self.low > 0 or self.high < 0


def wilson(share: float, rows: int) -> Estimate:
    """A share of rows with Wilson's score interval (Wilson 1927).

    For a mean of scores between 0 and 1 it is too wide rather than too narrow: no such score varies more.
    """
    low, high = proportion_confint(share * rows, rows, alpha=1 - LEVEL, method="wilson")
    return Estimate(share, min(float(low), share), max(float(high), share))


def newcombe(one: Array, other: Array) -> Estimate:
    """The difference of two shares on the same rows, by Newcombe's method 10 (Newcombe 1998, Statist. Med. 17).

    Args:
        one: Right (1) or not (0) by row.
        other: The same of what it is compared to, on the same rows.
    """
    rows = len(one)
    a, b = wilson(float(one.mean()), rows), wilson(float(other.mean()), rows)
    value, phi = a.value - b.value, _phi(one, other)
    below, above = (a.value - a.low, b.high - b.value), (a.high - a.value, b.value - b.low)
    return Estimate(value, value - _distance(*below, phi), value + _distance(*above, phi))


def resampled(statistic: Statistic, rows: int, seed: int) -> Estimate | None:
    """A score with its BCa bootstrap interval (Efron 1987), rows drawn with replacement; seeded.

    Returns:
        None where resampling can say nothing: fewer than two rows, or leaving out any one row changes nothing.
    """
    if rows < 2:
        return None
    value = float(statistic(np.ones((1, rows)))[0])
    without_one = 1 - np.eye(min(rows, 2000), rows)
    if np.ptp(statistic(without_one)) < 1e-12:
        return None

    def of_rows(chosen: NDArray[np.int64], axis: int = -1) -> Array:
        return statistic(_weights(chosen.reshape(-1, chosen.shape[-1]), rows)).reshape(chosen.shape[:-1])

    arguments: dict[str, Any] = {
        "n_resamples": RESAMPLES,
        "confidence_level": LEVEL,
        "vectorized": True,
        "batch": max(1, CELLS // rows),
        "rng": np.random.default_rng(seed),
    }
    found = bootstrap((np.arange(rows),), of_rows, method="BCa", **arguments).confidence_interval
    return Estimate(value, min(float(found.low), value), max(float(found.high), value))


def mean(scores: Array, seed: int) -> Estimate | None:
    """The mean of a score over rows."""
    return resampled(lambda weights: weights @ scores / weights.sum(axis=-1), len(scores), seed)


def bounded(value: float, rows: int, top: float) -> Estimate:
    """For a score of which every resample is the same: as wide as a share's interval would be."""
    within = wilson(min(max(value / top, 0), 1), rows)
    return Estimate(value, within.low * top, within.high * top)


def difference(one: Estimate, other: Estimate) -> Estimate:
    """From two intervals, taken as independent: MOVER (Zou and Donner 2008). The last resort."""
    value = one.value - other.value
    below = _distance(one.value - one.low, other.high - other.value, 0)
    return Estimate(value, value - below, value + _distance(one.high - one.value, other.value - other.low, 0))


def _distance(a: float, b: float, phi: float) -> float:
    return math.sqrt(max(a * a + b * b - 2 * phi * a * b, 0))


def _phi(one: Array, other: Array) -> float:
    """Correlation of two yes-or-no columns, corrected for continuity where it is positive, as Newcombe does."""
    rows = len(one)
    both, neither = float((one * other).sum()), float(((1 - one) * (1 - other)).sum())
    first, second = float((one * (1 - other)).sum()), float(((1 - one) * other).sum())
    scale = (both + first) * (second + neither) * (both + second) * (first + neither)
    if scale == 0:
        return 0.0
    apart = both * neither - first * second
    return (max(apart - rows / 2, 0) if apart > 0 else apart) / math.sqrt(scale)


def _weights(chosen: NDArray[np.int64], rows: int) -> Array:
    """How often each row was drawn: (resamples, drawn) to (resamples, rows)."""
    offset = np.arange(len(chosen))[:, None] * rows
    counted = np.bincount((chosen + offset).ravel(), minlength=len(chosen) * rows)
    return counted.reshape(len(chosen), rows).astype(float)
