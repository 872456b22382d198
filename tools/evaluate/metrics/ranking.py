"""How well the probabilities of labels rank rows: area under the ROC curve, and average precision, one against rest."""

from collections.abc import Sequence
from typing import Any

import numpy as np

import tools.evaluate._chances as chances
import tools.evaluate._metric as metric
from tools.evaluate._intervals import Array, Statistic

Texts = Sequence[str]


class Ranking(metric.Family):
    """Both of them."""


class Ranked(chances.OfChances):
    """A metric of how the rows of a label are ranked among the others by its probability, averaged over labels."""

    column: int

    def fits(self, references: Texts) -> None:
        """There must be something to rank apart."""
        if len(set(references)) < 2:
            raise metric.Undefined(f"{self.title} needs rows of at least two labels, and these have one.")

    def summed(self, predictions: Sequence[chances.Chances], references: Texts) -> Statistic:
        """AUROC and average precision of a weighting of the rows: curves are no sums, so they are traced each time."""
        right = np.asarray(references)
        labels = sorted({*references})
        curves = [
            _Curve(column, right == label)
            for label, column in zip(labels, chances.matrix(predictions, labels).T, strict=True)
        ]

        def scores(weights: Array) -> Array:
            by_row = np.ascontiguousarray(weights.T)
            return _averaged(np.stack([curve.areas(by_row) for curve in curves]))

        return scores

    def of(self, sums: Array) -> Array:
        """One of the two."""
        return sums[..., self.column]

    def alike(self, predictions: Sequence[chances.Chances]) -> Sequence[chances.Chances]:
        """Ranks, since the probabilities of two models are on different scales (Venkatraman and Begg 1996)."""
        labels = sorted({label for row in predictions for label in row})
        ranks = np.stack([_ranks(column) for column in chances.matrix(predictions, labels).T], axis=1)
        return [dict(zip(labels, row, strict=True)) for row in ranks.tolist()]

    def evidence(self, references: Texts) -> int:
        """Rows of the rarer side, pooled over labels: a thousand rows of the other side do not make up for three."""
        counts = [references.count(label) for label in set(references)]
        if len(counts) == 2:
            return min(counts)
        return max(1, round(len(counts) ** 2 / sum(1 / min(count, len(references) - count) for count in counts)))


class Auroc(Ranked):
    """Area under the ROC curve, one label against the rest, averaged with equal weight over the labels that occur."""

    key, column = "auroc", 0
    about = "How often a row of a label gets a higher probability of it than a row of another; averaged over labels."
    source = 'sklearn.metrics.roc_auc_score(multi_class="ovr", average="macro")'


class AveragePrecision(Ranked):
    """Average precision, one label against the rest, averaged with equal weight over the labels that occur."""

    key, column = "average_precision", 1
    about = "Mean precision at the ranks where rows of a label are found among the others; averaged over labels."
    source = 'sklearn.metrics.average_precision_score(average="macro")'


class _Curve:
    """Rows in the order of the probability of one label, ready for any weighting.

    Args:
        scores: The probability of the label, by row.
        positive: Whether it is the right one, by row.
    """

    def __init__(self, scores: Array, positive: Any) -> None:
        self.hits = np.flatnonzero(positive)[np.argsort(-scores[positive], kind="stable")]
        self.rest = np.flatnonzero(~positive)[np.argsort(-scores[~positive], kind="stable")]
        ordered, others = scores[self.hits], -scores[self.rest]
        self.starts = np.flatnonzero(np.diff(ordered, prepend=np.inf))
        steps = -ordered[self.starts]
        self.above = np.searchsorted(others, steps, side="left")
        self.until = np.searchsorted(others, steps, side="right")

    def areas(self, weights: Array) -> Array:
        """AUROC and average precision of weights, (rows, resamples), as (resamples, 2); NaN if a side is empty."""
        hits = np.add.reduceat(weights[self.hits], self.starts, axis=0)
        rest = np.zeros((len(self.rest) + 1, weights.shape[1]))
        np.cumsum(weights[self.rest], axis=0, out=rest[1:])
        above, until, every = rest[self.above], rest[self.until], rest[-1]
        found, total = np.cumsum(hits, axis=0), hits.sum(axis=0)
        auroc = _or_nan((hits * (every - (above + until) / 2)).sum(axis=0), total * every)
        precision = metric.ratio(found, found + until)
        return np.stack([auroc, _or_nan((hits * precision).sum(axis=0), total * (every > 0))], axis=-1)


def _averaged(areas: Array) -> Array:
    """Over the labels that a resample has, (labels, resamples, 2) to (resamples, 2)."""
    known = ~np.isnan(areas)
    return _or_nan(np.where(known, areas, 0).sum(axis=0), known.sum(axis=0).astype(float))


def _or_nan(above: Array, below: Array) -> Array:
    return np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0)


def _ranks(column: Array) -> Array:
    return np.unique(column, return_inverse=True)[1] / len(column)


Ranking.members = (Auroc, AveragePrecision)
