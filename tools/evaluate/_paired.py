"""Metrics of two sets of answers to the same questions, and of their differences."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tools.evaluate._intervals import (
    Array,
    Estimate,
    Statistic,
    bounded,
    difference,
    intervals,
    newcombe,
    resampled,
    wilson,
)
from tools.evaluate._metric import Metric, Reads, Said, statistic
from tools.evaluate._pairs import PERMUTATIONS, PairedTest, exact_mcnemar

TRACED = 1000
"""Permutations where a curve is traced for each: p is known to 0.001."""
CELLS = 4_000_000


@dataclass(frozen=True)
class Paired:
    """Two scores, their difference, and a test of whether chance alone would give it."""

    one: Estimate
    other: Estimate
    difference: Estimate
    test: PairedTest


def paired(metric: Metric, one: Sequence[str], other: Sequence[str], references: Sequence[str], seed: int) -> Paired:
    """Score both by one metric of their texts and compare them, row by row."""
    return pairs([metric], {metric.reads: one}, {metric.reads: other}, references, seed)[metric.key]


def estimate(metric: Metric, parts: Array, seed: int) -> Estimate:
    """A metric from what each row adds to it."""
    value, rows = float(metric.of(parts.sum(axis=0))), len(parts)
    if metric.share:
        return wilson(value, rows)
    found = resampled(lambda weights: metric.of(weights @ parts), rows, seed)
    return found or bounded(value, rows, metric.top, metric.bottom)


def apart(metric: Metric, one: Array, other: Array, seed: int) -> Estimate:
    """The difference of a metric on the same rows, from what each row adds to it."""
    if metric.share:
        return newcombe(one[:, 0], other[:, 0])
    found = resampled(lambda weights: metric.of(weights @ one) - metric.of(weights @ other), len(one), seed)
    return found or difference(estimate(metric, one, seed), estimate(metric, other, seed))


def pairs(metrics: Sequence[Metric], one: Said, other: Said, references: Sequence[str], seed: int) -> dict[str, Paired]:
    """Score both by many metrics and compare them, row by row: the same resamples serve all.

    Args:
        metrics: Those that fit the rows.
        one: What one said, of each kind that the metrics read.
        other: The same of what it is compared to, on the same rows.
        references: What is right.
        seed: Of resampling and permutation.

    Returns:
        By key. A metric without ends of which each resample is the same is left out: nothing is known of its interval.
    """
    shares = [metric for metric in metrics if metric.share]
    rest = [metric for metric in metrics if not metric.share]
    found = {metric.key: _of_shares(metric, one, other, references) for metric in shares}
    if rest:
        found |= _resampled(rest, one, other, references, seed)
    return {metric.key: found[metric.key] for metric in metrics if metric.key in found}


def _of_shares(metric: Metric, one: Said, other: Said, references: Sequence[str]) -> Paired:
    first, second = (metric.parts(said[metric.reads], references)[:, 0] for said in (one, other))
    rows = len(references)
    return Paired(
        wilson(float(first.mean()), rows),
        wilson(float(second.mean()), rows),
        newcombe(first, second),
        exact_mcnemar(first, second),
    )


def _resampled(
    metrics: Sequence[Metric], one: Said, other: Said, references: Sequence[str], seed: int
) -> dict[str, Paired]:
    first, second = statistic(metrics, one, references), statistic(metrics, other, references)

    def scores(weights: Array) -> Array:
        a, b = first(weights), second(weights)
        return np.concatenate([a, b, a - b], axis=-1)

    rows, found = len(references), dict[str, Paired]()
    values = np.split(scores(np.ones((1, rows)))[0], 3)
    ends = intervals(scores, rows, seed)
    tests = _swapped(metrics, one, other, references, seed)
    for place, metric in enumerate(metrics):
        a, b, apart = ends[place :: len(metrics)]
        a = a or metric.bounded(float(values[0][place]), references)
        b = b or metric.bounded(float(values[1][place]), references)
        if a and b:
            found[metric.key] = Paired(a, b, apart or difference(a, b), tests[metric.key])
    return found


def _swapped(
    metrics: Sequence[Metric], one: Said, other: Said, references: Sequence[str], seed: int
) -> dict[str, PairedTest]:
    """Would swapping the two on random rows give as large a difference? Noreen 1989; Riezler and Maxwell 2005."""
    found: dict[str, PairedTest] = {}
    kinds: set[Reads] = {metric.reads for metric in metrics}
    for reads in kinds:
        for traced in (False, True):
            some = [m for m in metrics if m.reads == reads and (type(m).alike is not Metric.alike) is traced]
            if some:
                both = [*some[0].alike(one[reads]), *some[0].alike(other[reads])]
                joint = statistic(some, {reads: both}, [*references, *references])
                chances = _by_chance(joint, len(references), TRACED if traced else PERMUTATIONS, seed)
                found |= {
                    metric.key: PairedTest("paired permutation test", p)
                    for metric, p in zip(some, chances.tolist(), strict=True)
                }
    return found


def _by_chance(joint: Statistic, rows: int, permutations: int, seed: int) -> Array:
    """How often swaps give as large a difference, from a statistic of the rows of both, one after the other."""
    rng, batch = np.random.default_rng(seed), max(1, CELLS // (2 * rows))
    kept, moved = np.ones((1, rows)), np.zeros((1, rows))
    seen = np.abs(joint(np.hstack([kept, moved])) - joint(np.hstack([moved, kept])))
    as_large = np.zeros(seen.shape[-1])
    for start in range(0, permutations, batch):
        swap = rng.integers(0, 2, (min(batch, permutations - start), rows)).astype(float)
        apart = np.abs(joint(np.hstack([1 - swap, swap])) - joint(np.hstack([swap, 1 - swap])))
        as_large += (~(apart < seen - 1e-12)).sum(axis=0)
    return (1 + as_large) / (1 + permutations)
