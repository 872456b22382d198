"""One finding of an audit of data in a sentence, and what its kind does and does not show."""

from collections.abc import Mapping
from typing import Any

from tools.audit._figures import percent
from tools.audit._named import NOT_NAMED, OR_NOT

Json = Mapping[str, Any]
SHOWS = {
    "label": "That a label goes with a group does not say why: it may be the world, the sampling or the labelling. It "
    "is no proof of discrimination.",
    "number": "That a number goes with a group does not say why: it may be the world, the sampling or the measuring. "
    "It is no proof of discrimination.",
    "toxicity": "A text that counts as toxic may also quote or oppose what it says: read the rows.",
    "sentiment": "How a text sounds is told by a short list of English words, good for many rows and not for one.",
    "length": "Length alone harms nobody, but a model may learn it as the sign of a group.",
    "reference": "A gap to the reference says that the data differ from it, not why, nor that the reference is right.",
}
CROSSED = "Crossed groups whose gap their two halves alone would give stand last in the table."


def gap(finding: Json) -> str:
    """A finding in words."""
    return (_of_shares if finding["odds_ratio"] else _of_stated if finding["kind"] == "reference" else _of_means)(
        finding
    )


def whom(finding: Json) -> str:
    """The rows of a group."""
    if finding["attribute"].endswith(OR_NOT):
        attribute = finding["attribute"].removesuffix(OR_NOT)
        return f"rows that name {'no ' if finding['group'] == NOT_NAMED else 'a '}group of {attribute}"
    return f"{finding['group']} rows"


def short(finding: Json) -> str:
    """What is compared, of whom, for a narrow column or the axis of a plot."""
    if finding["attribute"].endswith(OR_NOT):
        return f"{finding['what']}, {finding['attribute'].removesuffix(OR_NOT)} {finding['group']}"
    return f"{finding['what']}, {finding['group']}"


def size(finding: Json) -> str:
    """A gap with its interval: points, or Cliff's delta."""
    value, low, high = (finding["gap"][part] for part in ("value", "low", "high"))
    if finding["odds_ratio"] or finding["kind"] == "reference":
        return f"{100 * value:+.1f} points ({100 * low:+.1f} to {100 * high:+.1f})"
    return f"delta {value:+.2f} ({low:+.2f} to {high:+.2f})"


def figure(finding: Json, value: float) -> str:
    """What was found in the group or the others."""
    if finding["odds_ratio"] or finding["kind"] == "reference":
        return percent(value)
    return f"{value:.1f} words" if finding["kind"] == "length" else f"{value:.2f}"


def meaning(findings: list[Json]) -> list[str]:
    """What the kinds among these findings do and do not show."""
    told = list(dict.fromkeys(SHOWS[each["kind"]] for each in findings))
    return [*told, *([CROSSED] if any(each["explained"] for each in findings) else [])]


def _of_shares(finding: Json) -> str:
    odds = finding["odds_ratio"]
    return (
        f"{finding['what']} in {percent(finding['mine'])} of {finding['rows']:,} {whom(finding)} against "
        f"{percent(finding['others'])} of the others, a gap of {size(finding)}, odds ratio {odds['value']:.1f} "
        f"({odds['low']:.1f} to {odds['high']:.1f})"
    )


def _of_means(finding: Json) -> str:
    verbs = {"length": ("are longer", "are shorter"), "sentiment": ("sound better", "sound worse")}
    above, below = verbs.get(finding["kind"], (f"have more {finding['what']}", f"have less {finding['what']}"))
    mean, others = (figure(finding, finding[part]) for part in ("mine", "others"))
    return (
        f"{finding['rows']:,} {whom(finding)} {above if finding['gap']['value'] > 0 else below} than the others: "
        f"{mean} against {others} on average, Cliff's {size(finding)}"
    )


def _of_stated(finding: Json) -> str:
    much = "many" if finding["gap"]["value"] > 0 else "few"
    return (
        f"too {much} {whom(finding)} for the reference: {percent(finding['mine'])} of {finding['rows']:,} against "
        f"{percent(finding['others'])}, {size(finding)}"
    )
