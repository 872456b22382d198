"""Tables in which several sources report the same facts: which columns hold the source, the thing and the facts."""

from collections.abc import Iterator
from dataclasses import dataclass

from tools.clean._cells import Cells, distinct_pairs
from tools.clean._dependencies import HOLDS, strength

SOURCES = range(3, 201)
"""How many sources there may be."""
THINGS, EACH = 5, 3
"""The least number of things reported on, and of reports on each and by each source on average."""
TWICE = 0.05
"""The share of rows in which a source may report on a thing again."""
CHANCE = 0.1
"""How often two rows may agree by chance, and how much a source by itself may say of the value."""
AGREE = 0.3
"""How much the thing has to say of the value."""


@dataclass(frozen=True)
class Reports:
    """Which columns hold the thing, the source, and what is reported."""

    thing: str
    source: str
    facts: tuple[str, ...]


def reports(cells: Cells) -> Reports | None:
    """The columns of such a table, if it is one.

    Nearly every source reports once on a thing; sources have names, not numbers or times, as a series in time may
    change; and what is reported hangs on the thing alone, and is hardly ever the same by chance. A fact without
    contradictions is left to the dependencies.
    """
    best: tuple[tuple[float, float], Reports] | None = None
    for source in (column for column in cells.codes if _named(cells, column)):
        for thing in cells.codes:
            if thing == source or (again := _reported_again(cells, thing, source)) > TWICE:
                continue
            facts = dict(_facts(cells, thing, source))
            rank = -again, sum(facts.values())
            if facts and (best is None or rank > best[0]):
                best = rank, Reports(thing, source, tuple(facts))
    return best[1] if best else None


def _named(cells: Cells, column: str) -> bool:
    number = len(cells.counts[column])
    if number not in SOURCES:
        return False
    names = cells.values(column, range(number)).values()
    return sum(name[0].isdigit() for name in names) * 2 < number


def _reported_again(cells: Cells, thing: str, source: str) -> float:
    """The share of rows without a thing or a source, or in which a source reports on a thing again; 1 if too few do."""
    rows = len(cells.rows)
    if len(cells.counts[thing]) < THINGS or rows < EACH * max(len(cells.counts[thing]), len(cells.counts[source])):
        return 1.0
    return 1 - distinct_pairs(cells, thing, source) / rows


def _facts(cells: Cells, thing: str, source: str) -> Iterator[tuple[str, float]]:
    for fact, codes in cells.codes.items():
        if fact in (thing, source):
            continue
        counts = cells.counts[fact]
        alike = float(((counts / counts.sum()) ** 2).sum())
        if alike > CHANCE or strength(cells.codes[source], codes) > CHANCE:
            continue
        said = strength(cells.codes[thing], codes)
        if AGREE <= said < HOLDS:
            yield fact, said
