"""An evaluation that is there already, or a new one."""

from typing import Any

from store import TrainingRun, Workspace
from store.reports import Report

PREDICTIONS = "predictions.parquet"


def evaluation(
    ws: Workspace, run: TrainingRun, *, dataset: str | None, split: str | None, rows: int, seed: int
) -> Report:
    """The evaluation of a run with these settings: kept from before if nothing changed since, else made now."""
    wanted = settings(ws, run, dataset=dataset, split=split, rows=rows, seed=seed)
    for report in reversed(ws.reports.all(kind="evaluation", run=run.id)):
        whole = "slices" in report.body and (report.folder / PREDICTIONS).exists()  # older ones tell less
        if whole and report.body["settings"] == wanted:
            return report
    job = ws.jobs.start("evaluate", "tools.evaluate._worker", wanted)
    return ws.reports.get(ws.jobs.wait(job.id)["report"])


def settings(
    ws: Workspace, run: TrainingRun, *, dataset: str | None, split: str | None, rows: int, seed: int
) -> dict[str, Any]:
    """All that decides an evaluation's figures."""
    own = dataset is None or dataset == run.dataset
    goal = ws.goals.get()
    assert run.model_folder
    return {
        "run": run.id,
        "weights": (run.model_folder / "done.json").stat().st_mtime_ns,
        "dataset": run.dataset if own else dataset,
        "version": run.version if own or dataset is None else ws.datasets.head(dataset).number,
        "split": split,
        "rows": rows,
        "seed": seed,
        "wanted": goal.metric if goal else None,
    }
