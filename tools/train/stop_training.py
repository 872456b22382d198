"""Stop a training and keep what it has learned."""

import time
from typing import Annotated, Literal

from store import TrainingRun, Workspace
from tools.kinds import Run, called
from tools.result import Result
from tools.tool import ToolError, tool
from tools.train._checkpoints import last_whole, step_of
from tools.train._newest import run_meant

PATIENCE_SECONDS = 120
POLL_SECONDS = 0.2
Keep = Annotated[
    Literal["save", "nothing"], called(save="save saved saving keep", nothing="cancel discard unsaved abort withdraw")
]


@tool(
    effect="trains",
    asks=[
        ("stop the training", {}),
        ("cancel run-3, it takes too long", {"run": "run-3", "keep": "nothing"}),
        ("halt run-1 and save it", {"run": "run-1"}),
        ("abort, the settings were wrong", {"keep": "nothing"}),
        ("please end it, I need the computer for work", {}),
        ("kill run-2", {"run": "run-2"}),
        ("pause run-4 for the night", {"run": "run-4"}),
        ("switch it off, the loss only gets worse", {}),
        ("break off, it has learned enough", {}),
        ("can you hold the training until tomorrow?", {}),
        ("take run-5 out of the queue", {"run": "run-5"}),
        ("discard the training that is going on, do not save anything", {"keep": "nothing"}),
    ],
)
def stop_training(ws: Workspace, run: Run | None = None, keep: Keep = "save") -> Result:
    """Stop a training and save it so that it can be resumed, cancel it unsaved, or take it out of the queue.

    Args:
        run: The run to stop; the one that is running if none is named.
        keep: save, to stop after the current step and save; or nothing, to end at once and save nothing more.

    Example:
        >>> print(stop_training(trained, "run-1"))
        Traceback (most recent call last):
        tools.tool.ToolError: run-1 is done, so there is nothing to stop.
    """
    meant = _meant(ws, run)
    nexts = [f"resume {meant.id}", f"delete {meant.id}" if keep == "nothing" else f"evaluate {meant.id}"]
    if keep == "nothing":
        ended = ws.runs.cancel(meant.id)
        return Result(f"{meant.called}: {ended.job.sentence}", next=nexts, data={"run": meant.id})
    ws.jobs.stop(meant.job.id)
    until = time.monotonic() + PATIENCE_SECONDS
    while (job := ws.jobs.get(meant.job.id)).live and time.monotonic() < until:
        time.sleep(POLL_SECONDS)
    if job.live:
        return Result(f"{meant.called} was asked to stop; it is still finishing its step.", data={"run": meant.id})
    sentence = job.sentence or "It had already reached its end."
    return Result(f"{meant.called}: {sentence}", next=nexts, data={"run": meant.id})


@stop_training.preview
def _preview(ws: Workspace, run: str | None = None, keep: Keep = "save") -> Result:
    meant = _meant(ws, run)
    if meant.state == "queued":
        return Result(f"This will take {meant.called} out of the queue. It has not begun, so there is nothing to save.")
    told = ws.runs.progress(meant.id)
    at = f" It is at: {told[-1].text.lower()}." if told else ""
    if keep == "save":
        return Result(f"This will stop {meant.called} after its current step and save it; it can be resumed later.{at}")
    saved = last_whole(meant.folder / "checkpoints")
    left = f"What was saved at step {step_of(saved)} stays" if saved else "Nothing has been saved yet"
    return Result(f"This will end {meant.called} at once and save nothing more. {left}.{at}")


def _meant(ws: Workspace, run: str | None) -> TrainingRun:
    """The run that is named; else the one that runs, or the first that waits."""
    if run is None and (ahead := [job for job in ws.jobs.ahead("train") if job.project == ws.project]):
        run = str(ahead[0].payload.get("run"))
    meant = run_meant(ws, run, lambda each: each.job.live, "is running")
    if not meant.job.live:
        raise ToolError(f"{meant.called} is {meant.state}, so there is nothing to stop.")
    return meant
