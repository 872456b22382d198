"""An evaluation as the worker keeps it, of answers that a test makes up."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from datasets import Dataset

from store import TrainingRun, Workspace
from store.engine import literal
from store.jobs import Job
from tools.evaluate._answers import Answer, Answered
from tools.evaluate._closer import closer
from tools.evaluate._judge import judged, rows_of
from tools.evaluate._rows import Exam, Question
from tools.evaluate._show import shown

Json = dict[str, Any]


def add_rows(ws: Workspace, name: str, rows: Sequence[Json], roles: dict[str, str] | None = None) -> None:
    """A dataset of these rows; all its columns are text. Training rows are those whose `split` is train."""
    columns = list(rows[0])
    values = ", ".join(f"({', '.join(literal(str(row[column])) for column in columns)})" for row in rows)
    known = {"text": "text", "label": "label", "split": "split"} | (roles or {})
    with ws.approvals.typed("load_dataset", {"source": f"{name}.csv"}):
        ws.datasets.add(
            name,
            f"from (values {values}) t({', '.join(columns)})",
            sentence=f"Loaded {len(rows)} rows.",
            recipe={},
            roles={column: known.get(column, "other") for column in columns},
        )


def a_run(name: str, dataset: str, folder: Path, task: str = "classify") -> TrainingRun:
    """A run that was never trained."""
    job = Job(1, "main", "train", "", {}, Path(), "done", "")
    plan = {"task": task, "text": "text", "label": "label", "prompt": "text", "completion": "label"}
    plan |= {"epochs": 4, "learning_rate": 1e-4, "messages": None}
    return TrainingRun(name, dataset, 1, plan, folder, job, "")


def labelled(text: str, chance: float, labels: Sequence[str]) -> Answer:
    """A label, and how sure it is."""
    rest = {label: (1 - chance) / (len(labels) - 1) for label in labels if label != text}
    return Answer(text, {text: chance, **rest})


def keep(
    ws: Workspace,
    run: TrainingRun,
    questions: Sequence[Question],
    answers: Sequence[Answer],
    untuned: Sequence[Answer],
    labels: Sequence[str] | None,
    split: str = "test",
) -> Json:
    """Judge the answers and keep the report with its predictions, as the worker does.

    Returns:
        The body.
    """
    asked = Exam(run.dataset, 1, split, 0, len(questions), 0, list(questions), frozenset())
    answered: Any = {"tuned": Answered(list(answers), 1.0), "untuned": Answered(list(untuned), 1.0)}
    body = judged(asked, answered, labels=labels, wanted=None)
    added, by_row = closer(ws, run, asked, answered, body)
    body |= added
    body |= {"task": run.plan["task"], "settings": {}}
    body["result"] = shown(run, run.dataset, body).as_json()
    report = ws.reports.save("evaluation", body, run=run.id, dataset=run.dataset, version=1)
    rows = [row | more for row, more in zip(rows_of(asked, answered), by_row, strict=True)]
    Dataset.from_list(rows).to_parquet(str(report.folder / "predictions.parquet"))
    return body
