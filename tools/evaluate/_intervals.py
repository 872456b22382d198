"""Scores with 95 % intervals: Wilson and Newcombe for shares, the paired BCa bootstrap for the rest."""

# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false, reportArgumentType=false

import math
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Statistic = Callable[[Array], Array]
"""Scores by row weights: (resamples, rows) to (resamples,) or (resamples, scores)."""

LEVEL = 0.95
RESAMPLES = 2000
CELLS = 4_000_000
"""Row weights held at once."""
LEFT_OUT = 1000
"""The most times that rows are left out."""


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
    from statsmodels.stats.proportion import proportion_confint  # noqa: PLC0415  (slow to import)

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
    return intervals(lambda weights: statistic(weights)[:, None], rows, seed)[0]


def intervals(statistic: Statistic, rows: int, seed: int) -> list[Estimate | None]:
    """Many scores of the same rows at once, each with its BCa bootstrap interval; see `resampled`.

    Resamples in which a score is not defined (NaN) do not count for it; if they are more than half, it has no interval.
    Past `LEFT_OUT` rows the acceleration is that of the jackknife which leaves out groups of rows.

    Args:
        statistic: From weights, (resamples, rows), to scores, (resamples, scores).
        rows: How many rows there are.
        seed: Of the resampling.
    """
    values = statistic(np.ones((1, rows)))[0]
    if rows < 2:
        return [None] * len(values)
    without = np.concatenate([statistic(weights) for weights in _leaving_out(rows)])
    drawn = np.concatenate([statistic(weights) for weights in _drawn(rows, seed)])
    return [_bca(float(value), *columns) for value, *columns in zip(values, drawn.T, without.T, strict=True)]


def _bca(value: float, drawn: Array, without: Array) -> Estimate | None:
    """Bias-corrected and accelerated ends, as in `scipy.stats.bootstrap`."""
    known, drawn, without = len(drawn), drawn[~np.isnan(drawn)], without[~np.isnan(without)]
    if math.isnan(value) or 2 * len(drawn) < known or len(without) < 2 or np.ptp(without) < 1e-12:
        return None
    below = float(((drawn < value).mean() + (drawn <= value).mean()) / 2)
    from scipy.special import ndtr, ndtri  # noqa: PLC0415  (slow to import)

    bias = ndtri(min(max(below, 0.5 / known), 1 - 0.5 / known))
    apart = without.mean() - without
    bend = float((apart**3).sum() / (6 * (apart**2).sum() ** 1.5))
    sides = bias + ndtri(np.array([(1 - LEVEL) / 2, (1 + LEVEL) / 2]))
    low, high = np.percentile(drawn, 100 * ndtr(bias + sides / (1 - bend * sides)))
    return Estimate(value, min(float(low), value), max(float(high), value))


def _drawn(rows: int, seed: int) -> Iterator[Array]:
    rng, batch = np.random.default_rng(seed), max(1, CELLS // rows)
    for start in range(0, RESAMPLES, batch):
        yield _weights(rng.integers(0, rows, (min(batch, RESAMPLES - start), rows)), rows)


def _leaving_out(rows: int) -> Iterator[Array]:
    groups, batch = min(rows, LEFT_OUT), max(1, CELLS // rows)
    group = np.arange(rows) % groups
    for start in range(0, groups, batch):
        yield (group != np.arange(start, min(start + batch, groups))[:, None]).astype(float)


def mean(scores: Array, seed: int) -> Estimate | None:
    """The mean of a score over rows."""
    return resampled(lambda weights: weights @ scores / weights.sum(axis=-1), len(scores), seed)


def bounded(value: float, rows: int, top: float, bottom: float = 0.0) -> Estimate:
    """For a score of which every resample is the same: as wide as a share's interval would be."""
    within = wilson(min(max((value - bottom) / (top - bottom), 0), 1), rows)
    return Estimate(value, bottom + within.low * (top - bottom), bottom + within.high * (top - bottom))


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
