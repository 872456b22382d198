"""What groups go with, as one list: every test of an audit of data, corrected together, the largest sure gap first."""

from collections import Counter
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Literal

from tools.audit._crossed import beyond_halves
from tools.audit._groups import People
from tools.audit._measures import Shift, shifts
from tools.audit._named import NOT_NAMED
from tools.audit._rates import ALARM, FEWEST_ROWS, Attribute, Rate, Test, holm, uncorrected
from tools.audit._reference import Gap
from tools.audit._sentiment import sentiment
from tools.clean._toxic import TOXIC, score
from tools.evaluate._intervals import Estimate

Kind = Literal["label", "toxicity", "length", "sentiment", "number", "reference"]
MOST_LABELS = 20
EXAMPLES = 3
FIRST: tuple[Kind, ...] = ("label", "number", "toxicity", "reference")
FIRST_SHARE = 0.8
"""Of the 5 %, what is kept for these; the rest is for lengths, moods and crossed groups, which are many."""
TOXIC_LABEL = "toxic"


@dataclass(frozen=True)
class Finding:
    """One comparison of a group with the others, or with a reference.

    Attributes:
        kind: What was compared.
        attribute: How the rows are grouped.
        group: The group.
        what: The label, or what was measured.
        rows: Of the group; for a reference, of all groups.
        mine: The share or mean in the group.
        others: The share or mean in the other groups, or the reference.
        gap: With its 95 % interval, from -1 to 1: a difference of shares, or Cliff's delta.
        p: By itself.
        test: Which test it is; some findings mirror each other.
        odds_ratio: Of shares.
        difference: Of means.
        corrected: p after Holm's correction for all tests of the audit.
        places: Rows to look at.
        explained: Of a crossed group: its two halves alone would give as much.
    """

    kind: Kind
    attribute: str
    group: str
    what: str
    rows: int
    mine: float
    others: float
    gap: Estimate
    p: float
    test: Test
    odds_ratio: Estimate | None = None
    difference: Estimate | None = None
    corrected: float = 1.0
    places: list[int] = field(default_factory=list[int])
    explained: bool = False

    @property
    def flagged(self) -> bool:
        """Whether chance alone would hardly give it."""
        return self.corrected < ALARM

    @property
    def sure(self) -> float:
        """How large the gap is at least: the end of its interval that is nearer to none."""
        return max(self.gap.low, -self.gap.high, 0.0)


def findings(people: People, attributes: Sequence[Attribute], gaps: Sequence[Gap]) -> list[Finding]:
    """Every comparison, mirrored ones included, all corrected together (weighted Holm); the largest sure gap first.

    Args:
        people: The rows.
        attributes: The ways to group them, crossed ones included.
        gaps: The comparisons with a reference.
    """
    halves = {each.name for each in attributes if each.parts}
    found = [*_by_label(people, attributes), *_by_measure(people, attributes), *map(_of_gap, gaps)]
    first = {each.test for each in found if each.kind in FIRST and each.attribute not in halves}
    tests = {each.test: each.p for each in found}
    corrected = holm(tests, _weights([*tests], first))
    told = [replace(each, corrected=corrected[each.test]) for each in found]
    return sorted(told, key=_order)


def _weights(tests: Sequence[Test], first: Set[Test]) -> dict[Test, float]:
    rest = len(tests) - len(first)
    return {test: FIRST_SHARE / len(first) if test in first else (1 - FIRST_SHARE) / rest for test in tests}


def _order(each: Finding) -> tuple[bool, bool, bool, float, float, float]:
    """Gaps beyond chance first, those in length after the others, then by size and certainty."""
    return (not each.flagged, each.explained, each.kind == "length", -each.sure, each.p, -abs(each.gap.value))


def once(found: Iterable[Finding]) -> list[Finding]:
    """One finding a test: of two labels the rarer one, and the group that has more of it."""
    best: dict[Test, Finding] = {}
    for each in found:
        if each.test not in best or _rank(each) < _rank(best[each.test]):
            best[each.test] = each
    return [each for each in found if best[each.test] is each]


