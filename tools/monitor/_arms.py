"""Compare two arms of a rollout while it runs, at any moment and as often as one likes.

Mixture sequential probability ratio test (Robbins 1970; Johari, Koomen, Pekelis and Walsh 2022, "Always valid
inference: continuous monitoring of A/B tests", equation 11): with the difference d of two rates and its variance V, and
differences mixed with a normal of mean 0 and variance T, the interval is

    d +- sqrt(V (V + T) / T (2 ln(1/a) + ln((V + T) / V))).

It holds at all times together with a chance of 1 - a, approximately: rates are taken as normal, so each arm needs
`FEWEST` requests, and one request of each kind is added to each arm (Agresti and Caffo 2000), so that no variance is 0.
"""

import math
from dataclasses import dataclass

MIXED = 0.01
"""T: rates that differ by 0.1 are looked for first."""
FEWEST = 30
ALPHA = 0.05


@dataclass(frozen=True)
class Arm:
    """What was counted of one arm."""

    requests: int
    bad: int
    """How many went wrong."""

    @property
    def rate(self) -> float:
        """The share that went wrong."""
        return self.bad / self.requests if self.requests else 0.0


@dataclass(frozen=True)
class Difference:
    """The rate of the new arm minus that of the old one, with its always-valid interval."""

    value: float
    low: float
    high: float

    @property
    def harm(self) -> bool:
        """Whether the new arm is shown to be worse."""
        return self.low > 0

    @property
    def better(self) -> bool:
        """Whether the new arm is shown to be better."""
        return self.high < 0

    def no_worse_than(self, margin: float) -> bool:
        """Whether the new arm is shown to be worse by less than a margin, if at all."""
        return self.high < margin


def difference(old: Arm, new: Arm, alpha: float = ALPHA) -> Difference | None:
    """How the arms differ; None while one of them has too few requests.

    Args:
        old: The arm that served before.
        new: The arm that is tried.
        alpha: The chance that the interval ever misses the truth.
    """
    if min(old.requests, new.requests) < FEWEST:
        return None
    value = new.rate - old.rate
    variance = _variance(old) + _variance(new)
    mixed = variance + MIXED
    half = math.sqrt(variance * mixed / MIXED * (2 * math.log(1 / alpha) + math.log(mixed / variance)))
    return Difference(value, value - half, value + half)


def _variance(arm: Arm) -> float:
    rate = (arm.bad + 1) / (arm.requests + 2)
    return rate * (1 - rate) / (arm.requests + 2)
