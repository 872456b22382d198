"""Which run is meant when none is named."""

from collections.abc import Callable

from store import TrainingRun, Workspace
from tools.tool import ToolError


def run_meant(ws: Workspace, run: str | None, fits: Callable[[TrainingRun], bool], what: str) -> TrainingRun:
    """The run that is named, or else the newest that fits.

    Args:
        ws: The workspace.
        run: Id of a run, or None.
        fits: Which runs come into question.
        what: What they are, for the sentence when there is none: "running".

    Raises:
        ToolError: There is none.
    """
    if run:
        return ws.runs.get(run)
    found = [each for each in ws.runs.all() if fits(each)]
    if not found:
        raise ToolError(f"No training {what}. {_here(ws)}")
    return found[-1]


def _here(ws: Workspace) -> str:
    told = ", ".join(f"{run.id} ({run.state})" for run in ws.runs.all())
    return f"Runs here: {told}." if told else "Start one first: no run has been made yet."
