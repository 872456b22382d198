"""Stop a training and keep what it has learned."""

import time

from store import Workspace
from tools.kinds import Run
from tools.result import Result
from tools.tool import ToolError, tool
from tools.train._newest import run_meant

PATIENCE_SECONDS = 120
POLL_SECONDS = 0.2


@tool(
    effect="trains",
    asks=[
        ("stop the training", {}),
        ("cancel run-3, it takes too long", {"run": "run-3"}),
        ("halt run-1 and save it", {"run": "run-1"}),
        ("abort, the settings were wrong", {}),
        ("please end it, I need the computer for work", {}),
        ("kill run-2", {"run": "run-2"}),
        ("pause run-4 for the night", {"run": "run-4"}),
        ("switch it off, the loss only gets worse", {}),
        ("break off, it has learned enough", {}),
        ("can you hold the training until tomorrow?", {}),
    ],
)
def stop_training(ws: Workspace, run: Run | None = None) -> Result:
    """Stop a running training after the current step, and save it so that it can be resumed.

    Args:
        run: The run to stop; the one that is running if none is named.

    Example:
        >>> print(stop_training(trained, "run-1"))
        Traceback (most recent call last):
        tools.tool.ToolError: run-1 is done, so there is nothing to stop.
    """
    meant = run_meant(ws, run, lambda each: each.job.live, "is running")
    if not meant.job.live:
        raise ToolError(f"{meant.id} is {meant.state}, so there is nothing to stop.")
    ws.jobs.stop(meant.job.id)
    until = time.monotonic() + PATIENCE_SECONDS
    while (job := ws.jobs.get(meant.job.id)).live and time.monotonic() < until:
        time.sleep(POLL_SECONDS)
    if job.live:
        return Result(f"{meant.id} was asked to stop; it is still finishing its step.", data={"run": meant.id})
    ended = job.sentence or "It had already reached its end."
    return Result(f"{meant.id}: {ended}", next=[f"resume {meant.id}", f"evaluate {meant.id}"], data={"run": meant.id})


@stop_training.preview
def _preview(ws: Workspace, run: str | None = None) -> Result:
    meant = run_meant(ws, run, lambda each: each.job.live, "is running")
    if not meant.job.live:
        raise ToolError(f"{meant.id} is {meant.state}, so there is nothing to stop.")
    told = ws.runs.progress(meant.id)
    at = f" It is at: {told[-1].text.lower()}." if told else ""
    return Result(f"This will stop {meant.id} after its current step and save it; it can be resumed later.{at}")
