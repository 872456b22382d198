"""What is watched of a service, request by request: each chart raises an alarm when something has risen."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from store.requests import Request
from tools.monitor._rising import BASELINE, Rising, allowed

RECENT = 100
"""Requests of which an alarm tells."""
QUIET = 200
"""Requests after an alarm in which the same chart is silent."""
SLOW = 0.95
"""The quantile of the first requests from which one counts as slow."""
SLOW_ALLOWED = 0.1


@dataclass
class RateChart:
    """Watches a rate: first against the most that is ever allowed, then against how it was at first.

    Attributes:
        most: The highest rate that may count as usual.
    """

    most: float
    first: list[bool] = field(default_factory=list[bool])
    recent: deque[bool] = field(default_factory=lambda: deque[bool](maxlen=RECENT))
    quiet: int = 0

    def __post_init__(self) -> None:
        self.detector = Rising(self.most)

    def add(self, happened: bool) -> bool:
        """One more: whether it raises the alarm."""
        self.recent.append(happened)
        if len(self.first) < BASELINE:
            self.first.append(happened)
            if len(self.first) == BASELINE:
                self.detector = Rising(min(allowed(self.first), self.most))
        if self.quiet:
            self.quiet -= 1
            return False
        if not self.detector.add(happened):
            return False
        self.quiet = QUIET
        return True

    @property
    def told(self) -> tuple[int, int]:
        """How many of the recent ones, and of how many."""
        return sum(self.recent), len(self.recent)


@dataclass
class SlowChart:
    """Watches the seconds that answers take, against how they were at first."""

    first: list[float] = field(default_factory=list[float])
    limit: float | None = None
    """Seconds that few of the first answers took longer than."""

    def __post_init__(self) -> None:
        self.rate = RateChart(SLOW_ALLOWED)

    def add(self, seconds: float) -> bool:
        """One more: whether it raises the alarm."""
        if self.limit is None:
            self.first.append(seconds)
            if len(self.first) == BASELINE:
                self.limit = float(np.quantile(self.first, SLOW))
            return False
        return self.rate.add(seconds > self.limit)


@dataclass(frozen=True)
class Rate:
    """A rate of requests that is watched."""

    most: float
    happened: Callable[[Request], bool | None]
    """Whether it happened; None for a request that does not count."""
    sentence: str
    """With `{bad}`, `{of}` and `{usual}`."""


def _failed(request: Request) -> bool | None:
    return request.outcome == "failed" if request.outcome in ("answered", "failed") else None


def _declined(request: Request) -> bool | None:
    return (request.refused or request.empty) if request.outcome == "answered" else None


RATES = {
    "errors": Rate(0.05, _failed, "{bad} of the last {of} requests failed; up to {usual} is usual."),
    "declined": Rate(
        0.3, _declined, "{bad} of the last {of} answers were empty or declined to answer; up to {usual} is usual."
    ),
}
MOST_COMPLAINTS = 0.3
