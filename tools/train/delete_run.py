"""Delete a run."""

from pathlib import Path

from store import TrainingRun, Workspace
from store.start_weights import KEPT
from tools.kinds import Run
from tools.result import Result, Table
from tools.tool import ToolError, tool
from tools.train._hanging import hanging
from tools.weights.progress import size
from tools.words import counted


@tool(
    effect="writes",
    asks=[
        ("delete run-2", {"run": "run-2"}),
        ("remove run-3 with its checkpoints, I need the disk", {"run": "run-3"}),
        ("throw run-1 away, it was a failed experiment", {"run": "run-1"}),
        ("get rid of the weights of run-4", {"run": "run-4"}),
        ("we no longer need run-5, clean it up", {"run": "run-5"}),
        ("erase run-6 please", {"run": "run-6"}),
        ("the model of run-2 must be destroyed, says our data officer", {"run": "run-2"}),
        ("wipe run-7 from this machine", {"run": "run-7"}),
        ("bin run-8", {"run": "run-8"}),
        ("free the space that run-1 takes", {"run": "run-1"}),
    ],
)
def delete_run(ws: Workspace, run: Run) -> Result:
    """Delete a run's weights and checkpoints for good, after naming all that hangs on it.

    Args:
        run: The run to delete.

    Example:
        >>> print(delete_run.show_first(trained, {"run": "run-1"}))
        This will delete run-1 for good: its model, checkpoints and ... Its plan, curves and recipe stay...
    """
    meant = _meant(ws, run)
    freed = _bytes(meant.folder)
    stays = hanging(ws, meant)
    deleted = ws.runs.delete(run)
    freed -= _bytes(deleted.folder)
    told = f" What hangs on it stays: {_listed(stays)}." if stays else ""
    return Result(
        f"Deleted {meant.called}; {size(freed)} of disk are free again.{told} Its plan, curves and recipe stay in "
        f"{meant.folder}.",
        data={"run": run, "bytes": freed},
    )


@delete_run.preview
def _preview(ws: Workspace, run: str) -> Result:
    meant = _meant(ws, run)
    stays = hanging(ws, meant)
    told = f" What hangs on it stays: {_listed(stays)}." if stays else " Nothing hangs on it."
    parts = sorted(part.name for part in meant.folder.iterdir() if part.name not in KEPT and part.name[0] != ".")
    return Result(
        f"This will delete {meant.called} for good: its model, checkpoints and whatever else it learned "
        f"({size(_bytes(meant.folder))}). It cannot be undone. Its plan, curves and recipe stay, so figures about it "
        f"can be explained and it can be trained again.{told}",
        tables=[
            Table("What is deleted", ("in its folder", "size"), [(p, size(_bytes(meant.folder / p))) for p in parts]),
            *([Table("What hangs on it", ("what", "then"), stays)] if stays else []),
        ],
    )


def _meant(ws: Workspace, run: str) -> TrainingRun:
    meant = ws.runs.get(run)
    if meant.job.live:
        raise ToolError(f"{meant.called} is {meant.state}. Stop it first; then it can be deleted.")
    return meant


def _listed(stays: list[tuple[str, str]]) -> str:
    names = [what for what, _ in stays]
    return ", ".join(names) if len(names) < 9 else f"{', '.join(names[:8])} and {counted(len(names) - 8, 'other')}"


def _bytes(path: Path) -> int:
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return sum(file.stat().st_size for file in files)
