"""What may make a gap smaller: proposals as chips, and a what-if that is shown and never applied."""

from collections.abc import Iterator, Mapping
from typing import Any

from tools.result import Table

Json = Mapping[str, Any]
ABOUT_PEOPLE = ("flips", "lean", "names", "tone")
"""Kinds of finding that rows about other people may help against."""


def chips(run: str, model: Json) -> list[str]:
    """Requests that other tools answer, for what was found; the effect of any is told by a second audit."""
    kinds = {one["kind"] for one in model["findings"]["ranked"] if one["found"]}
    dataset, found = model["dataset"], list[str]()
    if kinds & {*ABOUT_PEOPLE}:
        found.append(f"add rows to {dataset} with the genders swapped")
    if "names" in kinds:
        found.append(f"mask the names in {dataset}")
    if kinds & {"selection", "equalised odds"}:
        found.append(f"the classes in {dataset} are uneven, add examples for the small ones")
    return found


def threshold(run: str, model: Json) -> Iterator[str]:
    """What thresholds by group would do, in a sentence."""
    told = model.get("threshold")
    if not told:
        return
    now, then = told["now"], told["then"]
    yield (
        f"What if: a threshold of its own for each group of {told['attribute']} would change the gap in error rates "
        f"for {told['label']} from {_percent(now['equalized_odds_difference'])} to "
        f"{_percent(then['equalized_odds_difference'])} and accuracy from {_percent(now['accuracy'])} to "
        f"{_percent(then['accuracy'])}, measured on {told['rows']} rows kept apart. Nothing was changed: {run} answers "
        f"as before, and treating people by their group may be forbidden where you are."
    )


def threshold_table(model: Json) -> Iterator[Table]:
    """The same as a table."""
    told = model.get("threshold")
    if told:
        names = {
            "accuracy": "right",
            "demographic_parity_difference": "demographic parity difference",
            "equalized_odds_difference": "equalised odds difference",
        }
        rows = [(name, _percent(told["now"][key]), _percent(told["then"][key])) for key, name in names.items()]
        title = f"What if {told['label']} had a threshold for each group of {told['attribute']}; not applied"
        yield Table(title, ("measure", "one threshold", "one a group"), rows)


def _percent(value: float) -> str:
    return f"{100 * value:.1f} %"
