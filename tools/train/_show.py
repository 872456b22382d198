"""A plan in words and tables."""

from pathlib import Path

from tools.result import Result, Table
from tools.train._plan import Planned
from tools.weights.progress import duration, size
from tools.words import counted

CALLED = {"lora": "LoRA", "dora": "DoRA", "ia3": "IA3", "full": "full fine-tuning"}


def show(planned: Planned, opening: str) -> Result:
    """A plan as a result; `opening` is "I would train" or the like."""
    plan, cost, rows = planned.plan, planned.estimates, planned.material.rows
    sides = planned.material.sides
    warnings = [line for good, line in _checks(planned) if not good]
    of, name, seen = (
        counted(rows, "row"),
        planned.material.version.dataset,
        f"{plan['epochs']:g} epoch{'' if plan['epochs'] == 1 else 's'}",
    )
    text = (
        f"{opening} {short(plan['base_model'])} on {of} of {name} with {CALLED[plan['technique']]} for "
        f"{seen}: about {duration(cost['seconds'])}, {size(cost['memory_bytes'])} of memory and "
        f"{size(cost['disk_bytes'])} of disk on this machine."
    )
    chosen = [(each.name, each.value, each.why, each.instead) for each in planned.settings]
    checks = [("yes" if good else "no", line) for good, line in _checks(planned)]
    nexts = ["start the training"] if sides["test"] else [f"split {name}"]
    return Result(
        " ".join([text, *warnings]),
        tables=[
            Table("Settings", ("setting", "value", "why", "instead"), chosen),
            Table("Checks", ("in order", "what"), checks),
            Table("Estimates", ("what", "estimate", "how it was found"), _estimates(planned)),
        ],
        next=nexts,
        data={"plan": plan, "measured": planned.measured, "sides": dict(sides)},
    )


def short(base_model: str) -> str:
    """A base model's name, without the folders it is in."""
    return Path(base_model).name if Path(base_model).is_absolute() else base_model


def _estimates(planned: Planned) -> list[tuple[str, str, str]]:
    cost, measured = planned.estimates, planned.measured
    speed = f"{measured['tokens_per_second']:,.0f} tokens a second, measured in a few steps on this machine"
    busy = "while it was busy with other work" if measured["busy"] else "and slower while it does other work"
    return [
        ("time", duration(cost["seconds"]), f"{speed}, {busy}"),
        ("memory", size(cost["memory_bytes"]), f"{size(measured['peak_bytes'])} measured, and the longest rows added"),
        ("disk", size(cost["disk_bytes"]), "the model, and up to three checkpoints"),
        (
            "trained weights",
            f"{measured['weights_trained']:,}",
            f"{measured['weights_trained'] / measured['weights']:.1%} of {measured['weights']:,}",
        ),
    ]


def _checks(planned: Planned) -> list[tuple[bool, str]]:
    """What was looked at before starting: (whether it is in order, in words)."""
    material, plan, measured = planned.material, planned.plan, planned.measured
    sides, machine = material.sides, planned.machine
    split = ", ".join(f"{rows:,} {side}" for side, rows in sides.items())
    lines = [
        (True, f"Split: {split}.")
        if sides["test"]
        else (False, "No rows are kept for a test, so the result could not be checked: split the dataset first."),
        (True, "No test row is among the training rows.")
        if not material.leaked
        else (
            False,
            f"{counted(material.leaked, 'test row')} {'is' if material.leaked == 1 else 'are'} also among the "
            "training rows, so a test would flatter the model: propose fixes for leakage first.",
        ),
        (True, _format(planned)),
    ]
    if measured["left_out"]:
        rows = counted(measured["left_out"], "row")
        lines.append(
            (False, f"{rows} of the {measured['rows'] + measured['left_out']:,} measured cannot be trained on.")
        )
    cut = measured["tokens"]["max"] > plan["max_length"] or measured["cut"]
    lines.append((not cut, _lengths(planned)))
    lines.append((planned.memory_is_enough, f"Memory: {size(planned.estimates['memory_bytes'])} needed; {machine}."))
    need = size(planned.estimates["disk_bytes"])
    lines.append((planned.disk_is_enough, f"Disk: {need} needed, {size(machine.disk_bytes)} free."))
    return lines


def _format(planned: Planned) -> str:
    plan = planned.plan
    if plan["task"] == "classify":
        return f"The model reads {plan['text']} and chooses one of {len(plan['labels'])} labels of {plan['label']}."
    read = plan["messages"] or plan["prompt"]
    return f"The model reads {read} in the base model's chat template; only the answer is trained."


def _lengths(planned: Planned) -> str:
    tokens, measured = planned.measured["tokens"], planned.measured
    told = f"Rows have {tokens['mean']:g} tokens on average, 95 % at most {tokens['p95']}"
    if measured["cut"]:
        return f"{told}; {counted(measured['cut'], 'row')} of {measured['rows']:,} measured would be cut."
    return f"{told}; none measured is cut at {planned.plan['max_length']}."
