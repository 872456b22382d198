"""Go on with a training that ended early."""

from store import TrainingRun, Workspace
from tools.kinds import Run
from tools.result import Result
from tools.tool import ToolError, tool
from tools.train import places
from tools.train._checkpoints import last_intact, step_of
from tools.train._newest import run_meant
from tools.train._placing import make_ready, told
from tools.train._queue import waits, would_wait
from tools.words import listed

ENDED_EARLY = ("stopped", "interrupted", "failed")
RESUMABLE = (*ENDED_EARLY, "cancelled")
"""One that was cancelled goes on only if it is named."""


@tool(
    effect="trains",
    asks=[
        ("resume the training", {}),
        ("go on with run-2 where it stopped", {"run": "run-2"}),
        ("somebody killed run-1, continue it", {"run": "run-1"}),
        ("the power went out last night, pick up where it broke off", {}),
        ("continue the training that I paused", {}),
        ("restart run-3 from its checkpoint", {"run": "run-3"}),
        ("keep going with the stopped run", {}),
        ("can we proceed with the interrupted fine-tuning?", {}),
        ("my laptop slept and run-2 died, get it going again", {"run": "run-2"}),
    ],
)
def resume_training(ws: Workspace, run: Run | None = None) -> Result:
    """Go on with a run that was stopped, killed or failed, from its last checkpoint.

    Args:
        run: The run to go on with; the newest that ended early if none is named.

    Example:
        >>> print(resume_training(trained, "run-1"))
        Traceback (most recent call last):
        tools.tool.ToolError: run-1 is done, so there is nothing to resume.
    """
    meant = _meant(ws, run)
    resumed = ws.runs.resume(meant.id)
    return Result(
        f"{meant.called} goes on {_from(meant)}.{waits(ws, resumed)}",
        next=[f"how is {meant.id} doing?", f"stop {meant.id}"],
        data={"run": meant.id, "job": resumed.job.id},
    )


@resume_training.preview
def _preview(ws: Workspace, run: str | None = None) -> Result:
    meant = _meant(ws, run)
    why = f" {meant.job.sentence}" if meant.job.sentence else ""
    make_ready(meant.plan)
    where = f" {places.told(places.of(meant.plan))}" if meant.plan.get("place") else ""
    also = told(meant.plan, meant.dataset)
    text = (
        f"{meant.called} is {meant.state}.{why} It will go on {_from(meant)}{where}, with the same rows and settings."
    )
    return Result(f"{text} {also}".rstrip() + would_wait(ws))


def _meant(ws: Workspace, run: str | None) -> TrainingRun:
    meant = run_meant(ws, run, lambda each: each.state in ENDED_EARLY, "has ended early")
    if meant.state not in RESUMABLE:
        raise ToolError(f"{meant.called} is {meant.state}, so there is nothing to resume.")
    return meant


def _from(run: TrainingRun) -> str:
    checkpoint, damaged = last_intact(run.folder / "checkpoints")
    why = f", as what was saved at step {listed(map(str, damaged))} is damaged" if damaged else ""
    if checkpoint:
        return f"from its checkpoint at step {step_of(checkpoint)}{why}"
    return f"from the start{why or ', as nothing had been saved'}"
