"""What the other rows say that a cell should be, by the dependencies that lead to it."""

# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from tools.clean._cells import Cells, Codes
from tools.clean._dependencies import AGREE, Dependency
from tools.clean._reasons import without_reason
from tools.clean._slips import allowed, differs_in_digits, distances

CLEAR = 0.8
"""The share of the votes on a cell that has to be for the new value."""
RARE, SURE = 0.05, 0.7
"""The exceptions that a dependency may have, and the strength it needs, for a value that is well written to be one."""
GROUPS = 5
"""The groups that such a dependency has to have."""
ALONE = 0.02
"""How often a wrong value may come back in a group, as a share of the right one's."""
CHANGES = 0.01
"""The chance that so many exceptions would be at the end of their group if they were mistakes."""
Flags = NDArray[np.bool_]
"""By row, whether something holds."""
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
    same: int = 1
    """Rows of the group that have the value as it is."""

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
    usual = _usual(found)
    slips = _slips(cells, usual, pairs)
    by_right: dict[str, list[Dependency]] = defaultdict(list)
    for dependency in found:
        by_right[dependency.right].append(dependency)
    settled = (
        _settled(Cell(place, column, int(cells.codes[column][place])), votes, by_right[column], usual[column], slips)
        for (column, place), votes in against.items()
    )
    return [repair for repair in settled if repair]


def _against(cells: Cells, found: list[Dependency]) -> dict[tuple[str, int], list[Vote]]:
    """The votes for another value, by column and place."""
    disagree = [without_reason(cells, _disagree(cells, d), {d.right, *d.left}) for d in found]
    disagree = [each & ~_later(cells, d, each) for d, each in zip(found, disagree, strict=True)]
    doubted = _doubted_lefts(found, disagree, len(cells.rows))
    place_of = {(d.left, d.right): n for n, d in enumerate(found)}
    votes: dict[tuple[str, int], list[Vote]] = defaultdict(list)
    for dependency, contradicted in zip(found, disagree, strict=True):
        groups, codes = dependency.groups, cells.codes[dependency.right]
        usable = contradicted & ~doubted[dependency.left]
        back = place_of.get(((dependency.right,), dependency.left[0])) if len(dependency.left) == 1 else None
        if back is not None:  # each says that the other is wrong, so neither says which
            usable &= ~disagree[back] | doubted[dependency.right,]
        usable |= _to_fill(dependency, codes)
        places = np.flatnonzero(usable)
        for place, same in zip(places, _alike(groups.group[places], codes[places]), strict=True):
            group = groups.group[place]
            others = int(groups.rows[group] - (codes[place] >= 0))
            vote = Vote(dependency, int(groups.usual[group]), int(groups.most[group]), others, int(same))
            votes[dependency.right, int(place)].append(vote)
    return votes


def _alike(group: Codes, codes: Codes) -> Codes:
    """By row, how many have its group and its code."""
    _, inverse, counts = np.unique(np.stack([group, codes]), axis=1, return_inverse=True, return_counts=True)
    return counts[inverse]


def _disagree(cells: Cells, dependency: Dependency) -> Flags:
    """By row, whether most of its group have another value than it."""
    groups, codes = dependency.groups, cells.codes[dependency.right]
    group = np.maximum(groups.group, 0)
    most, others = groups.most[group], groups.rows[group] - 1
    differs = (groups.group >= 0) & (codes >= 0) & (codes != groups.usual[group])
    return differs & (most >= 2) & (most >= AGREE * others)


def _later(cells: Cells, dependency: Dependency, contradicted: Flags) -> Flags:
    """The exceptions, if they are changes: the rows of a group go on with the new value, far more often than by chance.

    Where a value has really changed in time, such as where somebody lives, and rows are in the order of time, its
    exceptions are the last rows of their group, or the first ones.
    """
    from scipy.stats import binomtest  # noqa: PLC0415  it takes a second to load

    known = (dependency.groups.group >= 0) & (cells.codes[dependency.right] >= 0)
    order = np.flatnonzero(known)[np.argsort(dependency.groups.group[known], kind="stable")]
    group, wrong = dependency.groups.group[order], contradicted[order]
    starts = np.diff(group, prepend=-1) != 0
    ends = np.append(starts[1:], True)
    edge = (starts | ends)[wrong]
    if (tried := len(edge)) < 5:
        return np.zeros_like(contradicted)
    chance = np.minimum(1.0, 2 / dependency.groups.rows[group[wrong]]).mean()
    changes = binomtest(int(edge.sum()), tried, float(chance), "greater").pvalue < CHANGES
    return contradicted & changes


