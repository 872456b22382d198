"""Tell as soon as possible that a rate has risen above what is allowed.

An e-detector (Shin, Ramdas and Rinaldo 2024, "E-detectors: a nonparametric framework for sequential change detection",
the Shiryaev-Roberts form): M becomes (M + 1) (1 + l (x - p)), where x is 1 or 0 and p is the rate that is allowed.
While the rate is no higher, the mean time until M first reaches A is at least A, whatever else holds of the requests.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from tools.evaluate._intervals import wilson

BETWEEN_ALARMS = 50_000
"""Requests between false alarms, in the mean and at the least."""
TIMES = (1.5, 2.5, 5.0)
"""How many times the allowed rate is bet on."""
BASELINE = 200
"""Requests from which it is learned what is usual."""
LEAST_ALLOWED = 0.02
HIGHEST_ALLOWED = 0.9
HIGHEST_BET = 0.95


@dataclass
class Rising:
    """The detector as it stands.

    Attributes:
        allowed: The rate that is no trouble, between 0 and 1.
        between: Requests between false alarms, at the least.
        sums: One for each rate that is bet on.
    """

    allowed: float
    between: float = BETWEEN_ALARMS
    sums: list[float] = field(default_factory=lambda: [0.0] * len(TIMES))

    def add(self, happened: bool) -> bool:
        """One request more: whether it raises the alarm. After an alarm it begins anew."""
        rate = self.allowed
        for place, times in enumerate(TIMES):
            bet = min((min(times * rate, HIGHEST_BET) - rate) / (rate * (1 - rate)), HIGHEST_BET / rate)
            self.sums[place] = (self.sums[place] + 1) * (1 + bet * (happened - rate))
        if sum(self.sums) / len(self.sums) < self.between:
            return False
        self.sums = [0.0] * len(TIMES)
        return True


def allowed(before: Iterable[bool]) -> float:
    """The rate that is no trouble, from how it was: the upper end of its 95 % interval (Wilson 1927), at least 2 %."""
    seen = list(before)
    if not seen:
        return LEAST_ALLOWED
    return min(max(wilson(sum(seen) / len(seen), len(seen)).high, LEAST_ALLOWED), HIGHEST_ALLOWED)
