"""What fine-tuning cost: figures that fell against the untuned model on the same rows, beyond noise."""

from collections.abc import Iterator
from typing import Any

from store.reports import Report
from tools.evaluate._show import TITLES, gain
from tools.result import Result, Table
from tools.words import counted

NOT_MEASURED = "Whether other abilities were lost was not measured here."
FELL = 0.05
"""A label's F1 counts as fallen from so much on; the labels' own rows are few, so it is a hint and no finding."""


def lost(evaluation: Report) -> Result:
    """The falls in an evaluation as a section of a report."""
    body = evaluation.body
    fallen = [_fall(metric, found) for metric, found in body["metrics"].items() if _fell(found)]
    labels = list(_labels(body))
    told = [
        f"By {counted(len(fallen), 'metric')} {evaluation.run} is worse than the untuned model, beyond noise:"
        f" {'; '.join(fallen)}."
        if fallen
        else f"By no metric of the evaluation is {evaluation.run} worse than the untuned model beyond noise."
    ]
    if labels:
        told.append(f"{counted(len(labels), 'label')} came out lower than untuned; each rests on few rows.")
    measured: str | list[str] = body.get("lost") or ([] if "general" in body else NOT_MEASURED)
    told += [measured] if isinstance(measured, str) else measured
    rows = [(name, rows, f"{before:.2f}", f"{after:.2f}") for name, rows, before, after in labels]
    columns = ("label", "rows", "F1 untuned", f"F1 {evaluation.run}")
    return Result(" ".join(told), tables=[Table("Labels that fell", columns, rows)] if rows else [])


def _fell(found: dict[str, Any]) -> bool:
    return bool(found.get("told_apart")) and found["difference"]["value"] < 0


def _fall(metric: str, found: dict[str, Any]) -> str:
    return f"{TITLES.get(metric, metric)} {gain(metric, found['difference'])}"


def _labels(body: dict[str, Any]) -> Iterator[tuple[str, int, float, float]]:
    for label in body.get("labels", []):
        before, after = label.get("f1_untuned"), label.get("f1_tuned")
        if label["rows"] and before is not None and after is not None and before - after >= FELL:
            yield label["label"], label["rows"], before, after
