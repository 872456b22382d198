"""Tell as soon as possible that what comes in has become newer than what a model was trained on.

Each request has a p-value: the share of texts that are at least as new, among the held-out rows, the requests before it
and itself (Vovk, Nouretdinov and Gammerman 2003, "Testing exchangeability on-line"). Bets are laid on p-values being
low, for several shares of new requests at once. While held-out rows and requests are exchangeable, no bet wins in the
mean, however few rows were held out. So an e-detector of the Shiryaev-Roberts form (Shin, Ramdas and Rinaldo 2024,
"E-detectors"), where M becomes (M + 1) times what the bet wins, needs at least A requests in the mean to reach A first.
"""

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

BETWEEN_ALARMS = 10_000
"""Requests between false alarms, in the mean and at the least."""
SHARES = (0.05, 0.1, 0.2, 0.4, 0.8)
"""The shares of new requests that are bet on."""
POWERS = (3, 10, 50)
LEARNED = 200
"""Requests after an alarm that are learned from before any bet is laid."""
REMEMBERED = 1000
"""Requests of which an alarm tells, at most."""
MOST_USUAL = 20_000
"""Texts that p-values are among; later requests are no longer added."""


@dataclass(frozen=True)
class Alarm:
    """What an alarm tells."""

    since: int
    """Requests from the first that is thought to be after the change up to the one that raised the alarm."""
    new: tuple[float, float]
    """The least and the most likely share of these that are of a new kind, where what is new is as the bets suppose.

    As it is told when there seems to be most of it, a small share is told too high: the true one was within in some
    seven of ten alarms of `benchmarks.drift`.
    """


class DriftTest:
    """The test as it stands.

    After an alarm, what comes becomes what is usual: it learns from `LEARNED` requests and begins anew.

    Args:
        held: The novelty of held-out rows.
        between: Requests between false alarms, at the least.
    """

    def __init__(self, held: Iterable[float], between: float = BETWEEN_ALARMS) -> None:
        self._usual, self._between, self._learn = sorted(held), between, 0
        self._begin()

    def _begin(self) -> None:
        self._sums = [0.0] * len(SHARES)
        self._best = [1.0] * len(SHARES)
        self._since = [0] * len(SHARES)
        self._densities = deque[float](maxlen=REMEMBERED)

    def add(self, novelty: float) -> Alarm | None:
        """One request more: the alarm, if it raises one."""
        usual = self._usual
        p = (len(usual) - bisect_left(usual, novelty) + 1) / (len(usual) + 1)
        if len(usual) < MOST_USUAL:
            insort(usual, novelty)
        if self._learn:
            self._learn -= 1
            return None
        density = likelihood(p)
        self._densities.append(density)
        for place, share in enumerate(SHARES):
            won = 1 - share + share * density
            self._sums[place] = (self._sums[place] + 1) * won
            begins = self._best[place] <= 1
            self._best[place] = (1.0 if begins else self._best[place]) * won
            self._since[place] = 1 if begins else self._since[place] + 1
        if sum(self._sums) / len(SHARES) < self._between:
            return None
        return self._alarm()

    def _alarm(self) -> Alarm:
        best = max(range(len(SHARES)), key=self._sums.__getitem__)
        since = min(self._since[best], len(self._densities))
        told = Alarm(since, _likely(np.array(self._densities)[-since:]))
        self._usual, self._learn = [], LEARNED
        self._begin()
        return told


def likelihood(p: float) -> float:
    """How much likelier a p-value is of a new text: the mean of densities (k + 1) (1 - p)^k, which have a mass of 1."""
    return sum((power + 1) * (1 - p) ** power for power in POWERS) / len(POWERS)


def _likely(densities: Numbers) -> tuple[float, float]:
    """The shares whose log-likelihood is within 1.92 of the highest."""
    shares = np.arange(101) / 100
    fit = np.log(np.maximum(1 - shares + np.outer(densities, shares), 1e-9)).sum(axis=0)
    likely = shares[fit >= fit.max() - 1.92]
    return float(likely[0]), float(likely[-1])
