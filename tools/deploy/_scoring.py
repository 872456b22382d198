"""The task's metric for each form of a model, on the answers of the parity check."""

# pyright: reportUnknownMemberType=false

from collections.abc import Sequence
from typing import Any

from tools.deploy._parity import Said
from tools.deploy._questions import Asked
from tools.evaluate._metric import Metric, Undefined
from tools.evaluate._metrics import ALL, of
from tools.evaluate._rows import answers_of

Three = tuple[Said, Said, Said | None]


def scores(plan: dict[str, Any], asked: Sequence[Asked], said: Three, wanted: str | None) -> dict[str, Any] | None:
    """The goal's metric, or else the usual one for such answers, of the trained, the exported and the served form.

    Returns:
        key, title, top (of its scale), and trained, exported and served; None where answers cannot be judged.
    """
    references = [one.reference for one in asked]
    if not asked or not said[0].texts or answers_of(plan) not in ("labels", "text"):
        return None
    usual = [kind for kind in of(answers_of(plan), main=True) if kind.key in ("macro_f1", "rouge_l")]
    first = [ALL[wanted]] if wanted in ALL else []
    for kind in (*first, *usual):
        if kind.reads != "answer" or kind.top == float("inf"):
            continue
        metric = kind()
        try:
            metric.fits(references)
        except Undefined:
            continue
        found = [_score(metric, each.texts, references) if each else None for each in said]
        told = dict(zip(("trained", "exported", "served"), found, strict=True))
        return {"key": metric.key, "title": metric.title, "top": metric.top, **told}
    return None


def _score(metric: Metric, texts: Sequence[str], references: Sequence[str]) -> float:
    return float(metric.scored(texts, references)[metric.key])
