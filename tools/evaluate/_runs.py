"""The run that is meant, if it can be used."""

from store import TrainingRun, Workspace
from tools.tool import ToolError


def usable(ws: Workspace, name: str | None) -> TrainingRun:
    """A run with weights: the one named, or the newest that has them.

    Raises:
        ToolError: There is none; the message says what to do.
    """
    if name is None:
        with_weights = [run for run in ws.runs.all() if run.model_folder and not run.job.live]
        if with_weights:
            return with_weights[-1]
        if not ws.runs.names():
            raise ToolError("Nothing has been trained yet. Plan a training and start it first.")
        name = ws.runs.names()[-1]
    run = ws.runs.get(name)
    if run.job.live:
        raise ToolError(f"{name} is still {run.state}. Wait until it has finished, or stop it: what it has is saved.")
    if run.model_folder is None or not any(run.model_folder.glob("*.safetensors")):
        raise ToolError(_why_none(run))
    return run


def _why_none(run: TrainingRun) -> str:
    if run.state == "done":
        return f"The weights of {run.id} are gone from its folder. Train again to have them back."
    why = f" ({run.job.sentence.rstrip('.')})" if run.job.sentence else ""
    return f"{run.id} has no weights: it is {run.state}{why}. Resume it, or name another run."
