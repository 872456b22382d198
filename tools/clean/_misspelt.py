"""Rare values that are a frequent value of their column, badly written."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tools.clean._cells import Cells, Codes
from tools.clean._dependencies import Dependency
from tools.clean._evidence import Evidence
from tools.clean._reasons import without_reason
from tools.clean._slips import CLOSE, differs_in_digits
from tools.clean._vocabulary import Vocabulary

ESTABLISHED = 5
"""The rows that a value needs to be what is meant."""
OFTEN = 10
"""The rows that it needs, and how many times as many as the rare value, where no other column tells."""
COMMON = 0.8
"""The share of rows in which a column has established values, if rare ones are to be strange."""
CROWDED = 0.1
"""The share of established values that may be as close to each other; in a crowd, closeness says nothing."""
ALONE = 8
"""The characters from which a value is told apart in a crowded column too, if nothing established is near it."""
STRICT = 6
"""One edit in this many characters may be wrong where no other column tells."""
MORE = 3
"""How many times as many columns have to agree as disagree."""
WORDS = 300
"""The values of a column by which the language of the table is told."""
MEANT, RARE = 2_000, 20_000
"""The values of a column that are compared, the most frequent ones."""


@dataclass(frozen=True)
class Pair:
    """A rare value and one that it may stand for."""

    rare: int
    meant: int
    edits: int
    strict: bool
    """Whether it is close enough, and alone enough, to need no other column."""


@dataclass(frozen=True)
class Misspelt:
    """A cell whose value stands for another."""

    place: int
    column: str
    before: int
    after: int
    edits: int
    agree: tuple[str, ...]
    """The columns in which the row is like the rows of the new value."""


def misspelt(known: Evidence) -> Iterator[Misspelt]:
    """The cells with a rare value that only one frequent value explains, column by column."""
    vocabulary = Vocabulary(value for column in known.cells.codes for value in _established(known.cells, column))
    for column in known.cells.codes:
        pairs = _pairs(known.cells, column, vocabulary)
        if not pairs:
            continue
        by_rare: dict[int, list[Pair]] = defaultdict(list)
        for pair in pairs:
            by_rare[pair.rare].append(pair)
        codes = known.cells.codes[column]
        lead_away = [d for d in known.dependencies if d.left == (column,)]
        lead_here = [d for d in known.dependencies if d.right == column]
        strange = without_reason(known.cells, np.isin(codes, list(by_rare)), {column})
        for place in np.flatnonzero(strange):
            able = by_rare[int(codes[place])]
            told = [(pair, *_told(known.cells, lead_away, lead_here, int(place), pair)) for pair in able]
            if chosen := _chosen(told):
                pair, agree = chosen
                yield Misspelt(int(place), column, pair.rare, pair.meant, pair.edits, agree)


def _chosen(told: list[tuple[Pair, tuple[str, ...], int]]) -> tuple[Pair, tuple[str, ...]] | None:
    """The one value that other columns agree with, or the one closest if they say nothing."""
    agreeing = [(pair, agree) for pair, agree, against in told if len(agree) >= MORE * against and agree]
    if agreeing:
        agreeing.sort(key=lambda each: (-len(each[1]), each[0].edits))
        first = agreeing[0]
        rivals = [a for a in agreeing[1:] if len(a[1]) == len(first[1]) and a[0].edits == first[0].edits]
        return None if rivals else first
    silent = sorted((pair for pair, agree, against in told if not agree and not against), key=lambda p: p.edits)
    if not silent or not silent[0].strict or any(p.edits == silent[0].edits for p in silent[1:]):
        return None
    return silent[0], ()


def _told(
    cells: Cells, away: list[Dependency], here: list[Dependency], place: int, pair: Pair
) -> tuple[tuple[str, ...], int]:
    """The columns that agree that the row is one of the value meant, and how many say that it is not."""
    agree: dict[str, None] = {}
    against = 0
    for d in away:
        usual, now = d.groups.usual[pair.meant], cells.codes[d.right][place]
        if now >= 0 and d.groups.most[pair.meant] >= ESTABLISHED and d.groups.clear(pair.meant):
            agree, against = (agree | {d.right: None}, against) if usual == now else (agree, against + 1)
    for d in here:
        group = d.groups.group[place]
        if group >= 0 and d.groups.most[group] >= 2 and d.groups.clear(group) and d.groups.usual[group] != pair.rare:
            same = d.groups.usual[group] == pair.meant
            agree, against = (agree | {" and ".join(d.left): None}, against) if same else (agree, against + 1)
    return tuple(agree), against


def _pairs(cells: Cells, column: str, vocabulary: Vocabulary) -> list[Pair]:
    """Rare values with the frequent ones that they may stand for."""
    counts = cells.counts[column]
    meant = np.flatnonzero(counts >= ESTABLISHED)[:MEANT]
    if not len(meant) or counts[meant].sum() < COMMON * counts.sum() or not _words(cells, column, meant):
        return []
    length = "least(length(r._value), length(m._value))"
    found = cells.connection.execute(
        f"select r._code, m._code, r._value, m._value, r._rows, m._rows,"
        f" damerau_levenshtein(lower(r._value), lower(m._value)) as edits, greatest(1, {length} // {CLOSE}) as able"
        f" from {cells.tables[column]} r join {cells.tables[column]} m on m._code < r._code"
        f" and m._code < {len(meant)} and r._code < {len(meant) + RARE}"
        f" and abs(length(r._value) - length(m._value)) <= greatest(1, {length} // {CLOSE})"
        " where edits <= able order by all"
    ).fetchall()
    close = [Closeness(*each[:7]) for each in found]
    neighbours = {code for each in close if each.both_established for code in (each.rare, each.meant)}
    crowded = len(neighbours) > CROWDED * len(meant)
    pairs = [
        Pair(
            each.rare, each.meant, each.edits, each.strict(crowded, neighbours) and not vocabulary.knows(each.a, each.b)
        )
        for each in close
        if each.n * 4 <= each.often and not differs_in_digits(each.a, each.b)
    ]
    slips = {pair.rare for pair in pairs if pair.strict}
    return [pair for pair in pairs if pair.meant not in slips]


def _established(cells: Cells, column: str) -> list[str]:
    """The most frequent of the values that a column has established."""
    return list(cells.values(column, np.flatnonzero(cells.counts[column] >= ESTABLISHED)[:WORDS].tolist()).values())


def _words(cells: Cells, column: str, meant: Codes) -> bool:
    """Whether most of the established values have letters."""
    values = cells.values(column, meant.tolist()).values()
    return sum(any(sign.isalpha() for sign in value) for value in values) * 2 > len(values)


@dataclass(frozen=True)
class Closeness:
    """Two values, and how many rows have them."""

    rare: int
    meant: int
    a: str
    b: str
    n: int
    often: int
    edits: int

    @property
    def near(self) -> bool:
        """Whether they are so close that chance does not bring it about."""
        return self.edits <= max(1, min(len(self.a), len(self.b)) // STRICT)

    @property
    def both_established(self) -> bool:
        """Whether the rare one is not that rare, so that being close says nothing: codes, or Jon and John."""
        return self.near and self.edits > 0 and self.n >= ESTABLISHED and self.n * OFTEN > self.often

    def strict(self, crowded: bool, neighbours: set[int]) -> bool:
        """Whether one is so rare and close that it needs no other column; in a crowd, only long values are."""
        if not self.edits:
            return True
        length = min(len(self.a), len(self.b))
        alone = self.meant not in neighbours and (not crowded or length >= ALONE)
        return alone and self.near and length > 2 and self.often >= OFTEN * self.n
