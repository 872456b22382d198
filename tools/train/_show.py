"""A plan in words and tables."""

from pathlib import Path

from tools.result import Result, Table
from tools.train import places
from tools.train._checks import Check, checks
from tools.train._dial import DIALS
from tools.train._estimate import weights_trained
from tools.train._placing import told
from tools.train._plan import Planned
from tools.train.techniques import TECHNIQUES
from tools.weights.progress import duration, size
from tools.words import counted


def show(planned: Planned, opening: str, closing: str = "") -> Result:
    """A plan as a result; `opening` is "I would train" or the like, `closing` what else there is to know."""
    plan, cost, name = planned.plan, planned.estimates, planned.material.version.dataset
    found = checks(planned)
    wrong = [check for check in found if not check.good]
    rows = counted(plan["sample"] or planned.material.rows, "row")
    text = (
        f"{opening} {short(plan['base_model'])} on {rows} of {name} with {TECHNIQUES[plan['technique']].title} for "
        f"{plan['epochs']:g} epoch{'' if plan['epochs'] == 1 else 's'}: about {duration(cost['seconds'])}, "
        f"{size(cost['memory_bytes'])} of memory and {size(cost['disk_bytes'])} of disk "
        f"{places.told(places.of(plan))}."
    )
    chosen = [(each.name, each.value, each.why, each.instead, each.third) for each in planned.settings]
    return Result(
        " ".join([text, *filter(None, [told(plan, name)]), *(check.told for check in wrong)]) + closing,
        tables=[
            Table("Settings", ("setting", "value", "why", "runner-up", "and after that"), chosen),
            Table("Checks", ("in order", "what", "what to do"), [_line(check) for check in found]),
            Table("Estimates", ("what", "estimate", "how it was found"), _estimates(planned)),
            Table(
                "More or less effort",
                ("effort", "base model", "rows", "epochs", "time", "memory", "what you get"),
                _dial(planned),
            ),
            Table("What the model reads", ("it reads", "it learns to answer"), planned.measured["example"]),
        ],
        next=_next(wrong),
        data={"plan": plan, "measured": planned.measured, "sides": dict(planned.material.sides)},
    )


def short(base_model: str) -> str:
    """A base model's name, without the folders it is in."""
    return Path(base_model).name if Path(base_model).is_absolute() else base_model


def _next(wrong: list[Check]) -> list[str]:
    """The ways out of what is not in order, or the start."""
    ways = [check.way for check in wrong if check.way]
    return ways[:2] or ["start the training", "plan a quick look", "plan the best"]


def _line(check: Check) -> tuple[str, str, str]:
    return ("yes" if check.good else "no", check.told, check.way)


def _dial(planned: Planned) -> list[tuple[str, ...]]:
    """What each position of the dial would take, side by side."""
    lines: list[tuple[str, ...]] = []
    for effort, plan in planned.dial:
        other = plan["base_model"] != planned.plan["base_model"]
        about, cost = "about " if other else "", plan["estimates"]
        gives = DIALS[effort].gives + ("; reckoned by the size of its base model" if other else "")
        lines.append(
            (
                DIALS[effort].title,
                short(plan["base_model"]),
                f"{plan['sample'] or planned.material.rows:,}",
                f"{plan['epochs']:g}",
                f"{about}{duration(cost['seconds'])}",
                f"{about}{size(cost['memory_bytes'])}",
                gives,
            )
        )
    return lines


def _estimates(planned: Planned) -> list[tuple[str, str, str]]:
    cost, measured = planned.estimates, planned.measured
    speed = f"{measured['tokens_per_second']:,.0f} tokens a second, measured in a few steps on this machine"
    busy = "while it was busy with other work" if measured["busy"] else "and slower while it does other work"
    most = max(each["tokens"] for each in measured["steps"])
    trained = weights_trained(planned.plan, measured)
    return [
        ("time", duration(cost["seconds"]), f"{speed}, {busy}; loading, evaluating and saving included"),
        ("memory", size(cost["memory_bytes"]), f"the peak of steps with up to {most:,} tokens at once, measured here"),
        ("disk", size(cost["disk_bytes"]), f"while it runs; {size(cost['kept_bytes'])} of it stay"),
        ("trained weights", f"{trained:,}", f"{trained / measured['weights']:.1%} of {measured['weights']:,}"),
    ]
