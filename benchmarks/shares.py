"""How the benchmarks print shares and seconds."""

import statistics
from collections.abc import Iterable


def share(right: Iterable[float]) -> str:
    """The share that is right, with its 95 % Wilson interval."""
    values, z = list(right), 1.96
    n = len(values)
    p = sum(values) / n
    middle, half = p + z * z / (2 * n), z * (p * (1 - p) / n + z * z / (4 * n * n)) ** 0.5
    low, high = (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)
    return f"{p:.0%} [{low:.0%}, {high:.0%}]"


def spread(seconds: list[float]) -> str:
    """The median and the 90th percentile."""
    ninetieth = statistics.quantiles(seconds, n=10)[-1] if len(seconds) > 1 else seconds[0]
    return f"median {statistics.median(seconds):.1f}, 90th percentile {ninetieth:.1f}"
