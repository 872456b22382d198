"""What the other rows say that a cell should be, by the dependencies that lead to it."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from math import log

import numpy as np

from tools.clean._cells import Cells, Codes
from tools.clean._dependencies import Dependency
from tools.clean._slips import allowed, differs_in_digits, distances

AGREE = 0.7
"""The share of the other rows of a group that have to say the same."""
CLEAR = 0.8
"""The share of the votes on a cell that has to be for the new value."""
RARE = 0.05
"""The exceptions that a dependency may have for a value that is well written to count as one."""
REASON = 3
"""The exceptions that a value of a third column has to bring along, being most of its rows, to be their reason."""
EMPTY = 0.9
"""The share of the filled rows of a group that have to say the same to fill in a cell."""


@dataclass(frozen=True)
class Vote:
    """What one dependency says of one cell."""

    by: Dependency
    code: int
    agree: int
    """Other rows of the group that have this value."""
    of: int
    """Other rows of the group."""

    @property
    def weight(self) -> float:
        """The log of the odds, with half a row on either side."""
        return log((self.agree + 0.5) / (self.of - self.agree + 0.5)) * self.by.strength


@dataclass(frozen=True)
class Repair:
    """A cell that the other rows contradict."""

    place: int
    column: str
    before: int
    after: int
    votes: tuple[Vote, ...]
    sure: float
    """The share of the votes that are for it, by weight."""


def repairs(cells: Cells, found: list[Dependency]) -> list[Repair]:
    """The cells with a clear majority against them."""
    against = _against(cells, found)
    pairs = {(r, c, v.code) for (c, r), votes in against.items() for v in votes}
    slips = _slips(cells, found, pairs)
    by_right: dict[str, list[Dependency]] = defaultdict(list)
    for dependency in found:
        by_right[dependency.right].append(dependency)
    settled = (
        _settled(cells, place, column, votes, by_right[column], slips) for (column, place), votes in against.items()
    )
    return [repair for repair in settled if repair]


def _against(cells: Cells, found: list[Dependency]) -> dict[tuple[str, int], list[Vote]]:
    """The votes for another value, by column and place."""
    disagree = [_unexcused(cells, d, _disagree(cells, d)) for d in found]
    doubted = _doubted_lefts(found, disagree, len(cells.rows))
    place_of = {(d.left, d.right): n for n, d in enumerate(found)}
    votes: dict[tuple[str, int], list[Vote]] = defaultdict(list)
    for dependency, contradicted in zip(found, disagree, strict=True):
        groups, codes = dependency.groups, cells.codes[dependency.right]
        usable = contradicted & ~doubted[dependency.left]
        back = place_of.get(((dependency.right,), dependency.left[0])) if len(dependency.left) == 1 else None
        if back is not None:  # each says that the other is wrong, so neither says which
            usable &= ~disagree[back]
        usable |= _to_fill(dependency, codes)
        for place in np.flatnonzero(usable):
            group = groups.group[place]
            others = int(groups.rows[group] - (codes[place] >= 0))
            vote = Vote(dependency, int(groups.usual[group]), int(groups.most[group]), others)
            votes[dependency.right, int(place)].append(vote)
    return votes


def _disagree(cells: Cells, dependency: Dependency) -> np.ndarray:
    """By row, whether most of its group have another value than it."""
    groups, codes = dependency.groups, cells.codes[dependency.right]
    group = np.maximum(groups.group, 0)
    most, others = groups.most[group], groups.rows[group] - 1
    differs = (groups.group >= 0) & (codes >= 0) & (codes != groups.usual[group])
    return differs & (most >= 2) & (most >= AGREE * others)


def _unexcused(cells: Cells, dependency: Dependency, contradicted: np.ndarray) -> np.ndarray:
    """The same without the exceptions that have a reason: where a value of a third column brings most of them along.

    An example is a region with prices of its own in a table where the product says what the price is.
    """
    kept = contradicted.copy()
    for column, codes in cells.codes.items():
        if column == dependency.right or column in dependency.left:
            continue
        known = codes >= 0
        rows = cells.counts[column]
        exceptions = np.bincount(codes[known & contradicted], minlength=len(rows))
        reason = (exceptions >= REASON) & (exceptions * 2 >= rows)
        kept &= ~(known & reason[np.maximum(codes, 0)])
    return kept


def _to_fill(dependency: Dependency, codes: Codes) -> np.ndarray:
    """By row, whether it is empty where its group is filled and agrees."""
    groups = dependency.groups
    group = np.maximum(groups.group, 0)
    size = np.bincount(groups.group[groups.group >= 0], minlength=len(groups.rows))
    agrees = (groups.most >= 3) & (groups.most >= EMPTY * groups.rows) & (groups.rows >= size / 2)
    return (groups.group >= 0) & (codes < 0) & agrees[group] & (dependency.exceptions <= RARE)


def _doubted_lefts(found: list[Dependency], disagree: list[np.ndarray], rows: int) -> dict[tuple[str, ...], np.ndarray]:
    """By left side and row, whether most of what it says is contradicted, so that it is wrong itself."""
    said: dict[tuple[str, ...], Codes] = defaultdict(lambda: np.zeros(rows, dtype=np.int64))
    denied: dict[tuple[str, ...], Codes] = defaultdict(lambda: np.zeros(rows, dtype=np.int64))
    for dependency, contradicted in zip(found, disagree, strict=True):
        said[dependency.left] += 1
        denied[dependency.left] += contradicted
    return {left: (denied[left] >= 2) & (denied[left] * 2 > said[left]) for left in said}


def _slips(cells: Cells, found: list[Dependency], pairs: set[tuple[int, str, int]]) -> set[tuple[str, int, int]]:
    """Which (column, value, new value) are the new value badly written: close to it, and nowhere the usual one."""
    slips: set[tuple[str, int, int]] = set()
    for column in {column for _, column, _ in pairs}:
        codes = cells.codes[column]
        wanted = {(int(codes[place]), new) for place, c, new in pairs if c == column and codes[place] >= 0}
        usual = {int(u) for d in found if d.right == column for u in d.groups.usual[d.groups.most >= 3]}
        text = cells.values(column, {code for pair in wanted for code in pair})
        edits = distances(cells.connection, ((text[a], text[b]) for a, b in wanted))
        for a, b in wanted:
            close = edits[text[a], text[b]] <= allowed(text[a], text[b])
            if a not in usual and close and not differs_in_digits(text[a], text[b]):
                slips.add((column, a, b))
    return slips


def _settled(
    cells: Cells,
    place: int,
    column: str,
    votes: list[Vote],
    dependencies: list[Dependency],
    slips: set[tuple[str, int, int]],
) -> Repair | None:
    now = int(cells.codes[column][place])
    weights: dict[int, float] = defaultdict(float)
    for vote in votes:
        if now < 0 or (column, now, vote.code) in slips or vote.by.exceptions <= RARE:
            weights[vote.code] += vote.weight
    if not weights:
        return None
    after = max(weights, key=lambda code: (weights[code], -code))
    kept = sum(vote.weight for vote in _support(dependencies, place, now))
    total = sum(weights.values()) + kept
    for_it = tuple(vote for vote in votes if vote.code == after)
    enough = (column, now, after) in slips or max(vote.agree for vote in for_it) >= 3
    if not enough or weights[after] < CLEAR * total:
        return None
    return Repair(place, column, now, after, for_it, weights[after] / total)


def _support(dependencies: list[Dependency], place: int, now: int) -> Iterator[Vote]:
    """The votes of other rows for a value as it is."""
    for dependency in dependencies:
        groups = dependency.groups
        group = groups.group[place]
        if group < 0 or now < 0 or groups.usual[group] != now:
            continue
        others = int(groups.rows[group]) - 1
        vote = Vote(dependency, now, int(groups.most[group]) - 1, others)
        if others and vote.weight > 0:
            yield vote
