"""What a metric is: an `evaluate.Metric` whose value is a function of row weights.

`parts` gives what a row adds and `of` turns sums into the score, so a bootstrap resample, or a permutation, is only
another weighting of the rows, and an interval costs one matrix product. A metric that is no function of sums over
rows, such as the area under a curve, gives its own `summed`.
"""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportIncompatibleMethodOverride=false

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal

import datasets
import evaluate
import numpy as np

from tools.evaluate._intervals import Array, Estimate, Statistic, bounded, intervals, wilson
from tools.evaluate._registry import BY_KEY

Texts = Sequence[str]
Reads = Literal["answer", "chances", "likelihood", "effort", "margin", "reward"]
"""What a metric judges: the text of an answer; the probability of each label; how likely the reference was, as
(log-likelihood, tokens); what an answer cost, as seconds; by how much likelier, as a log-likelihood, the better answer
of a pair is than the worse; or what a program rewarded an answer with."""
Said = Mapping[Reads, Sequence[Any]]
"""What a model said, one a row of each kind that is at hand."""


class Undefined(ValueError):
    """A metric that says nothing about these rows; the message is the reason, as a sentence."""


class Metric(evaluate.Metric):
    """A score of predictions against references.

    Attributes:
        key: The field's name for it, as goals say it.
        reads: What its predictions are.
        bottom: The least value there is; minus infinity if there is none.
        top: The greatest; infinity if there is none.
        share: Whether it is the share of rows that are right, so that exact intervals hold.
        about: One sentence on what it is.
        source: Where the formula is from.
    """

    key: ClassVar[str]
    reads: ClassVar[Reads] = "answer"
    bottom: ClassVar[float] = 0.0
    top: ClassVar[float] = 1.0
    share: ClassVar[bool] = False
    about: ClassVar[str]
    source: ClassVar[str]

    def __init__(self) -> None:
        super().__init__(keep_in_memory=True)

    @property
    def title(self) -> str:
        """For people."""
        return BY_KEY[self.key].title

    def signature(self) -> str:
        """What must be told beside the number so that another can reproduce it, if there is anything."""
        return ""

    def fits(self, references: Texts) -> None:
        """Whether these rows can be judged by it.

        Raises:
            Undefined: They cannot.
        """

    def parts(self, predictions: Sequence[Any], references: Texts) -> Array:
        """What each row adds, as (rows, parts)."""
        raise NotImplementedError

    def summed(self, predictions: Sequence[Any], references: Texts) -> Statistic:
        """From weights of the rows, (resamples, rows), to sums over them, (resamples, parts)."""
        parts = self.parts(predictions, references)
        return lambda weights: weights @ parts

    def of(self, sums: Array) -> Array:
        """The score of sums over rows: (..., parts) to (...)."""
        return ratio(sums[..., 0], sums[..., 1])

    def alike(self, predictions: Sequence[Any]) -> Sequence[Any]:
        """The predictions in such a form that those of two models can be swapped."""
        return predictions

    def evidence(self, references: Texts) -> int:
        """How many rows its uncertainty is that of, where resampling cannot tell."""
        return len(references)

    def scored(
        self, predictions: Sequence[Any], references: Texts, *, interval: bool = False, seed: int = 0, **given: Any
    ) -> dict[str, Any]:
        """The value, and if asked for its 95 % interval and the number of rows."""
        read = self.read(predictions, **given)
        self.fits(references)
        statistic = self.summed(read, references)
        value = float(self.of(statistic(np.ones((1, len(references)))))[0])
        if not interval:
            return {self.key: value}
        found = self.around(value, read, references, seed)
        ends = {} if found is None else {f"{self.key}_low": found.low, f"{self.key}_high": found.high}
        return {self.key: value, **ends, "rows": len(references)}

    def around(self, value: float, predictions: Sequence[Any], references: Texts, seed: int) -> Estimate | None:
        """A value with its interval."""
        if self.share:
            return wilson(value, len(references))
        sums = self.summed(predictions, references)
        (found,) = intervals(lambda weights: self.of(sums(weights))[:, None], len(references), seed)
        return found or self.bounded(value, references)

    def bounded(self, value: float, references: Texts) -> Estimate | None:
        """Where each resample is the same: as wide as a share's interval, or None if the metric has no ends."""
        if np.isfinite([value, self.bottom, self.top]).all():
            return bounded(value, self.evidence(references), self.top, self.bottom)
        return None

    def read(self, predictions: Sequence[Any], **given: Any) -> Sequence[Any]:
        """The predictions as `compute` was given them, in the form of `parts`."""
        if given:
            raise ValueError(f"{self.key} takes no {' or '.join(given)}.")
        return predictions

    def _info(self) -> evaluate.MetricInfo:
        return told(self)

    def _compute(self, *, predictions: Sequence[Any], references: Texts, **given: Any) -> dict[str, Any]:
        return self.scored(predictions, references, **given)


