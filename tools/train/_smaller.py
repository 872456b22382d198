"""What a run does when the memory is not enough: fewer rows at once, the same steps, the same outcome."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from store.worker import write_last

Plan = dict[str, Any]


def smaller(plan: Plan) -> Plan | None:
    """The plan with half as many rows at once and as many to a step, or with gradient checkpointing; None if neither.

    Technique, model, length of the rows and the rows of each step stay as they are.
    """
    micro = rows_at_once(plan)
    if micro > 1:
        fewer = max(part for part in range(1, micro // 2 + 1) if plan["batch_size"] % part == 0)
        return {**plan, "gradient_accumulation": plan["batch_size"] // fewer}
    return None if plan.get("gradient_checkpointing") else {**plan, "gradient_checkpointing": True}


def rows_at_once(plan: Mapping[str, Any]) -> int:
    """How many rows go through the model together; several such parts make a step."""
    return max(1, plan["batch_size"] // plan["gradient_accumulation"])


def told(plan: Plan) -> str:
    """What was changed, in a sentence."""
    rows = rows_at_once(plan)
    if plan.get("gradient_checkpointing"):
        return (
            "The memory was not enough for one row at a time, so parts of the computation are now made twice instead "
            "of kept (gradient checkpointing): slower, with the same outcome."
        )
    return (
        f"The memory was not enough, so {rows} row{' goes' if rows == 1 else 's go'} through the model at once now; "
        f"a step still takes {plan['batch_size']}, so the outcome is the same."
    )


def fitted(plan: Plan, folder: Path) -> Plan:
    """The plan as it was made to fit the memory in this or an earlier job of the run."""
    changes = changes_of(folder)
    return {**plan, **changes[-1]["settings"]} if changes else plan


def remember(folder: Path, plan: Plan, step: int) -> None:
    """Write down a change, beside the run's plan: what was set, after which step, and the sentence for the user."""
    settings = {"gradient_accumulation": plan["gradient_accumulation"]}
    if plan.get("gradient_checkpointing"):
        settings["gradient_checkpointing"] = True
    change = {"step": step, "settings": settings, "sentence": told(plan)}
    write_last(folder / "fitted.json", {"changes": [*changes_of(folder), change]})


def changes_of(folder: Path) -> list[dict[str, Any]]:
    """The changes of a run so far, oldest first."""
    file = folder / "fitted.json"
    return json.loads(file.read_text())["changes"] if file.exists() else []
