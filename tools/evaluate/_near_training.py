"""Which rows of a test are nearly a training row: every pair whose true likeness is high enough.

A text is the set of its runs of four characters, as `near_duplicates` has it. If two sets have a Jaccard of t, then the
second holds at least t of the first's members; so any 1 - t of the first, and one more, hold a member of the second
(the prefix filter: Chaudhuri, Ganti, Kaushik 2006). The rarest members are looked up, which few training rows have, and
what is found is verified by its true Jaccard. A test is small beside its training: this is quicker than MinHash, which
hashes every training row hundreds of times, and no pair is missed by chance.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tools.clean._shingles import Places, Row, Shares, Shingles, Words, batches

BUCKETS = 1 << 22
"""Shingles are counted in so many buckets; two that share one look more frequent than they are."""
LOOKED_UP_AT_ONCE = 10_000
"""Training rows held in memory at once, and looked up."""
HITS_AT_ONCE = 4_000_000
"""Shingles that a test row and a training row share, held in memory at once."""
MOST_TRIED = 100
"""Training rows verified of each test row and piece, those that share most of its rare shingles. It binds only in data
where hundreds of rows are alike."""
MOST_EACH = 50
"""Near training rows kept of each test row, the first ones: more tell nothing new."""


@dataclass(frozen=True)
class Pairs:
    """Places of test rows, of the training rows each is near to, and how alike they are."""

    tested: Places
    trained: Places
    likeness: Shares


def near_pairs(tested: list[Row], trained: Iterable[Row], least: float, file: Path) -> Pairs:
    """All pairs of a test row and a training row with at least this Jaccard.

    Args:
        tested: The normalised text of each test row, as a row of one field.
        trained: The same of the training rows; read once.
        least: The lowest Jaccard.
        file: Where to keep shingles meanwhile.
    """
    shingles = Shingles(file)
    flat, counts = shingles.add(tested)
    often, sizes = np.zeros(BUCKETS, np.int64), list[Places]()
    for part in batches(trained):
        learned, each = shingles.add(part)
        often += np.bincount(learned & (BUCKETS - 1), minlength=BUCKETS)
        sizes.append(each)
    shingles.close()
    index = _rarest(flat, counts, often, least)
    there = np.concatenate([np.zeros(0, np.int64), *sizes])
    found = list(_verified(shingles, index, counts, there, least, file))
    parts: list[Shares] = [np.concatenate([np.zeros(0), *(pair[n].astype(float) for pair in found)]) for n in range(3)]
    _, once = np.unique(parts[0] * max(1, len(there)) + parts[1], return_index=True)  # a pair may be in two pieces
    return Pairs(parts[0][once].astype(np.int64), parts[1][once].astype(np.int64), parts[2][once])


Index = tuple[Words, Places]
"""Shingles in ascending order, and the test row of each."""


def _rarest(flat: Words, counts: Places, often: NDArray[np.int64], least: float) -> Index:
    """Of each test row, so many of its rarest shingles that a near row must have one of them."""
    owner = np.repeat(np.arange(len(counts)), counts)
    order = np.lexsort((often[flat & (BUCKETS - 1)], owner))
    rank = np.arange(len(flat)) - np.repeat(np.cumsum(counts) - counts, counts)
    enough = counts - np.ceil(least * counts - 1e-9).astype(np.int64) + 1
    kept = order[rank < enough[owner[order]]]
    kept = kept[np.argsort(flat[kept], kind="stable")]
    return flat[kept], owner[kept]


def _verified(
    shingles: Shingles, index: Index, tested: Places, trained: Places, least: float, file: Path
) -> Iterator[tuple[Places, Places, Shares]]:
    ends = int(tested.sum()) + np.concatenate([np.zeros(1, np.int64), np.cumsum(trained)])
    kept = np.zeros(len(tested), np.int64)
    for start in range(0, len(trained), LOOKED_UP_AT_ONCE):
        part = trained[start : start + LOOKED_UP_AT_ONCE]
        flat = np.fromfile(file, np.uint32, int(part.sum()), offset=4 * int(ends[start]))
        row = np.repeat(np.arange(start, start + len(part)), part)
        for one, other in _looked_up(flat, row, index):
            able = np.minimum(tested[one], trained[other]) >= least * np.maximum(tested[one], trained[other])
            able &= kept[one] < MOST_EACH
            one, other = _most_shared(one[able], other[able], len(trained))
            likeness = shingles.likeness(one, other + len(tested), least)
            alike = likeness > 0
            kept += np.bincount(one[alike], minlength=len(tested))
            yield one[alike], other[alike], likeness[alike]


def _looked_up(flat: Words, row: Places, index: Index) -> Iterator[tuple[Places, Places]]:
    """Test rows and training rows that share a shingle of the index, once for each that they share; piece by piece."""
    keys, owner = index
    low, high = np.searchsorted(keys, flat, "left"), np.searchsorted(keys, flat, "right")
    hits = np.flatnonzero(high > low)
    total = np.cumsum((high - low)[hits])
    cuts = np.searchsorted(total, np.arange(HITS_AT_ONCE, int(total[-1]) if len(total) else 0, HITS_AT_ONCE))
    for some in np.split(hits, cuts):
        each = (high - low)[some]
        place = np.repeat(low[some] - (np.cumsum(each) - each), each) + np.arange(int(each.sum()))
        yield owner[place], np.repeat(row[some], each)


def _most_shared(one: Places, other: Places, rows: int) -> tuple[Places, Places]:
    """Each pair once; of a test row's pairs, those that share most of its rare shingles."""
    pairs, shared = np.unique(one * rows + other, return_counts=True)
    one = pairs // rows
    order = np.lexsort((-shared, one))
    rank = np.arange(len(one)) - np.searchsorted(one, one)
    chosen = np.sort(order[rank < MOST_TRIED])
    return one[chosen], pairs[chosen] % rows