class Family(evaluate.Metric):
    """The metrics of one file, for `evaluate.load`: all of them, or the one that the configuration names."""

    members: ClassVar[tuple[type[Metric], ...]]

    def _info(self) -> evaluate.MetricInfo:
        return told(self.chosen()[0]())

    def chosen(self) -> list[type[Metric]]:
        """The metrics that are wanted.

        Raises:
            ValueError: The configuration names none of them.
        """
        keys = [member.key for member in self.members]
        if self.config_name not in ("default", *keys):
            raise ValueError(f"There is no {self.config_name} here. There are: {', '.join(keys)}.")
        return [member for member in self.members if self.config_name in ("default", member.key)]

    def _compute(self, *, predictions: Sequence[Any], references: Texts, **given: Any) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for member in self.chosen():
            found |= member().scored(predictions, references, **given)
        return found


def told(metric: Metric) -> evaluate.MetricInfo:
    """What `evaluate` wants to know of a metric."""
    text, number = datasets.Value("string"), datasets.Value("float64")
    inputs: dict[Reads, tuple[Any, Any, str]] = {
        "answer": (text, text, "the answer, and the reference"),
        "chances": (datasets.Sequence(number), text, "the probability of each of `labels`, and the right label"),
        "likelihood": (number, text, "the log-likelihood of a text with `tokens` tokens, and the text"),
        "effort": (number, number, "the seconds an answer took, and its tokens"),
        "margin": (number, text, "the log-likelihood of the better answer less that of the worse, and the better one"),
        "reward": (number, text, "the reward of an answer, and the reference"),
    }
    said, right, means = inputs[metric.reads]
    return evaluate.MetricInfo(
        description=metric.about,
        citation=metric.source,
        inputs_description=f"predictions and references, one of each a row: {means}.",
        features=datasets.Features({"predictions": said, "references": right}),
    )


def statistic(metrics: Sequence[Metric], said: Said, references: Texts) -> Statistic:
    """All metrics at once: (resamples, rows) to (resamples, metrics). Sums that several need are computed once."""
    summed: dict[Any, Statistic] = {}
    for metric in metrics:
        if _shared(metric) not in summed:
            summed[_shared(metric)] = metric.summed(said[metric.reads], references)

    def scores(weights: Array) -> Array:
        sums = {which: of_rows(weights) for which, of_rows in summed.items()}
        return np.stack([metric.of(sums[_shared(metric)]) for metric in metrics], axis=-1)

    return scores


def _shared(metric: Metric) -> Any:
    return type(metric).parts, type(metric).summed


def means(scores: Sequence[float]) -> Array:
    """The parts of a mean over rows: the score, and one."""
    return np.stack([np.asarray(scores, float), np.ones(len(scores))], axis=1)


def ratio(above: Array, below: Array) -> Array:
    """A division that is 0 where there is nothing to divide by, as scikit-learn's `zero_division=0`."""
    return np.divide(above, below, out=np.zeros(np.broadcast_shapes(above.shape, below.shape)), where=below != 0)
