"""How small a drift would be found at all, told from what was held out, before there is any."""

import numpy as np
from numpy.typing import NDArray

from tools.monitor._drift_test import BETWEEN_ALARMS, SHARES, likelihood

Numbers = NDArray[np.float64]
SOON = 200
"""Requests within which it is to be found."""
TRIED = (0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0)
OFTEN = 0.84
"""The normal quantile of 0.8."""


def findable(held: Numbers, strange: Numbers) -> float | None:
    """The least share of new requests that is found within `SOON` requests in about 8 of 10 cases; None if none is.

    With a few hundred rows it is too hopeful: what varies from one sample of rows to the next is not counted.

    The winnings of a bet grow by a factor a request, independently; so their logarithm is nearly normal. An e-detector
    of the Shiryaev-Roberts form has won about 1 / growth times as much as its best bet. What is new is as `strange`.

    Args:
        held: The novelty of held-out rows, from low to high.
        strange: The novelty of texts of new kinds.
    """
    usual, new = (_densities(held, some) for some in (held, strange))
    for share in TRIED:
        if max(_sureness(bet, share, usual, new) for bet in SHARES) >= OFTEN:
            return share
    return None


def _densities(held: Numbers, novelty: Numbers) -> Numbers:
    p = (len(held) - np.searchsorted(held, novelty) + 1) / (len(held) + 1)
    return np.array([likelihood(each) for each in p.tolist()])


def _sureness(bet: float, share: float, usual: Numbers, new: Numbers) -> float:
    """By how many standard deviations the bet is expected to be beyond the threshold."""
    won = [np.log(1 - bet + bet * each) for each in (usual, new)]
    growth = (1 - share) * won[0].mean() + share * won[1].mean()
    if growth <= 0:
        return -np.inf
    square = (1 - share) * (won[0] ** 2).mean() + share * (won[1] ** 2).mean()
    begun = np.log(1 / (1 - np.exp(-growth)))
    needed = np.log(BETWEEN_ALARMS * len(SHARES))
    return float((SOON * growth + begun - needed) / np.sqrt(SOON * (square - growth**2)))
