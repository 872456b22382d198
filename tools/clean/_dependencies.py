"""Functional dependencies that nearly hold: columns that say, with few exceptions, what another column is."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from tools.clean._cells import KEY, Cells, Codes

STRONG = 0.3
"""The strength that a dependency needs to be looked at; how its exceptions are judged is said in `_votes`."""
HOLDS = 0.9
"""The strength from which one column says all there is to say, and no pair of columns is tried."""
GAIN = 0.15
"""What a pair of columns has to be stronger than either."""
SAMPLE = 50_000
"""Rows that a dependency is looked for in, before it is measured on all."""
AGREE = 0.7
"""The share of the rows of a group that have to agree to say anything."""
PAIRS = 400
"""Pairs of columns that are tried."""


@dataclass(frozen=True)
class Groups:
    """The rows that are alike on the left of a dependency, by group: how many, what most of them have, how many do."""

    group: Codes
    """By row, its group; -1 where the left is missing."""
    rows: Codes
    usual: Codes
    """The code that most rows have on the right."""
    most: Codes

    def clear(self, group: int) -> bool:
        """Whether clearly most rows of a group agree."""
        return bool(self.most[group] >= AGREE * self.rows[group])


@dataclass(frozen=True)
class Dependency:
    """`left` says what `right` is."""

    left: tuple[str, ...]
    right: str
    strength: float
    """The measure mu+; 1 is without exception, 0 is chance."""
    exceptions: float
    """The share of rows to change for it to hold: g3 of Kivinen and Mannila (1995), among rows that are not alone."""
    groups: Groups


def dependencies(cells: Cells) -> list[Dependency]:
    """The dependencies with one column on the left, and with two where one does not suffice."""
    found: list[Dependency] = []
    names = [column for column in cells.codes if not cells.measures(column)]
    for right in cells.codes:
        single = {left: _strength(_sampled(cells, (left,)), cells, right) for left in names if left != right}
        lefts: list[tuple[str, ...]] = [(left,) for left, strength in single.items() if strength >= STRONG]
        if max(single.values(), default=0.0) < HOLDS:
            lefts.extend(_pairs(cells, right, single))
        measured = [_measured(cells, left, right) for left in lefts]
        found += [dependency for dependency in measured if dependency.strength >= STRONG]
    return found


def grouped(cells: Cells, left: tuple[str, ...]) -> Codes:
    """By row, the number of its group; -1 where one of the columns is missing."""
    if len(left) == 1:
        return cells.codes[left[0]]
    one, two = (cells.codes[column] for column in left)
    both = (one >= 0) & (two >= 0)
    group = np.full(len(one), -1)
    _, group[both] = np.unique(one[both] * len(cells.counts[left[1]]) + two[both], return_inverse=True)
    return group


def counted(group: Codes, right: Codes) -> tuple[Codes, Codes, Codes]:
    """How often each group (first) has each code (second), groups in order, the most frequent code last."""
    known = (group >= 0) & (right >= 0)
    wide = int(right.max(initial=0)) + 1
    keys, rows = np.unique(group[known] * wide + right[known], return_counts=True)
    order = np.lexsort((rows, keys // wide))
    return keys[order] // wide, keys[order] % wide, rows[order]


def _strength(group: tuple[Codes, Codes | slice], cells: Cells, right: str) -> float:
    codes, place = group
    return strength(codes, cells.codes[right][place])


def strength(group: Codes, right: Codes) -> float:
    """How much better than chance a group says what is on the right: mu+ of Piatetsky-Shapiro and Matheus (1993).

    pdep(A|X) is the chance that two rows drawn from a group agree; mu = 1 - (1 - pdep(A|X)) / (1 - pdep(A)) *
    (n - 1) / (n - |X|) takes away what skew of A and many small groups give by chance. Parciak et al., "Measuring
    approximate functional dependencies" (ICDE 2024), find it among the best of the measures.
    """
    groups, codes, rows = counted(group, right)
    n = int(rows.sum())
    sizes = np.bincount(groups, rows)
    kinds = int((sizes > 0).sum())
    alike = float(((np.bincount(codes, rows) / max(n, 1)) ** 2).sum())
    if n <= kinds or alike >= 1:
        return 0.0
    within = float((rows**2 / sizes[groups]).sum() / n)
    return max(0.0, 1 - (1 - within) / (1 - alike) * (n - 1) / (n - kinds))


def _sampled(cells: Cells, left: tuple[str, ...]) -> tuple[Codes, Codes | slice]:
    """A part of the rows, with whole groups where groups are small: half a group tells nothing."""
    group = grouped(cells, left)
    if len(group) <= SAMPLE:
        return group, slice(None)
    share = -(-len(group) // SAMPLE)
    if int(group.max(initial=0)) < 100 * share:
        return group[::share], slice(None, None, share)
    place = np.flatnonzero((group * 2_654_435_761 >> 7) % share == 0)
    return group[place], place


def _pairs(cells: Cells, right: str, single: dict[str, float]) -> Iterator[tuple[str, str]]:
    """Pairs that say clearly more than their parts, most promising parts first."""
    able = sorted((c for c in single if single[c] < HOLDS), key=lambda c: -single[c])
    tried = sorted(combinations(able, 2), key=lambda pair: -single[pair[0]] - single[pair[1]])[:PAIRS]
    for pair in tried:
        group, place = _sampled(cells, pair)
        known = group[group >= 0]
        if not len(known) or len(np.unique(known)) > KEY * len(known):
            continue
        needed = max(0.8, single[pair[0]] + GAIN, single[pair[1]] + GAIN)
        if strength(group, cells.codes[right][place]) >= needed:
            yield pair


def _measured(cells: Cells, left: tuple[str, ...], right: str) -> Dependency:
    group, codes = grouped(cells, left), cells.codes[right]
    groups, usual, rows = counted(group, codes)
    size = int(group.max(initial=0)) + 1
    last = np.flatnonzero(np.diff(groups, append=-1))
    sizes = np.bincount(groups, rows, size).astype(np.int64)
    top, most = np.full(size, -1), np.zeros(size, dtype=np.int64)
    top[groups[last]], most[groups[last]] = usual[last], rows[last]
    several = sizes > 1
    exceptions = 1 - most[several].sum() / max(1, sizes[several].sum())
    return Dependency(left, right, strength(group, codes), float(exceptions), Groups(group, sizes, top, most))
