"""What a goal can be judged by, and the words by which people mean it."""

from typing import Annotated, Literal

from store.goals import Task
from tools.evaluate._registry import Answers
from tools.kinds import called

Metric = Literal[
    "accuracy",
    "macro_f1",
    "balanced_accuracy",
    "weighted_f1",
    "macro_precision",
    "macro_recall",
    "matthews_correlation",
    "auroc",
    "average_precision",
    "rouge_l",
    "bleu",
    "exact_match",
    "token_f1",
    "chrf",
    "rouge_1",
    "rouge_2",
    "meteor",
    "bertscore",
    "field_f1",
]
MeantMetric = Annotated[
    Metric,
    called(
        accuracy="accuracy accurate",
        macro_f1="f1 macro equally evenly balanced averaged rare rarest minority",
        weighted_f1="weighted",
        macro_precision="precision",
        macro_recall="recall sensitivity",
        matthews_correlation="matthews mcc",
        auroc="auroc auc roc",
        average_precision="auprc",
        bleu="bleu",
        rouge_l="rouge",
        exact_match="exact exactly verbatim",
        chrf="chrf",
        meteor="meteor",
        bertscore="bertscore bert",
    ),
]
ANSWERS: dict[Task, Answers] = {"classify": "labels", "generate": "text"}
METRICS: dict[Task, tuple[Metric, ...]] = {
    "classify": ("accuracy", "macro_f1"),
    "generate": ("rouge_l", "bleu", "exact_match"),
}
"""What each task is judged by as a rule; the first if the user names none."""
