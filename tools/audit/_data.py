"""An audit of data: who is in it, what groups go with, and how far their shares are from stated ones."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from store import Version
from tools.audit._crossed import crossed
from tools.audit._findings import FIRST, FIRST_SHARE, Finding, findings, once
from tools.audit._groups import People, people
from tools.audit._lists import terms
from tools.audit._named import Named
from tools.audit._power import detectable
from tools.audit._rates import Attribute, overall, rates, sizes
from tools.audit._reference import Compared, compared
from tools.audit._shares import shares_in
from tools.evaluate._intervals import wilson

Json = dict[str, Any]
RATES_KEPT = 200
FINDINGS_KEPT = 600
WORDS_KEPT = 5
LONGEST = 240


def audited(
    version: Version, group: str | None, words: Path | None = None, reference: str | None = None,
    beside: Version | None = None,
) -> Json:  # fmt: skip
    """Audit a version of a dataset.

    Args:
        version: The data.
        group: The column that tells groups; if None, columns and words that do.
        words: A folder with the user's own lists.
        reference: Shares of groups in words, or a column that has them.
        beside: Another dataset to take the shares from instead.

    Raises:
        ToolError: The group column, the reference or a list cannot be used; the message says why.
    """
    found = people(version, group, words)
    stated = _stated(found, reference, beside, group, words)
    against = compared(found.attributes, stated, terms(words)) if stated else None
    crosses = crossed(found.attributes)
    told = findings(found, [*found.attributes, *crosses], against.gaps if against else [])
    shown = once(told)
    labels = [label or "" for label in found.labels]
    listed = rates(found.attributes, labels) if labels else []
    return {
        "rows": len(found.ids),
        "whole": found.whole,
        "label": found.label,
        "labelled": sum(label is not None for label in found.labels) or sum(one is not None for one in found.numbers),
        "text": bool(found.texts),
        "attributes": [_of_attribute(each, labels or ["" for _ in each.groups]) for each in found.attributes],
        "who": [*_of_columns(found), *(row for each in found.named for row in _of_named(each, found))],
        "reference": against and _of_reference(against),
        "tests": len(shown),
        "flagged": sum(each.flagged for each in shown),
        "rates": [asdict(rate) | {"flagged": rate.flagged} for rate in listed[:RATES_KEPT]],
        "findings": _kept(told, shown, found),
        "could_find": detectable(found.attributes, found.labels, _first(shown, crosses)),
        "notes": found.notes,
    }


def _first(shown: Sequence[Finding], crosses: Sequence[Attribute]) -> float:
    """How many tests of equal weight the comparison of a label has to hold its own against."""
    halves = {each.name for each in crosses}
    return sum(each.kind in FIRST and each.attribute not in halves for each in shown) / FIRST_SHARE


def _stated(
    found: People, reference: str | None, beside: Version | None, group: str | None, words: Path | None
) -> Mapping[str, float]:
    """The shares to compare with: of another dataset, of a column, or in the user's words."""
    if beside:
        column = group if group in beside.columns else None
        there = people(beside, column, words)
        names = {each.name for each in found.attributes}
        same = [each for each in there.attributes if each.name in names and len(sizes(each.groups)[0]) > 1]
        return _shares(same[0].groups) if same else {}
    if reference is None:
        return {}
    if reference in found.columns:
        return _shares([value or None for value in found.columns[reference]])
    return shares_in(reference)


def _shares(groups: Sequence[str | None]) -> dict[str, float]:
    counts = Counter(group for group in groups if group is not None)
    return {group: rows / counts.total() for group, rows in counts.items()}


def _of_attribute(attribute: Attribute, labels: Sequence[str]) -> Json:
    told = asdict(overall(attribute, labels))
    small = sorted(told["too_small"].items(), key=lambda pair: -pair[1])
    return {
        "how": attribute.how,
        "mention": attribute.mention,
        "in_no_group": sum(one is None for one in attribute.groups),
        **told,
        "too_small": dict(small[:20]),
        "number_too_small": len(small),
    }


def _of_columns(found: People) -> list[Json]:
    rows: list[Json] = []
    for attribute in found.attributes:
        if not attribute.how.startswith("the column"):
            continue
        counts = Counter(group for group in attribute.groups if group is not None)
        rows += [
            {"attribute": attribute.name, "group": group, "rows": number, "words": []}
            | {"share": wilson(number / len(found.ids), len(found.ids)).as_json(), "row": None}
            for group, number in counts.most_common(20)
        ]
    return rows


def _of_named(named: Named, found: People) -> list[Json]:
    return [
        {
            "attribute": named.attribute,
            "group": group,
            "rows": len(places),
            "share": wilson(len(places) / len(found.ids), len(found.ids)).as_json(),
            "words": [f"{word} {rows}" for word, rows in named.words[group].most_common(WORDS_KEPT)],
            "row": found.ids[places[0]],
        }
        for group, places in sorted(named.rows.items(), key=lambda pair: -len(pair[1]))
    ]


def _of_reference(against: Compared) -> Json:
    return {
        "attribute": against.gaps[0].attribute,
        "rows": against.gaps[0].rows,
        "p": against.p,
        "gaps": [asdict(gap) for gap in against.gaps],
        "left_out": against.left_out,
    }


def _kept(told: Sequence[Finding], shown: Sequence[Finding], found: People) -> list[Json]:
    first = {id(each) for each in shown}
    kept: list[Json] = []
    for each in told[:FINDINGS_KEPT]:
        examples = each.places if each.flagged and id(each) in first else []
        rows = [{"row": found.ids[place], "text": found.shown[place][:LONGEST]} for place in examples]
        plain = {name: value for name, value in asdict(each).items() if name != "places"}
        kept.append(plain | {"flagged": each.flagged, "shown": id(each) in first, "examples": rows})
    return kept
