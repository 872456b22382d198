"""What the checks find: of one row at a time on a sample, of rows compared with each other where they are few."""

from dataclasses import dataclass, replace
from pathlib import Path

from store import Version
from store.counted import Count
from store.engine import literal, quoted
from tools.clean._checks import CHECKS, WEIGHTS
from tools.clean._examined import Examined, laid_out, side
from tools.clean._personal.stand_ins import Key
from tools.clean._personal.treatment import Treatment
from tools.clean._proposal import Proposal
from tools.data._profile.staged import Sample, Staged

ROWS, CHARACTERS = 2_000, 2_000_000
COMPARING = {"near_duplicates": 1.5, "semantic_duplicates": 1.0}
"""Checks that compare rows with each other, which a sample would hide, with what a row of theirs weighs."""
COMPARED_ROWS = 10_000
"""Rows up to which a profile runs them; beyond it says how to ask for them."""


@dataclass(frozen=True)
class Checked:
    """What a check found.

    Attributes:
        kind: The check.
        rows: The rows that it would change, of the whole dataset.
        told: The same in words.
        weight: How much one such row matters.
        between: Where the rows lie in 95 of 100 such samples; None if all rows were read.
    """

    kind: str
    rows: int
    told: str
    weight: float
    between: tuple[int, int] | None


@dataclass(frozen=True)
class Findings:
    """What the checks found, and those that were left out because there are many rows."""

    checked: list[Checked]
    sample: Sample
    left_out: list[str]


@dataclass(frozen=True)
class Drawn:
    """A sample in a file of its own, so that the checks can read it beside other work on the dataset."""

    version: Version
    sample: Sample
    whole: Version


def drawn(staged: Staged, scratch: Path) -> Drawn:
    """Draw the sample that the checks read.

    Args:
        staged: The dataset.
        scratch: A folder that its connection may write to.
    """
    sample = staged.sample(ROWS, CHARACTERS)
    file = scratch / "sample.parquet"
    staged.con.execute(f"copy (from {sample.table}) to {literal(str(file))} (format parquet)")
    return Drawn(replace(staged.version, path=file, rows=sample.rows), sample, staged.version)


def findings(some: Drawn) -> Findings:
    """Run the checks that are quick enough."""
    found = _run(some.version, WEIGHTS, some.sample)
    comparing = {kind: weight for kind, weight in COMPARING.items() if kind in CHECKS}
    if some.whole.rows <= COMPARED_ROWS:
        found += _run(some.whole, comparing, None)
        comparing = {}
    return Findings(found, some.sample, list(comparing))


def _run(version: Version, weights: dict[str, float], sample: Sample | None) -> list[Checked]:
    found: list[Checked] = []
    if not weights:
        return found
    masked = Treatment(Key(version.path.with_name("personal.key")))  # masking needs no key, so none is made
    with laid_out(masked, side(version, "parent")) as data:
        for kind, weight in weights.items():
            rows, told = _rows(data, kind)
            if rows:
                scaled = sample.scaled(rows) if sample else rows
                words = told.format(rows=Count(scaled))
                between = sample.between(rows) if sample and not sample.whole else None
                found.append(Checked(kind, scaled, words, weight, between))
    return found


def _rows(data: Examined, kind: str) -> tuple[int, str]:
    """The rows that a check would change, and its words for what it found."""
    proposal = CHECKS[kind](data)
    if not isinstance(proposal, Proposal):
        return 0, ""
    for name, path in proposal.views.items():
        data.connection.execute(f"create or replace view {quoted(name)} as from read_parquet({literal(str(path))})")
    return data.one(f"select count(distinct _row) from ({proposal.edits})")[0], proposal.found
