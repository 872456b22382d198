"""How well labels from a closed set are told apart: accuracy, precision, recall, F1, Matthews correlation."""

# pyright: reportMissingTypeStubs=false

from collections import Counter
from collections.abc import Sequence
from typing import Any, ClassVar, Literal

import numpy as np

import tools.evaluate._metric as metric
from tools.evaluate._intervals import Array

Texts = Sequence[str]


class Labels(metric.Family):
    """All of them, the confusion matrix, and precision, recall and F1 of each label."""

    def _compute(self, *, predictions: Texts, references: Texts, **given: Any) -> dict[str, Any]:
        found = super()._compute(predictions=predictions, references=references, **given)
        if self.config_name == "default":
            labels = sorted({*predictions, *references})
            matrix = confusion(predictions, references, labels)
            each = {label: _of_label(matrix, place) for place, label in enumerate(labels)}
            found |= {"labels": labels, "confusion_matrix": matrix.astype(int).tolist(), "per_label": each}
        return found


class Accuracy(metric.Metric):
    """The share of rows with the right label; as `sklearn.metrics.accuracy_score`."""

    key, share = "accuracy", True
    about = "The share of rows with the right label."
    source = "sklearn.metrics.accuracy_score"

    def parts(self, predictions: Texts, references: Texts) -> Array:
        """Right or not, and one."""
        return metric.means([float(p == r) for p, r in zip(predictions, references, strict=True)])


class Counted(metric.Metric):
    """A metric of how often each label is right, answered and true."""

    def parts(self, predictions: Texts, references: Texts) -> Array:
        """Right, answered and true, by label."""
        labels = np.asarray(sorted({*predictions, *references}))
        answered, true = np.asarray(predictions)[:, None] == labels, np.asarray(references)[:, None] == labels
        return np.concatenate([answered & true, answered, true], axis=1).astype(float)

    def of(self, sums: Array) -> Array:
        """The score; labels that do not occur in a resample are not in its averages, as scikit-learn does it."""
        return self.of_counts(*np.split(sums, 3, axis=-1))

    def of_counts(self, right: Array, answered: Array, true: Array) -> Array:
        """From how often each label is right, answered and true, as (..., labels)."""
        raise NotImplementedError


class BalancedAccuracy(Counted):
    """Mean recall of the labels that occur; as `sklearn.metrics.balanced_accuracy_score`."""

    key = "balanced_accuracy"
    about = "The share of right answers for each label that occurs, averaged with equal weight."
    source = "sklearn.metrics.balanced_accuracy_score"

    def of_counts(self, right: Array, answered: Array, true: Array) -> Array:
        """Recall, averaged over what occurs."""
        return metric.ratio(metric.ratio(right, true).sum(axis=-1), (true > 0).sum(axis=-1))


class Matthews(Counted):
    """Matthews correlation for any number of labels; as `sklearn.metrics.matthews_corrcoef`, 0 where it is 0 / 0."""

    key, bottom = "matthews_correlation", -1.0
    about = "The correlation of answers and labels: 1 if all are right, about 0 for guessing, below 0 for worse."
    source = "Gorodkin 2004, Comput. Biol. Chem. 28; sklearn.metrics.matthews_corrcoef"

    def of_counts(self, right: Array, answered: Array, true: Array) -> Array:
        """Covariance of answers and labels over the root of their variances, all of them times rows squared."""
        rows = true.sum(axis=-1)
        both = right.sum(axis=-1) * rows - (answered * true).sum(axis=-1)
        spread = (rows**2 - (answered**2).sum(axis=-1)) * (rows**2 - (true**2).sum(axis=-1))
        return metric.ratio(both, np.sqrt(np.maximum(spread, 0)))


