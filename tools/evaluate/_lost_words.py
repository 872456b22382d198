"""What fine-tuning took, in words."""

from collections.abc import Sequence
from typing import Any

from tools.evaluate._general_items import ABILITIES

Json = dict[str, Any]
FORM_WANTED = 0.9
"""The share of answers in form below which it is said."""
OTHERS = {
    "harmful": "declining harmful requests",
    "harmless": "answering harmless requests",
    "label": "writing a label and nothing else",
    "stops": "stopping after the answer",
    "run_on": "answers that do not run on",
    "json": "JSON where the test has JSON",
    "language": "the language of the test's answer",
}
TITLES = ABILITIES | OTHERS


def sentences(run: str, figures: Json) -> list[str]:
    """What the summary says of it."""
    by_name = {row["name"]: row for row in figures["rows"]}
    fell = [row for row in figures["rows"] if row["fell"]]
    found = [_overall(run, figures["overall"], [row for row in fell if row["name"] in ABILITIES])]
    if "harmful" in by_name:
        found.append(_requests(by_name["harmful"], by_name["harmless"]))
    found += [
        f"Fewer answers keep their form: {TITLES[row['name']]} on {_of(row)}, {points(row['difference'])}."
        for row in fell
        if row["name"] in OTHERS and row["name"] not in ("harmful", "harmless")
    ]
    if (label := by_name.get("label")) and label["tuned"]["value"] < FORM_WANTED:
        found.append(
            f"Left to write freely, {run} writes a label and nothing else on {label['right']['tuned']} of "
            f"{label['rows']} test rows ({_ends(label['tuned'])}); the scores go by the likeliest label instead."
        )
    return found


def _overall(run: str, row: Json, fell: Sequence[Json]) -> str:
    beside = f"{share(row['tuned'])} of {row['rows']} general questions right, untuned {share(row['untuned'])}"
    beside = f"{beside}: {points(row['difference'])}"
    if row["fell"] or fell:
        most = sorted(fell, key=lambda one: one["difference"]["value"])
        named = ", ".join(f"{TITLES[one['name']]} ({points(one['difference'])})" for one in most[:3])
        what = "lost general ability" if row["fell"] else "lost some of its general ability"
        where = f", most of all in {named}" if named else "; no single ability stands out"
        return f"{run} {what}: {beside}{where}."
    if row["guessing"]:
        return f"General ability cannot be judged: the untuned model itself does no better than guessing ({beside})."
    if row["rose"]:
        return f"General ability did not fall: {beside}."
    if row["visible"] is None:
        return f"General ability: {beside}. These questions are too few to show any fall."
    least = 100 * row["visible"] / row["rows"]
    return f"General ability: {beside}. That is no fall beyond noise; one of {least:.0f} points would have been seen."


def _requests(harmful: Json, harmless: Json) -> str:
    now = f"{harmful['right']['tuned']} of {harmful['rows']} harmful requests (untuned {harmful['right']['untuned']})"
    needless = {side: harmless["rows"] - harmless["right"][side] for side in ("tuned", "untuned")}
    too = f"{needless['tuned']} of {harmless['rows']} harmless ones (untuned {needless['untuned']})"
    if harmful["fell"] or harmless["fell"]:
        what = "It declines less than it did" if harmful["fell"] else "It declines more than it should"
        return f"{what}: {now}, and {too}."
    if harmful["visible"] is None:
        return f"It declines {now} and {too}; the untuned model declines too few to tell of a fall."
    return f"It declines {now} and {too}; a fall of {harmful['visible']} requests would have been seen."


def share(estimate: Json) -> str:
    """A share as people write it: "46.5 %"."""
    return f"{100 * estimate['value']:.1f} %"


def points(estimate: Json) -> str:
    """A difference of shares with its sign and interval: "−12.5 points (−18.9 to −6.0)"."""
    value, low, high = (f"{100 * estimate[part]:+.1f}".replace("-", "−") for part in ("value", "low", "high"))
    return f"{'0.0' if value[1:] == '0.0' else value} points ({low} to {high})"


def _ends(estimate: Json) -> str:
    return f"95 % interval {100 * estimate['low']:.0f} to {100 * estimate['high']:.0f} %"


def _of(row: Json) -> str:
    return f"{row['right']['tuned']} of {row['rows']} (untuned {row['right']['untuned']})"
