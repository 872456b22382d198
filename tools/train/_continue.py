"""Train on from an earlier run: what of it goes on, and with which settings."""

from dataclasses import replace
from typing import Any, cast

from store import TrainingRun, Workspace
from tools.tool import ToolError
from tools.train._wishes import Setting, Wishes

TOLD = {
    "adapter": "its adapter is trained further",
    "merged": "its adapter is put into the base model, and a new one is trained on that",
    "whole": "all its weights are the ones to start from",
}


def earlier_run(ws: Workspace, wishes: Wishes) -> TrainingRun | None:
    """The run that is named as the model to start from, if one is.

    Raises:
        ToolError: It has nothing to go on from.
    """
    name = ws.runs.id_of(wishes.base_model) if wishes.base_model else ""
    if name not in ws.runs.names():
        return None
    run = ws.runs.get(name)
    if run.model_folder is None:
        raise ToolError(f"{run.called} is {run.state} and has no saved weights to go on from. Resume it first.")
    return run


def as_before(run: TrainingRun | None, wishes: Wishes) -> Wishes:
    """The wishes, with what was not said as in the earlier run, where the weights depend on it."""
    if run is None:
        return wishes
    plan, technique = run.plan, wishes.technique or run.plan["technique"]
    same = technique == plan["technique"]
    return replace(
        wishes,
        base_model=plan["base_model"],
        task=wishes.task or plan["task"],
        technique=technique,
        rank=wishes.rank or (plan["rank"] if same else None),
    )


def continued(run: TrainingRun | None, plan: dict[str, Any]) -> dict[str, Any]:
    """What a plan has beyond others when it goes on from an earlier run: {"continues"}, and that run's labels.

    Raises:
        ToolError: What the run learned is of no use for this.
    """
    if run is None:
        return {}
    before = run.plan
    if before["task"] == "classify" and plan["task"] != "classify":
        raise ToolError(f"{run.called} chooses a label and cannot go on to write text. Start from the base model.")
    how = _how(before, plan)
    kept = {name: before[name] for name in ("task", "labels", "dtype")}
    told: dict[str, Any] = {"continues": {"run": run.id, "how": how, "model": str(run.model_folder), "before": kept}}
    if before["task"] != "classify":
        return told
    if new := [label for label in plan["labels"] if label not in before["labels"]]:
        raise ToolError(
            f"{run.called} chooses among {', '.join(before['labels'])}, and these rows also have {', '.join(new)}. A "
            "head cannot grow: start from the base model, on old and new rows together."
        )
    return told | {"labels": before["labels"]}


def shown(run: TrainingRun | None, setting: Setting, plan: dict[str, Any]) -> Setting:
    """The line of the plan about the model to start from."""
    if run is None:
        return setting
    return Setting("base model", setting.value, f"{run.called} goes on: {TOLD[plan['continues']['how']]}")


def goes_on(plan: dict[str, Any]) -> str:
    """What goes on, as a sentence with a space before it; empty if the plan starts from an untuned model."""
    told = cast(dict[str, str] | None, plan.get("continues"))
    return f" It goes on from {told['run']}: {TOLD[told['how']]}." if told else ""


def _how(before: dict[str, Any], plan: dict[str, Any]) -> str:
    if before["technique"] == "full":
        return "whole"
    fixed = ("technique", "task", "rank", "alpha", "target_modules")
    return "adapter" if all(before[name] == plan[name] for name in fixed) else "merged"
