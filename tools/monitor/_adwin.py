"""Where a series of numbers changed its mean: adaptive windowing."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
SURE = 0.002
"""The delta of the test: the higher, the sooner it cuts, and the more often for nothing."""
FEWEST = 30
"""Values on either side of a cut."""
EVERY = 10
"""Values between two looks."""
LONGEST = 2000
"""Values that a window keeps."""


def changes(values: Sequence[float]) -> list[int]:
    """The places before which the mean changed, by ADWIN (Bifet and Gavalda 2007, "Learning from time-changing data").

    A window grows until its older part differs from its newer part by more than the bound of their theorem 3.1 in the
    form for bounded variance; then the older part is forgotten. Windows are looked at exactly, not in buckets: they are
    short here.

    Args:
        values: In their order, any numbers; they are scaled to lie between 0 and 1.
    """
    series = np.asarray(values, float)
    spread = float(np.ptp(series)) if len(series) else 0.0
    if spread == 0:
        return []
    series = (series - series.min()) / spread
    start, found = 0, list[int]()
    for end in range(2 * FEWEST, len(series) + 1, EVERY):
        start = max(start, end - LONGEST)
        cut = _cut(series[start:end])
        if cut is not None:
            start += cut
            found.append(start)
    return found


def _cut(window: Numbers) -> int | None:
    """Where a window is to be cut, if it is: where its parts differ most beyond the bound."""
    size = len(window)
    if size < 2 * FEWEST:
        return None
    first = np.arange(FEWEST, size - FEWEST + 1)
    sums = np.cumsum(window)
    older, newer = sums[first - 1] / first, (sums[-1] - sums[first - 1]) / (size - first)
    harmonic = 1 / (1 / first + 1 / (size - first))
    sure = np.log(2 * np.log(size) / SURE)
    bound = np.sqrt(2 / harmonic * float(window.var()) * sure) + 2 / (3 * harmonic) * sure
    beyond = np.abs(older - newer) - bound
    best = int(beyond.argmax())
    return int(first[best]) if beyond[best] > 0 else None
