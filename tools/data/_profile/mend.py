"""What to mend first: what was found, by how many rows it touches and how much each of them matters."""

from collections.abc import Iterator
from dataclasses import dataclass

from store.counted import Count
from tools.clean._checks import CHECKS
from tools.data._profile.facts import Facts
from tools.data._profile.tokens import CONTEXTS

FIRST = 5
RARE = 10
"""Rows below which a label is rare: too few to learn from and to be graded on."""
LEAKED, CONFLICTING, UNLABELLED, EXACT, OVERLONG, SAID_TWICE, OTHER_LANGUAGE, FEW = (
    10.0,
    6.0,
    6.0,
    2.0,
    2.0,
    1.5,
    1.0,
    1.0,
)
"""How much a row matters: one that falsifies the figures most, one that only costs time least."""


@dataclass(frozen=True)
class Mend:
    """Something to mend.

    Attributes:
        told: What is the matter, with its figure.
        rows: The rows that it touches.
        weight: How much one of them matters.
        say: The words that have it done.
        estimate: Whether the rows were counted on a sample.
    """

    told: str
    rows: int
    weight: float
    say: str
    estimate: bool = False


def mend_first(facts: Facts) -> list[Mend]:
    """At most five things to mend, the weightiest first."""
    found = [*_repeats(facts), *_gaps(facts), *_texts(facts), *_labels(facts)]
    return sorted((each for each in found if each.rows), key=lambda each: -each.rows * each.weight)[:FIRST]


def check_for(dataset: str, kind: str) -> str:
    """The words that have a check run."""
    return f"Check {dataset} for {kind.replace('_', ' ')}"


def _repeats(facts: Facts) -> Iterator[Mend]:
    found, name = facts.repeats, facts.name
    leaked, rows = Count(found.leaked or 0), Count(found.conflicting_rows or 0)
    doubles, respelled = Count(found.doubles), Count(found.respelled)
    yield Mend(f"{leaked:test row is|test rows are} also in train", leaked, LEAKED, check_for(name, "leakage"))
    told = f"{rows:row has a text|rows have a text} that comes with several labels"
    yield Mend(told, rows, CONFLICTING, check_for(name, "conflicting_labels"))
    told = f"{doubles:row repeats|rows repeat} an earlier row exactly"
    yield Mend(told, doubles, EXACT, check_for(name, "exact_duplicates"))
    told = f"{respelled:row repeats|rows repeat} an earlier row but for case, punctuation or spaces"
    yield Mend(told, respelled, SAID_TWICE, check_for(name, "normalised_duplicates"))


def _gaps(facts: Facts) -> Iterator[Mend]:
    for column in facts.columns:
        if column.role in ("label", "completion"):
            told = f"{Count(column.gaps):row lacks|rows lack} {column.name}"
            yield Mend(told, column.gaps, UNLABELLED, check_for(facts.name, "missing_label"))


def _texts(facts: Facts) -> Iterator[Mend]:
    for check in facts.findings.checked if facts.findings else []:
        yield Mend(check.told, check.rows, check.weight, check_for(facts.name, check.kind), check.between is not None)
    if facts.tokens:
        cut, _ = facts.tokens.cut(CONTEXTS[-1])
        told = f"{Count(cut):row is|rows are} longer than {CONTEXTS[-1]:,} tokens"
        yield Mend(told, cut, OVERLONG, f"Show the longest rows of {facts.name}", not facts.tokens.exact)
    if facts.languages and facts.languages.main and "wrong_language" in CHECKS:
        sample = facts.languages.sample
        rows = sample.scaled(facts.languages.others)
        told = f"{Count(rows):row is|rows are} not in {facts.languages.main[0]}, as most are"
        yield Mend(told, rows, OTHER_LANGUAGE, check_for(facts.name, "wrong_language"), not sample.whole)


def _labels(facts: Facts) -> Iterator[Mend]:
    if facts.labels and len(facts.labels) > 1:
        rare = [rows for _, rows in facts.labels if rows < min(RARE, facts.labels[0][1] / 2)]
        told = f"{Count(len(rare)):label has|labels have} fewer than {RARE} rows"
        yield Mend(told, sum(rare), FEW, f"Bring the rare labels in {facts.name} up to the common ones")
