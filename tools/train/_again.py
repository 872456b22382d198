"""The plan of a run again, with some settings changed."""

from dataclasses import asdict, fields, replace
from typing import Any

from store import TrainingRun, Workspace
from tools.train._material import examine
from tools.train._plan import make_plan
from tools.train._wishes import Wishes

ALONE: dict[str, tuple[str, ...]] = {
    "epochs": (),
    "learning_rate": (),
    "seed": (),
    "rank": ("alpha",),
    "batch_size": ("gradient_accumulation",),
    "max_length": ("batch_size", "gradient_accumulation"),
}
"""Settings that can change while all others stay as they were, each with those that follow from it."""
FOLLOW = ("learning_rate", "rank", "batch_size", "max_length")
"""Settings that are chosen anew, if they are not given, when the model, the technique, the task or the data change."""
GROWN = ("max_length",)
"""Those that are, when a dataset alone is newer: else what is compared then would not be the rows."""
COSTS = ("estimates", "save_steps")
QUIET = (*COSTS, "continues")


def plan_again(
    ws: Workspace, run: TrainingRun, dataset: str | None, changes: Wishes
) -> tuple[dict[str, Any], str, int, int]:
    """A run's plan with changes.

    Args:
        ws: The workspace.
        run: The run to repeat.
        dataset: Other rows, as they are now; None for the very rows that the run was taught.
        changes: The settings to change.

    Returns:
        The plan, the dataset, its version, and how many rows are taught.

    Raises:
        StoreError: It cannot be trained like that; the message says why.
    """
    asked = {name: value for name, value in asdict(changes).items() if value is not None and value is not False}
    if not asked and not dataset:
        rows = run.plan.get("sample") or examine(ws, run.dataset, run.plan["task"], number=run.version).rows
        return run.plan, run.dataset, run.version, rows
    name, version = (dataset, None) if dataset else (run.dataset, run.version)
    alone = dataset is None and asked.keys() <= ALONE.keys()
    grown = dataset == run.dataset and asked.keys() <= ALONE.keys()
    anew = () if alone else GROWN if grown else FOLLOW
    planned = make_plan(ws, name, _wishes(ws, run, changes, anew), version)
    rows, number = planned.plan["sample"] or planned.material.rows, planned.material.version.number
    if not alone:
        return planned.plan, name, number, rows
    taken = {*asked, *(more for setting in asked for more in ALONE[setting])}
    kept = {key: value for key, value in run.plan.items() if key not in taken}
    return {**kept, **{key: planned.plan[key] for key in (*taken, *COSTS)}}, name, number, rows


def differences(before: TrainingRun, plan: dict[str, Any], dataset: str, version: int) -> list[tuple[str, str, str]]:
    """What the new plan has otherwise: (setting, as it was, as it would be)."""
    rows = [("rows", f"{before.dataset}, version {before.version}", f"{dataset}, version {version}")]
    keys = dict.fromkeys([*before.plan, *plan])
    rows += [
        (key.replace("_", " "), _told(before.plan.get(key)), _told(plan.get(key))) for key in keys if key not in QUIET
    ]
    return [row for row in rows if row[1] != row[2]]


def _wishes(ws: Workspace, run: TrainingRun, changes: Wishes, anew: tuple[str, ...]) -> Wishes:
    """The settings of a run as wishes, with the changes; what goes on from another run goes on from it again."""
    known = {field.name: run.plan.get(field.name) for field in fields(Wishes)}
    known["to_the_end"] = not run.plan.get("early_stopping", True)
    if run.came_from in ws.runs.names():
        known["base_model"] = run.came_from
    known |= dict.fromkeys(anew)
    return replace(
        Wishes(**known),
        **{name: value for name, value in asdict(changes).items() if value is not None and value is not False},
    )


def _told(value: object) -> str:
    match value:
        case None:
            return "none"
        case float():
            return f"{value:g}"
        case list():
            return ", ".join(str(each) for each in value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
        case _:
            return str(value)