class Averaged(Counted):
    """Precision, recall or F1 of each label, averaged; as scikit-learn with `zero_division=0`."""

    what: ClassVar[Literal["precision", "recall", "f1"]]
    weighted: ClassVar[bool] = False

    def of_counts(self, right: Array, answered: Array, true: Array) -> Array:
        """Averaged over the labels that occur or are answered, with equal weight or by how often they occur."""
        below = {"precision": 2 * answered, "recall": 2 * true, "f1": answered + true}[self.what]
        each = metric.ratio(2 * right, below)
        if self.weighted:
            return metric.ratio((each * true).sum(axis=-1), true.sum(axis=-1))
        return metric.ratio(each.sum(axis=-1), (answered + true > 0).sum(axis=-1))


class MacroF1(Averaged):
    """F1 of each label, averaged with equal weight; as `f1_score(average="macro", zero_division=0)`."""

    key, what = "macro_f1", "f1"
    about = "F1 of each label that occurs or is answered, averaged with equal weight."
    source = 'sklearn.metrics.f1_score(average="macro", zero_division=0)'


class MacroPrecision(Averaged):
    """Precision of each label, averaged with equal weight."""

    key, what = "macro_precision", "precision"
    about = "How often an answer is right, for each label that occurs or is answered, averaged with equal weight."
    source = 'sklearn.metrics.precision_score(average="macro", zero_division=0)'


class MacroRecall(Averaged):
    """Recall of each label, averaged with equal weight; a label that is answered and never true counts as 0."""

    key, what = "macro_recall", "recall"
    about = "How much of each label is found, for each that occurs or is answered, averaged with equal weight."
    source = 'sklearn.metrics.recall_score(average="macro", zero_division=0)'


class WeightedF1(MacroF1):
    """F1 of each label, averaged by how often the label occurs."""

    key, weighted = "weighted_f1", True
    about = "F1 of each label, averaged by how often the label occurs."
    source = 'sklearn.metrics.f1_score(average="weighted", zero_division=0)'


class WeightedPrecision(MacroPrecision):
    """Precision of each label, averaged by how often the label occurs."""

    key, weighted = "weighted_precision", True
    about = "How often an answer is right, for each label, averaged by how often the label occurs."
    source = 'sklearn.metrics.precision_score(average="weighted", zero_division=0)'


class WeightedRecall(MacroRecall):
    """Recall of each label, averaged by how often the label occurs; equals accuracy."""

    key, weighted = "weighted_recall", True
    about = "How much of each label is found, averaged by how often it occurs: the same as accuracy."
    source = 'sklearn.metrics.recall_score(average="weighted", zero_division=0)'


class MicroF1(Accuracy):
    """F1 over all rows at once; with one answer a row it equals accuracy."""

    key = "micro_f1"
    about = "F1 over all rows at once: the same as accuracy where each row has one answer."
    source = 'sklearn.metrics.f1_score(average="micro")'


class MicroPrecision(Accuracy):
    """Precision over all rows at once; with one answer a row it equals accuracy."""

    key = "micro_precision"
    about = "Precision over all rows at once: the same as accuracy where each row has one answer."
    source = 'sklearn.metrics.precision_score(average="micro")'


class MicroRecall(Accuracy):
    """Recall over all rows at once; with one answer a row it equals accuracy."""

    key = "micro_recall"
    about = "Recall over all rows at once: the same as accuracy where each row has one answer."
    source = 'sklearn.metrics.recall_score(average="micro")'


def confusion(predictions: Texts, references: Texts, labels: Texts) -> Array:
    """How often each label (row) was answered with each (column); as `sklearn.metrics.confusion_matrix`."""
    found = Counter(zip(references, predictions, strict=True))
    return np.asarray([[found[true, said] for said in labels] for true in labels], float)


def _of_label(matrix: Array, place: int) -> dict[str, float]:
    right, answered, true = float(matrix[place, place]), float(matrix[:, place].sum()), float(matrix[place].sum())
    return {
        "precision": right / answered if answered else 0.0,
        "recall": right / true if true else 0.0,
        "f1": 2 * right / (answered + true),
        "rows": true,
    }


Labels.members = (
    Accuracy,
    MacroF1,
    BalancedAccuracy,
    WeightedF1,
    MacroPrecision,
    MacroRecall,
    WeightedPrecision,
    WeightedRecall,
    MicroF1,
    MicroPrecision,
    MicroRecall,
    Matthews,
)
