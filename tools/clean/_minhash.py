"""Which sets of shingles may be alike: MinHash with bands (Broder 1997; Leskovec, Rajaraman, Ullman, section 3.4)."""

import numpy as np
from numpy.typing import NDArray

from tools.clean._shingles import Places, Words

ROWS, BANDS = 5, 80
"""Two sets of Jaccard j meet in a band with probability 1 - (1 - j^ROWS)^BANDS: 0.998 at 0.6, 0.03 at 0.2."""
AT_ONCE = 256
"""Sets hashed at a time, so that their hashes stay in the processor's cache."""
BITS = 256
"""Hashes of which a sketch keeps one bit (Li and König 2010): those of equal sets agree, others agree half the time."""
Keys = NDArray[np.uint32]
Sketches = NDArray[np.uint64]

_random = np.random.default_rng(20)
_MULTIPLIERS: Words = (_random.integers(0, 1 << 32, ROWS * BANDS, dtype=np.uint32) | np.uint32(1))[:, None]
_FOLD = np.uint32(0x85EBCA6B)
_BIT = 14
"""Well mixed: the low bits of a product are those of the shingle, and the high bits of a minimum are zero."""


def hashed(flat: Words, counts: Places) -> tuple[Keys, Sketches]:
    """A key for each band and set, which sets that meet there share, and a sketch of each set.

    Args:
        flat: The shingles of all sets, one set after the other.
        counts: How many each has.

    Returns:
        uint32 [BANDS, sets] and uint64 [sets, BITS / 64]; of a set without shingles both mean nothing.
    """
    keys = np.zeros((BANDS, len(counts)), np.uint32)
    sketches = np.zeros((len(counts), BITS // 64), np.uint64)
    starts = np.cumsum(counts) - counts
    by_size = np.argsort(counts, kind="stable")
    by_size = by_size[counts[by_size] > 0]
    for start in range(0, len(by_size), AT_ONCE):
        sets = by_size[start : start + AT_ONCE]
        place = np.minimum(np.arange(int(counts[sets[-1]]))[:, None], counts[sets] - 1)
        lowest = _lowest(flat[starts[sets] + place])
        keys[:, sets] = _folded(lowest)
        bits = ((lowest[:BITS] >> np.uint32(_BIT)) & np.uint32(1)).astype(np.uint8)
        sketches[sets] = np.packbits(bits.T.copy(), axis=1).view(np.uint64)
    return keys, sketches


def agree(one: Sketches, other: Sketches, least: float) -> NDArray[np.bool_]:
    """Whether sets may have a Jaccard of `least`, as their sketches tell; wrong for one in a thousand that have.

    Of b bits, sets of Jaccard j agree in b (1 + j) / 2 on average; three standard deviations less will do.
    """
    share = (1 + least) / 2
    enough = BITS * share - 3 * (BITS * share * (1 - share)) ** 0.5
    differ = np.bitwise_count(one ^ other).sum(axis=1, dtype=np.int64)
    return BITS - differ >= enough


def _lowest(shingles: Words) -> Words:
    """The lowest hash of each set under each function: from [shingles, sets] to [functions, sets]."""
    lowest = shingles[0] * _MULTIPLIERS
    product = np.empty_like(lowest)
    for one in shingles[1:]:
        np.multiply(one, _MULTIPLIERS, out=product)
        np.minimum(lowest, product, out=lowest)
    return lowest


def _folded(lowest: Words) -> Keys:
    banded = lowest.reshape(BANDS, ROWS, -1)
    key = np.zeros((BANDS, banded.shape[2]), np.uint32)
    for row in range(ROWS):
        key = (key ^ banded[:, row]) * _FOLD
        key ^= key >> np.uint32(15)
    return key
