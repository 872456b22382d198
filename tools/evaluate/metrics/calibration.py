"""Whether a model is as often right as it is sure: calibration error, Brier score, log loss. Less is better."""

from collections.abc import Sequence

import numpy as np

import tools.evaluate._chances as chances
import tools.evaluate._metric as metric
from tools.evaluate._intervals import Array

Texts = Sequence[str]
BINS = 15
"""As in Guo et al. 2017."""


class Calibration(metric.Family):
    """All three."""


class CalibrationError(chances.OfChances):
    """Expected calibration error of the likeliest label, in 15 bins of equal width.

    With few rows it is above 0 for a perfectly calibrated model too, and its interval does not allow for that.
    """

    key = "ece"
    about = "How far the share of right answers is from how sure they were: mean gap over 15 equal bins of sureness."
    source = "Naeini et al. 2015; Guo et al. 2017"

    def parts(self, predictions: Sequence[chances.Chances], references: Texts) -> Array:
        """For each bin how right less how sure, and one."""
        sure, right = surest(predictions, references)
        place = np.clip(np.ceil(sure * BINS).astype(int) - 1, 0, BINS - 1)
        gaps = (np.arange(BINS) == place[:, None]) * (right - sure)[:, None]
        return np.concatenate([gaps, np.ones((len(sure), 1))], axis=1)

    def of(self, sums: Array) -> Array:
        """The gaps of the bins, by their rows."""
        return metric.ratio(np.abs(sums[..., :-1]).sum(axis=-1), sums[..., -1])


class Brier(chances.OfChances):
    """Mean squared error of the probabilities; as `sklearn.metrics.brier_score_loss`.

    From 0 to 2, and with two labels from 0 to 1, since one of them says all.
    """

    key, top = "brier", 2.0
    about = "Mean squared error of the probabilities: 0 is best; at most 2, with two labels at most 1."
    source = "Brier 1950; sklearn.metrics.brier_score_loss"

    def parts(self, predictions: Sequence[chances.Chances], references: Texts) -> Array:
        """The squared errors of a row, and one."""
        labels = chances.known(predictions)
        columns = sorted({*labels, *references})
        true = np.asarray(references)[:, None] == np.asarray(columns)
        apart = ((chances.matrix(predictions, columns) - true) ** 2).sum(axis=1)
        return metric.means((apart / 2 if len(labels) <= 2 else apart).tolist())


class LogLoss(chances.OfChances):
    """Mean negative logarithm of the probability of the right label; as `sklearn.metrics.log_loss`.

    A probability of 0 counts as the least there is, so one row can cost at most 36.
    """

    key, top = "log_loss", float("inf")
    about = "Mean negative logarithm of the probability of the right label; 0 is best."
    source = "sklearn.metrics.log_loss"

    def parts(self, predictions: Sequence[chances.Chances], references: Texts) -> Array:
        """The loss of a row, and one."""
        least = float(np.finfo(float).eps)
        told = [row.get(right, 0.0) for row, right in zip(predictions, references, strict=True)]
        return metric.means((-np.log(np.clip(told, least, 1 - least))).tolist())


def surest(predictions: Sequence[chances.Chances], references: Texts) -> tuple[Array, Array]:
    """How sure the likeliest label of each row is, and whether it is right."""
    likeliest = [max(row, key=lambda label: row[label]) for row in predictions]
    sure = np.asarray([row[label] for row, label in zip(predictions, likeliest, strict=True)], float)
    return sure, np.asarray([float(said == true) for said, true in zip(likeliest, references, strict=True)])


Calibration.members = (CalibrationError, Brier, LogLoss)
