"""What is said when a run was asked for."""

from store import TrainingRun, Workspace
from tools.result import Result
from tools.train._queue import waits
from tools.train._show import short
from tools.weights.progress import duration
from tools.words import counted


def begun(ws: Workspace, run: TrainingRun, rows: int) -> Result:
    """That a run is training or waits for its turn, and how long it should take; `rows` are those it is taught."""
    waiting = waits(ws, run)
    what = f"on from {run.came_from}" if run.came_from else short(run.plan["base_model"])
    return Result(
        f"{run.id} {'will train' if waiting else 'is training'} {what} on {counted(rows, 'row')} of {run.dataset}; "
        f"it should take about {duration(run.plan['estimates']['seconds'])}.{waiting} "
        "It goes on when you close this page.",
        next=[f"how is {run.id} doing?", f"stop {run.id}"],
        data={"run": run.id, "job": run.job.id},
    )
