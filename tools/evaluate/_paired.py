"""A metric of two sets of answers to the same questions, and of their difference."""

from collections.abc import Sequence
from dataclasses import dataclass

from tools.evaluate._intervals import Estimate, bounded, difference, newcombe, resampled, wilson
from tools.evaluate._metrics import Array, Metric
from tools.evaluate._pairs import PairedTest, exact_mcnemar, permutation


@dataclass(frozen=True)
class Paired:
    """Two scores, their difference, and a test of whether chance alone would give it."""

    one: Estimate
    other: Estimate
    difference: Estimate
    test: PairedTest


def paired(metric: Metric, one: Sequence[str], other: Sequence[str], references: Sequence[str], seed: int) -> Paired:
    """Score both and compare them, row by row."""
    parts = metric.parts([*one, *other], [*references, *references])  # together, so that both have the same labels
    first, second = parts[: len(references)], parts[len(references) :]
    return Paired(
        estimate(metric, first, seed),
        estimate(metric, second, seed),
        apart(metric, first, second, seed),
        exact_mcnemar(first[:, 0], second[:, 0]) if metric.share else permutation(first, second, metric.of, seed),
    )


def estimate(metric: Metric, parts: Array, seed: int) -> Estimate:
    """A metric from what each row adds to it."""
    value, rows = float(metric.of(parts.sum(axis=0))), len(parts)
    if metric.share:
        return wilson(value, rows)
    return resampled(lambda weights: metric.of(weights @ parts), rows, seed) or bounded(value, rows, metric.top)


def apart(metric: Metric, one: Array, other: Array, seed: int) -> Estimate:
    """The difference of a metric on the same rows."""
    if metric.share:
        return newcombe(one[:, 0], other[:, 0])
    found = resampled(lambda weights: metric.of(weights @ one) - metric.of(weights @ other), len(one), seed)
    return found or difference(estimate(metric, one, seed), estimate(metric, other, seed))
