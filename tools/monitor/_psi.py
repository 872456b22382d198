"""How much a distribution has moved: the population stability index, and whether chance explains it."""

# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false, reportUnknownMemberType=false

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
BINS = 10
MOVED = 0.1
"""From here on practice speaks of a shift, and from 0.25 on of a large one."""


@dataclass(frozen=True)
class Stability:
    """A population stability index."""

    psi: float
    p: float
    """How often chance alone gives as much."""

    @property
    def moved(self) -> bool:
        """Whether it is more than chance and large enough to matter."""
        return self.psi >= MOVED and self.p < 0.01


def stability(before: Sequence[Hashable], now: Sequence[Hashable]) -> Stability:
    """The index of two samples of kinds: the sum of (q - p) ln(q / p), half a count added to each kind.

    With no shift, it is about (1/n + 1/m) times chi-square with one degree less than kinds (Yurdakul 2018, "Statistical
    properties of the population stability index").
    """
    kinds = sorted({*before, *now}, key=str)
    counts = np.array([[list(sample).count(kind) for kind in kinds] for sample in (before, now)], float)
    if not before or not now or len(kinds) < 2:
        return Stability(0.0, 1.0)
    p, q = (counts + 0.5) / (counts.sum(axis=1, keepdims=True) + 0.5 * len(kinds))
    psi = float(((q - p) * np.log(q / p)).sum())
    from scipy.stats import chi2  # noqa: PLC0415  (slow to import)

    return Stability(psi, float(chi2.sf(psi / (1 / len(before) + 1 / len(now)), len(kinds) - 1)))


def stability_of_numbers(before: Numbers, now: Numbers) -> Stability:
    """The index of two samples of numbers, in bins that hold a tenth each of the first sample."""
    if not len(before) or not len(now):
        return Stability(0.0, 1.0)
    edges = np.unique(np.quantile(before, np.linspace(0, 1, BINS + 1)[1:-1]))
    one, other = (np.searchsorted(edges, sample, side="right").tolist() for sample in (before, now))
    return stability(one, other)
