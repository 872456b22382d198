"""Precision, recall and F1 of each label, each with its interval, and who was taken for whom."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tools.evaluate._answers import SIDES, Side
from tools.evaluate._intervals import Array, Estimate, bounded, intervals, wilson
from tools.evaluate._metric import ratio

Json = dict[str, Any]
Counts = Mapping[Side, Counter[tuple[str, str]]]


def by_label(texts: Mapping[Side, Sequence[str]], references: Sequence[str], seed: int = 0) -> Json:
    """Precision, recall and F1 of each label, and who was taken for whom.

    Args:
        texts: What each side answered.
        references: The right labels.
        seed: Of the resampling.
    """
    names = sorted({*references, *texts["tuned"], *texts["untuned"]})
    counted: Counts = {side: Counter(zip(references, texts[side], strict=True)) for side in SIDES}
    ends = _f1_intervals(names, texts["tuned"], references, seed)
    rows = [
        {"label": name, "rows": references.count(name), **_of_label(name, names, counted), "f1_interval": found}
        for name, found in zip(names, ends, strict=True)
    ]
    confused = [
        {"label": true, "answer": said, "rows": counted["tuned"][true, said]}
        for true in names
        for said in names
        if counted["tuned"][true, said]
    ]
    return {"labels": rows, "confusion": confused}


def _of_label(name: str, names: Sequence[str], counted: Counts) -> Json:
    figures: Json = {}
    for side in SIDES:
        right = counted[side][name, name]
        true = sum(counted[side][name, other] for other in names)
        said = sum(counted[side][other, name] for other in names)
        figures[f"f1_{side}"] = 2 * right / (true + said) if true + said else None
        if side == "tuned":
            figures["precision"] = right / said if said else None
            figures["precision_interval"] = wilson(right / said, said).as_json() if said else None
            figures["recall"] = wilson(right / true, true).as_json() if true else None
    return figures


def _f1_intervals(
    names: Sequence[str], answers: Sequence[str], references: Sequence[str], seed: int
) -> list[dict[str, float] | None]:
    """F1 of each label with its interval; None for one that is neither answered nor true."""
    answered, true = np.asarray(answers)[:, None] == names, np.asarray(references)[:, None] == names
    right, either = (answered & true).astype(float), answered.astype(float) + true

    def f1(weights: Array) -> Array:
        return ratio(2 * weights @ right, weights @ either)

    found: list[Estimate | None] = []
    for place, drawn in enumerate(intervals(f1, len(references), seed)):
        rows = int((answered | true)[:, place].sum())
        value = float(f1(np.ones((1, len(references))))[0, place])
        found.append((drawn or bounded(value, rows, 1.0)) if rows else None)
    return [each and each.as_json() for each in found]
