"""Scores as people write them: their names, their numbers, their intervals. Imports nothing that is slow."""

from collections.abc import Mapping
from typing import Any

from tools.evaluate._registry import BY_KEY, TITLES, Form

Json = Mapping[str, Any]
TELLING = (
    "pairs_preferred mean_reward entity_f1 entity_precision entity_recall tag_f1 tag_accuracy"
    " accuracy macro_f1 balanced_accuracy matthews_correlation auroc ece"
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
        return f"{_written(100 * value, 1)} %"
    return _written(value, 1 if form == "hundred" else 2)


def between(metric: str, estimate: Json) -> str:
    """The ends of an interval: "79.6 to 92.2 %"."""
    low, high = (number(metric, estimate[end]).removesuffix(" %") for end in ("low", "high"))
    return f"{low} to {high}" + (" %" if _form(metric) == "share" else "")


def gain(metric: str, estimate: Json) -> str:
    """A difference with its sign and interval: "+45.9 points (+35.2 to +55.6)"."""
    value, low, high = (_signed(metric, estimate[part]) for part in ("value", "low", "high"))
    return f"{value}{' points' if _form(metric) == 'share' else ''} ({low} to {high})"


def top(metric: str) -> float | None:
    """The best value there is, where a metric has one and more is better."""
    rising = metric not in BY_KEY or BY_KEY[metric].rising
    return {"share": 1.0, "unit": 1.0, "hundred": 100.0}.get(_form(metric)) if rising else None


def telling(body: Json) -> list[str]:
    """The metrics to show first: the goal's, and the few that say most."""
    there = list(body["metrics"])
    first = [body["primary"], *(metric for metric in TELLING if metric in there and metric != body["primary"])]
    return first[: MOST_TELLING + 1] + [
        metric for metric in there if metric not in BY_KEY and len(there) <= MOST_TELLING
    ]


def _written(value: float, digits: int) -> str:
    """With a true minus, and none before a zero."""
    return f"{value:.{digits}f}".replace("-", "−" if round(value, digits) else "")


def _signed(metric: str, value: float) -> str:
    form = _form(metric)
    digits, scale = (1, 100) if form == "share" else (1, 1) if form == "hundred" else (2, 1)
    text = f"{scale * value:+.{digits}f}"
    return text.replace("-", "−") if text.strip("+-0.") else text.lstrip("+-")


def _form(metric: str) -> Form:
    return BY_KEY[metric].form if metric in BY_KEY else "plain"
