"""What answers cost: seconds an answer, and tokens a second."""

# pyright: reportIncompatibleMethodOverride=false

from collections.abc import Sequence

import numpy as np

import tools.evaluate._metric as metric
from tools.evaluate._intervals import Array


class Speed(metric.Family):
    """Both of them."""


class OfEffort(metric.Metric):
    """A metric of the seconds that answers, or batches of them, took."""

    reads = "effort"
    top = float("inf")
    source = "measured"

    def parts(self, predictions: Sequence[float], references: Sequence[float]) -> Array:
        """Seconds, what was made in them, and one."""
        return np.stack([np.asarray(predictions, float), np.asarray(references, float), np.ones(len(predictions))], 1)


class Latency(OfEffort):
    """Mean seconds an answer."""

    key = "latency"
    about = "Mean seconds an answer takes on the machine that was measured."

    def of(self, sums: Array) -> Array:
        """Seconds by answers."""
        return metric.ratio(sums[..., 0], sums[..., 2])


class TokensPerSecond(OfEffort):
    """Tokens of all answers by the seconds of all answers."""

    key = "tokens_per_second"
    about = "Tokens written in a second on the machine that was measured."

    def of(self, sums: Array) -> Array:
        """Tokens by seconds."""
        return metric.ratio(sums[..., 1], sums[..., 0])


Speed.members = (Latency, TokensPerSecond)
