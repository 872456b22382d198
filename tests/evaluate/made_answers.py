"""Evaluations with answers that a test wrote, as the evaluation worker leaves them."""

from collections.abc import Sequence

from datasets import Dataset

from store import Workspace
from store.reports import Report

Answers = Sequence[tuple[str, str, str, str]]
"""Each (text, reference, tuned, untuned)."""


def evaluated(ws: Workspace, run: str, answers: Answers, *, kind: str = "text", dataset: str = "tickets") -> Report:
    """An evaluation whose answers are these."""
    body = {"answers": kind, "settings": {}, "rows": len(answers)}
    report = ws.reports.save("evaluation", body, run=run, dataset=dataset, version=1)
    names = ("text", "reference", "tuned", "untuned")
    rows = [{"_row": number, **dict(zip(names, row, strict=True))} for number, row in enumerate(answers, 1)]
    Dataset.from_list(rows).to_parquet(str(report.folder / "predictions.parquet"))
    return report