def _to_fill(dependency: Dependency, codes: Codes) -> Flags:
    """By row, whether it is empty where its group is filled and agrees."""
    groups = dependency.groups
    group = np.maximum(groups.group, 0)
    size = np.bincount(groups.group[groups.group >= 0], minlength=len(groups.rows))
    agrees = (groups.most >= 3) & (groups.most >= EMPTY * groups.rows) & (groups.rows >= size / 2)
    return (groups.group >= 0) & (codes < 0) & agrees[group] & _sure(dependency)


def _doubted_lefts(found: list[Dependency], disagree: list[Flags], rows: int) -> dict[tuple[str, ...], Flags]:
    """By left side and row, whether most of what it says is contradicted, so that it is wrong itself."""
    said: dict[tuple[str, ...], Codes] = defaultdict(lambda: np.zeros(rows, dtype=np.int64))
    denied: dict[tuple[str, ...], Codes] = defaultdict(lambda: np.zeros(rows, dtype=np.int64))
    for dependency, contradicted in zip(found, disagree, strict=True):
        said[dependency.left] += 1
        denied[dependency.left] += contradicted
    doubted = defaultdict[tuple[str, ...], Flags](lambda: np.zeros(rows, dtype=np.bool_))
    return doubted | {left: (denied[left] >= 2) & (denied[left] * 2 > said[left]) for left in said}


def _usual(found: list[Dependency]) -> dict[str, set[int]]:
    """By column, the values that are the usual one of some group."""
    usual: dict[str, set[int]] = defaultdict(set)
    for dependency in found:
        groups = dependency.groups
        usual[dependency.right].update(np.unique(groups.usual[groups.most >= 3]).tolist())
    return usual


def _slips(cells: Cells, usual: dict[str, set[int]], pairs: set[tuple[int, str, int]]) -> set[tuple[str, int, int]]:
    """Which (column, value, new value) are the new value badly written: close to it, and nowhere the usual one."""
    slips: set[tuple[str, int, int]] = set()
    for column in {column for _, column, _ in pairs}:
        codes = cells.codes[column]
        wanted = {(int(codes[place]), new) for place, c, new in pairs if c == column and codes[place] >= 0}
        text = cells.values(column, {code for pair in wanted for code in pair})
        edits = distances(cells.connection, ((text[a], text[b]) for a, b in wanted))
        for a, b in wanted:
            close = edits[text[a], text[b]] <= allowed(text[a], text[b])
            if a not in usual[column] and close and not differs_in_digits(text[a], text[b]):
                slips.add((column, a, b))
    return slips


@dataclass(frozen=True)
class Cell:
    """Where a cell is, and the code that it has now; -1 where it is empty."""

    place: int
    column: str
    now: int


def _settled(
    cell: Cell,
    votes: list[Vote],
    dependencies: list[Dependency],
    usual: set[int],
    slips: set[tuple[str, int, int]],
) -> Repair | None:
    """The value that has clearly most of the weight.

    A value that is well written counts as wrong only if it stands alone in its group, and belongs somewhere else or is
    contradicted twice: a new one, or one that comes back, may be right.
    """
    weights: dict[int, float] = defaultdict(float)
    sure = Counter(vote.code for vote in votes if _sure(vote.by))
    for vote in votes:
        alone = vote.same <= max(1, ALONE * vote.agree) and vote.agree >= 3
        strange = cell.now < 0 or (alone and (cell.now in usual or sure[vote.code] > 1))
        if (cell.column, cell.now, vote.code) in slips or (strange and _sure(vote.by)):
            weights[vote.code] += vote.weight
    if not weights:
        return None
    after = max(weights, key=lambda code: (weights[code], -code))
    total = sum(weights.values()) + sum(vote.weight for vote in _support(dependencies, cell))
    if weights[after] < CLEAR * total:
        return None
    for_it = tuple(vote for vote in votes if vote.code == after)
    return Repair(cell.place, cell.column, cell.now, after, for_it, weights[after] / total)


def _sure(dependency: Dependency) -> bool:
    """Whether a dependency tells things apart and hardly ever fails; of a few classes it may only be usual."""
    several = int((dependency.groups.most >= 3).sum()) >= GROUPS
    return several and dependency.exceptions <= RARE and dependency.strength >= SURE


def _support(dependencies: list[Dependency], cell: Cell) -> Iterator[Vote]:
    """The votes of other rows for a value as it is."""
    for dependency in dependencies:
        groups = dependency.groups
        group = groups.group[cell.place]
        if group < 0 or cell.now < 0 or groups.usual[group] != cell.now:
            continue
        vote = Vote(dependency, cell.now, int(groups.most[group]) - 1, int(groups.rows[group]) - 1)
        if vote.of and vote.weight > 0:
            yield vote
