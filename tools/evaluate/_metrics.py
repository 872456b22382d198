"""Which metrics an evaluation computes. Their formulas are in `metrics/`, their titles and order in `_registry`."""

from collections.abc import Sequence

from tools.evaluate._intervals import Array
from tools.evaluate._metric import Metric
from tools.evaluate._registry import ALSO, FIGURES, Answers
from tools.evaluate.metrics.bertscore import BertScore
from tools.evaluate.metrics.calibration import Brier, CalibrationError, LogLoss
from tools.evaluate.metrics.json_fields import FieldF1, JsonValidity
from tools.evaluate.metrics.labels import (
    Accuracy,
    BalancedAccuracy,
    MacroF1,
    MacroPrecision,
    MacroRecall,
    Matthews,
    MicroF1,
    MicroPrecision,
    MicroRecall,
    WeightedF1,
    WeightedPrecision,
    WeightedRecall,
)
from tools.evaluate.metrics.likelihood import BitsPerByte, Perplexity
from tools.evaluate.metrics.meteor import Meteor
from tools.evaluate.metrics.preferences import MeanReward, PairsPreferred
from tools.evaluate.metrics.ranking import Auroc, AveragePrecision
from tools.evaluate.metrics.rouge import Rouge1, Rouge2, RougeL
from tools.evaluate.metrics.speed import Latency, TokensPerSecond
from tools.evaluate.metrics.tags import EntityF1, EntityPrecision, EntityRecall, TagAccuracy, TagF1
from tools.evaluate.metrics.translation import Bleu, ChrF
from tools.evaluate.metrics.words import ExactMatch, TokenF1

__all__ = [
    "ALL",
    "LABELS",
    "TEXT",
    "Accuracy",
    "Array",
    "Bleu",
    "ExactMatch",
    "MacroF1",
    "Metric",
    "RougeL",
    "TokenF1",
]

ALL: dict[str, type[Metric]] = {
    kind.key: kind
    for kind in (
        *(Accuracy, MacroF1, BalancedAccuracy, MacroPrecision, MacroRecall, Matthews),
        *(WeightedF1, WeightedPrecision, WeightedRecall, MicroF1, MicroPrecision, MicroRecall),
        *(Auroc, AveragePrecision, CalibrationError, Brier, LogLoss),
        *(Bleu, ChrF, Rouge1, Rouge2, RougeL, Meteor, ExactMatch, TokenF1, BertScore),
        *(PairsPreferred, MeanReward, EntityF1, EntityPrecision, EntityRecall, TagF1, TagAccuracy),
        *(JsonValidity, FieldF1, Perplexity, BitsPerByte, Latency, TokensPerSecond),
    )
}


def of(answers: Answers, *, main: bool = False) -> list[type[Metric]]:
    """The metrics of such answers in the order in which they are shown: all, or the main ones only."""
    also = ALSO.get(answers, ())
    found = [figure for figure in FIGURES if figure.of == answers or figure.key in also]
    return [ALL[figure.key] for figure in found if figure.main or not main]


LABELS: Sequence[type[Metric]] = of("labels", main=True)
"""For answers from a closed set."""
TEXT: Sequence[type[Metric]] = of("text", main=True)
"""For open answers."""
