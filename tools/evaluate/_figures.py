"""Scores as people write them: their names, their numbers, their intervals. Imports nothing that is slow."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

Form = Literal["share", "unit", "hundred", "plain"]
"""A share in percent, a number from 0 to 1 with two places, one up to 100 with one place, any other with two."""
Json = Mapping[str, Any]
FORMS: dict[str, tuple[str, Form]] = {
    "accuracy": ("accuracy", "share"),
    "balanced_accuracy": ("balanced accuracy", "share"),
    "macro_f1": ("macro F1", "unit"),
    "micro_f1": ("micro F1", "unit"),
    "weighted_f1": ("weighted F1", "unit"),
    "macro_precision": ("macro precision", "unit"),
    "macro_recall": ("macro recall", "unit"),
    "matthews_correlation": ("Matthews correlation", "unit"),
    "auroc": ("AUROC", "unit"),
    "average_precision": ("average precision", "unit"),
    "ece": ("calibration error (ECE)", "unit"),
    "brier": ("Brier score", "unit"),
    "bleu": ("BLEU", "hundred"),
    "chrf": ("chrF", "hundred"),
    "rouge_1": ("ROUGE-1", "unit"),
    "rouge_2": ("ROUGE-2", "unit"),
    "rouge_l": ("ROUGE-L", "unit"),
    "meteor": ("METEOR without synonyms", "unit"),
    "exact_match": ("exact match", "share"),
    "token_f1": ("token F1", "unit"),
    "bertscore": ("BERTScore", "unit"),
    "perplexity": ("perplexity of the references", "plain"),
    "bits_per_byte": ("bits per byte of the references", "plain"),
    "json_validity": ("valid JSON", "share"),
    "field_f1": ("field F1", "unit"),
}
"""How each metric is called and written; one that is not here is called by its key, and written plainly."""
AS_SHARE = {key for key, (_, form) in FORMS.items() if form == "share"}
TITLES = {key: title for key, (title, _) in FORMS.items()}
TELLING = (
    "accuracy macro_f1 balanced_accuracy matthews_correlation auroc ece"
    " bleu rouge_l exact_match token_f1 chrf bertscore json_validity field_f1"
).split()
"""The scores that the first table shows after the goal's, as many as `MOST_TELLING` of those there are."""
MOST_TELLING = 5


def title(metric: str) -> str:
    """What people call a metric."""
    return TITLES.get(metric) or metric.replace("_", " ")


def number(metric: str, value: float) -> str:
    """A score as people write it: 87.2 % for shares, 0.86 for F1, 31.4 for BLEU."""
    form = _form(metric)
    if form == "share":
        return f"{100 * value:.1f} %"
    return f"{value:.1f}" if form == "hundred" else f"{value:.2f}"


def between(metric: str, estimate: Json) -> str:
    """The ends of an interval: "79.6 to 92.2 %"."""
    low, high = (number(metric, estimate[end]).removesuffix(" %") for end in ("low", "high"))
    return f"{low} to {high}" + (" %" if _form(metric) == "share" else "")


def gain(metric: str, estimate: Json) -> str:
    """A difference with its sign and interval: "+45.9 points (+35.2 to +55.6)"."""
    value, low, high = (_signed(metric, estimate[part]) for part in ("value", "low", "high"))
    return f"{value}{' points' if _form(metric) == 'share' else ''} ({low} to {high})"


def top(metric: str) -> float | None:
    """The best value there is, where a metric has one."""
    return {"share": 1.0, "unit": 1.0, "hundred": 100.0}.get(_form(metric))


def telling(body: Json) -> list[str]:
    """The metrics to show first: the goal's, and the few that say most."""
    there = list(body["metrics"])
    first = [body["primary"], *(metric for metric in TELLING if metric in there and metric != body["primary"])]
    return first[: MOST_TELLING + 1] + [
        metric for metric in there if metric not in FORMS and len(there) <= MOST_TELLING
    ]


def listed(words: Iterable[str]) -> str:
    """Words as a sentence lists them: "a, b and c"."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def cut(text: str, letters: int = 200) -> str:
    """A text that fits a cell."""
    return text if len(text) <= letters else text[: letters - 1] + "…"


def _signed(metric: str, value: float) -> str:
    form = _form(metric)
    digits, scale = (1, 100) if form == "share" else (1, 1) if form == "hundred" else (2, 1)
    text = f"{scale * value:+.{digits}f}"
    return text.replace("-", "−") if text.strip("+-0.") else text.lstrip("+-")


def _form(metric: str) -> Form:
    return FORMS[metric][1] if metric in FORMS else "plain"
