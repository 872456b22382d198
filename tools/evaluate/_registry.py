"""Every figure of an evaluation: what it is called, how it is written, and in which order it stands.

Nothing heavy is imported here, so that tools and the page can read it. The formulas are in `metrics/`.
"""

from dataclasses import dataclass
from typing import Literal

Answers = Literal["labels", "text", "tags", "passages", "rewards"]
"""From a closed set, or any words; tags of words; plain text that is only read; or any words, with no right ones."""
Form = Literal["share", "unit", "hundred", "plain"]
"""As 87.2 %, as 0.86, as 31.4 of 100, or as a number without an upper end."""


@dataclass(frozen=True)
class Figure:
    """One figure.

    Attributes:
        key: The field's name for it, as goals and reports say it.
        title: For people.
        of: What the answers must be.
        form: How its values are written.
        rising: Whether more is better.
        main: Whether it is always among the first figures shown; the others come after.
        goal: Whether a goal can be judged by it.
    """

    key: str
    title: str
    of: Answers | Literal["any"]
    form: Form = "unit"
    rising: bool = True
    main: bool = False
    goal: bool = False


FIGURES: tuple[Figure, ...] = (
    Figure("accuracy", "accuracy", "labels", "share", main=True, goal=True),
    Figure("macro_f1", "macro F1", "labels", main=True, goal=True),
    Figure("balanced_accuracy", "balanced accuracy", "labels", "share", goal=True),
    Figure("weighted_f1", "weighted F1", "labels", goal=True),
    Figure("macro_precision", "macro precision", "labels", goal=True),
    Figure("macro_recall", "macro recall", "labels", goal=True),
    Figure("weighted_precision", "weighted precision", "labels"),
    Figure("weighted_recall", "weighted recall", "labels"),
    Figure("micro_f1", "micro F1", "labels"),
    Figure("micro_precision", "micro precision", "labels"),
    Figure("micro_recall", "micro recall", "labels"),
    Figure("matthews_correlation", "Matthews correlation", "labels", goal=True),
    Figure("auroc", "AUROC", "labels", goal=True),
    Figure("average_precision", "average precision", "labels", goal=True),
    Figure("ece", "calibration error (ECE)", "labels", rising=False),
    Figure("brier", "Brier score", "labels", rising=False),
    Figure("log_loss", "log loss", "labels", "plain", rising=False),
    Figure("bleu", "BLEU", "text", "hundred", main=True, goal=True),
    Figure("rouge_l", "ROUGE-L", "text", main=True, goal=True),
    Figure("exact_match", "exact match", "text", "share", main=True, goal=True),
    Figure("token_f1", "token F1", "text", main=True, goal=True),
    Figure("chrf", "chrF", "text", "hundred", goal=True),
    Figure("rouge_1", "ROUGE-1", "text", goal=True),
    Figure("rouge_2", "ROUGE-2", "text", goal=True),
    Figure("meteor", "METEOR without synonyms", "text", goal=True),
    Figure("bertscore", "BERTScore", "text", goal=True),
    Figure("json_validity", "valid JSON", "text", "share"),
    Figure("field_f1", "field F1", "text", goal=True),
    Figure("perplexity", "perplexity of the references", "text", "plain", rising=False),
    Figure("bits_per_byte", "bits per byte of the references", "text", "plain", rising=False),
    Figure("pairs_preferred", "pairs preferred", "text", "share"),
    Figure("mean_reward", "mean reward", "text"),
    Figure("entity_f1", "entity F1", "tags", main=True),
    Figure("entity_precision", "entity precision", "tags"),
    Figure("entity_recall", "entity recall", "tags"),
    Figure("tag_f1", "token F1 of tagged words", "tags"),
    Figure("tag_accuracy", "words with the right tag", "tags", "share", main=True),
    Figure("latency", "seconds per answer", "any", "plain", rising=False),
    Figure("tokens_per_second", "tokens per second", "any", "plain"),
)
"""In the order in which they are shown."""

ALSO: dict[Answers, tuple[str, ...]] = {"passages": ("perplexity", "bits_per_byte"), "rewards": ("mean_reward",)}
"""Figures of written answers that are had without a right answer too."""
FIRST: dict[str, str] = {
    "tag": "entity_f1",
    "dpo": "pairs_preferred",
    "grpo": "mean_reward",
    "pretrain": "perplexity",
}
"""What a run of a task is judged by first, where no goal says otherwise."""

BY_KEY = {figure.key: figure for figure in FIGURES}
TITLES = {figure.key: figure.title for figure in FIGURES}
AS_SHARE = {figure.key for figure in FIGURES if figure.form == "share"}
OF_100 = {figure.key for figure in FIGURES if figure.form == "hundred"}
GOALS: dict[Answers, tuple[str, ...]] = {
    "labels": tuple(figure.key for figure in FIGURES if figure.goal and figure.of == "labels"),
    "text": tuple(figure.key for figure in FIGURES if figure.goal and figure.of == "text"),
}
"""What a goal can be judged by."""