def _rank(each: Finding) -> tuple[float, bool, bool, str]:
    much = each.mine + each.others if each.kind == "label" else 0.0
    return (much, each.group == NOT_NAMED, each.gap.value < 0, each.group)


def _by_label(people: People, attributes: Sequence[Attribute]) -> list[Finding]:
    """Labels that are frequent enough to be compared, and whether a text is toxic."""
    found: list[Finding] = []
    if people.labels:
        counts = Counter(label for label in people.labels if label is not None)
        kept = {label for label, rows in counts.most_common(MOST_LABELS) if rows >= FEWEST_ROWS}
        rest = len(counts) > len(kept)
        labels = [label if label is None or label in kept else "" for label in people.labels]
        found += [each for each in _rates("label", attributes, labels) if each.what or not rest]
    if any(people.suspects):
        toxic = [
            TOXIC_LABEL if risky and score(text)[0] >= TOXIC else ""
            for text, risky in zip(people.texts, people.suspects, strict=True)
        ]
        if toxic.count(TOXIC_LABEL) >= FEWEST_ROWS:
            found += [each for each in _rates("toxicity", attributes, toxic) if each.what]
    return found


def _rates(kind: Kind, attributes: Sequence[Attribute], labels: Sequence[str | None]) -> list[Finding]:
    there = [place for place, label in enumerate(labels) if label is not None]
    found: list[Finding] = []
    for attribute in attributes:
        groups = [attribute.groups[place] for place in there]
        pairs = list(zip(groups, (labels[place] or "" for place in there), there, strict=True))
        for rate in uncorrected(replace(attribute, groups=groups), [label for _, label, _ in pairs]):
            places = [place for group, label, place in pairs if (group, label) == (rate.group, rate.label)]
            told = _of_rate(kind, rate, places[:EXAMPLES])
            if attribute.parts and rate.p < ALARM:
                has = [label == rate.label for label in labels]
                told = replace(told, explained=beyond_halves(attribute, rate.group, has) >= ALARM)
            found.append(told)
    return found


def _of_rate(kind: Kind, rate: Rate, places: list[int]) -> Finding:
    return Finding(
        kind, rate.attribute, rate.group, rate.label, rate.rows, rate.share.value, rate.share_of_others, rate.gap,
        rate.p, (kind, *rate.test), odds_ratio=rate.odds_ratio, places=places,
    )  # fmt: skip


def _by_measure(people: People, attributes: Sequence[Attribute]) -> list[Finding]:
    found: list[Finding] = []
    measures: dict[Kind, Sequence[float | None]] = {}
    if people.texts:
        measures["length"] = [float(len(text.split())) if text else None for text in people.texts]
        measures["sentiment"] = [sentiment(text) if text else None for text in people.texts]
    if people.numbers:
        measures["number"] = people.numbers
    for kind, values in measures.items():
        what = people.label or "" if kind == "number" else kind
        for attribute in attributes:
            if not (attribute.mention and kind == "length") and not attribute.parts:
                found += [_of_shift(kind, attribute, each, values) for each in shifts(attribute, what, values)]
    return found


def _of_shift(kind: Kind, attribute: Attribute, shift: Shift, values: Sequence[float | None]) -> Finding:
    there = [(value, place) for place, value in enumerate(values) if attribute.groups[place] == shift.group]
    filled = sorted((value, place) for value, place in there if value is not None)
    extreme = filled[-EXAMPLES:][::-1] if shift.delta.value > 0 else filled[:EXAMPLES]
    return Finding(
        kind, shift.attribute, shift.group, shift.measure, shift.rows, shift.mean, shift.mean_of_others, shift.delta,
        shift.p, (kind, *shift.test), difference=shift.difference, places=[place for _, place in extreme],
    )  # fmt: skip


def _of_gap(gap: Gap) -> Finding:
    return Finding(
        "reference", gap.attribute, gap.group, "share of rows", gap.rows, gap.share.value, gap.reference,
        Estimate(gap.share.value - gap.reference, gap.share.low - gap.reference, gap.share.high - gap.reference),
        gap.p, ("reference", *gap.test),
    )  # fmt: skip
