"""The run that is meant, if it can be used."""

from store import TrainingRun, Workspace
from tools.evaluate._rows import answers_of
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


def refuse_if_silent(run: TrainingRun, what: str) -> None:
    """Refuse what needs answers of a run that gives none.

    Args:
        run: The run.
        what: What cannot be done with it: "compared".

    Raises:
        ToolError: It tags words, or only read plain text, or has no right answers.
    """
    why = {"tags": "tags words", "passages": "was only trained to read on in plain text"}
    kind = answers_of(run.plan)
    if kind in why:
        raise ToolError(f"{run.id} {why[kind]} and gives no answers, so it cannot be {what}. Evaluate it: it is shown "
                        "beside the untuned model.")  # fmt: skip
    if kind == "rewards" and what == "compared":
        raise ToolError(f"{run.id} was trained for rewards without right answers, so there is nothing to compare by. "
                        "Evaluate it: its mean reward is shown beside that of the untuned model.")  # fmt: skip


def gives_answers(run: TrainingRun) -> bool:
    """Whether a run answers what it is asked, rather than tagging words or only reading."""
    return answers_of(run.plan) not in ("tags", "passages")


def _why_none(run: TrainingRun) -> str:
    if run.state == "done":
        return f"The weights of {run.id} are gone from its folder. Train again to have them back."
    why = f" ({run.job.sentence.rstrip('.')})" if run.job.sentence else ""
    return f"{run.id} has no weights: it is {run.state}{why}. Resume it, or name another run."
