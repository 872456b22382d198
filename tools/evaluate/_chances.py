"""Metrics that judge the probability of each label and not the answer alone."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tools.evaluate._intervals import Array
from tools.evaluate._metric import Metric

Chances = Mapping[str, float]
"""The probability of each label, for one row."""


class OfChances(Metric):
    """A metric of the probabilities of labels."""

    reads = "chances"

    def read(self, predictions: Sequence[Any], **given: Any) -> Sequence[Chances]:
        """Probabilities by label from lists of them, in the order of `labels`."""
        labels = given.pop("labels", None)
        if labels is None or any(len(row) != len(labels) for row in predictions):
            raise ValueError(f"{self.key} needs labels=[...], and in each row as many probabilities, in that order.")
        super().read(predictions, **given)
        return [dict(zip(labels, row, strict=True)) for row in predictions]


def matrix(predictions: Sequence[Chances], labels: Sequence[str]) -> Array:
    """Probabilities as (rows, labels); a label that a model does not know has none."""
    return np.asarray([[row.get(label, 0.0) for label in labels] for row in predictions], float)


def known(predictions: Sequence[Chances]) -> list[str]:
    """The labels that have a probability in some row."""
    return sorted({label for row in predictions for label in row})
