"""Texts as sets of character shingles, kept in a file so that memory stays bounded, and the true likeness of two."""

# pyright: reportMissingTypeStubs=false

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

LENGTH = 4
"""Characters in a shingle."""
LONGEST = 100_000
"""Characters of a text that are compared."""
FIELDS = 4
"""Fields of a row, such as prompt and completion, that are told apart."""
AT_ONCE = 1_000_000
"""Characters read at a time."""
PAIRS_AT_ONCE = 50_000

Words = NDArray[np.uint32]
Places = NDArray[np.int64]
Shares = NDArray[np.float64]
Row = Sequence[str]
"""The fields of a row, normalised."""

_TAG = 29
"""Bits of a shingle; the number of its field stands above them."""
_ODD = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xD6E8FEB86659FD93)


class Shingles:
    """The shingles of many rows, in the order in which they came.

    Args:
        file: Where to keep them.
    """

    def __init__(self, file: Path) -> None:
        self._file = file.open("w+b")
        self._path = file
        self._counts: list[Places] = []
        self._sizes = self._starts = np.zeros(1, np.int64)
        self._flat: Words = np.zeros(0, np.uint32)

    def add(self, rows: Sequence[Row]) -> tuple[Words, Places]:
        """Take in rows; gives their shingles one after the other, and how many each row has."""
        flat, counts = shingled(rows)
        flat.tofile(self._file)
        self._counts.append(counts)
        return flat, counts

    def close(self) -> None:
        """Say that all rows are there, so that they can be compared."""
        self._file.close()
        self._sizes = np.concatenate([np.zeros(0, np.int64), *self._counts])
        self._starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(self._sizes)])
        self._flat = np.memmap(self._path, np.uint32, "r") if self._starts[-1] else np.zeros(0, np.uint32)

    def likeness(self, one: Places, other: Places, least: float) -> Shares:
        """The true Jaccard of pairs of rows, 0 where it is below `least`: the lowest among their fields.

        Two fields without text are alike.
        """
        found = np.zeros(len(one))
        smaller = np.minimum(self._sizes[one], self._sizes[other])
        larger = np.maximum(self._sizes[one], self._sizes[other])
        able = np.flatnonzero((smaller > 0) & (smaller >= least * larger))
        for start in range(0, len(able), PAIRS_AT_ONCE):
            part = able[start : start + PAIRS_AT_ONCE]
            found[part] = self._likeness(one[part], other[part])
        return np.where(found >= least - 1e-9, found, 0.0)

    def _likeness(self, one: Places, other: Places) -> Shares:
        from scipy.sparse import csr_array  # noqa: PLC0415  it takes a quarter of a second

        sets: list[Any] = []
        sizes: list[Places] = []
        for rows in (one, other):
            flat, ends = self._gather(rows)
            ones = np.ones(len(flat), np.int8)
            sets.append(csr_array((ones, flat.astype(np.int32), ends), shape=(len(rows), 1 << 31 - 1)))
            sizes.append(_by_field(flat, ends))
        both: Any = sets[0].multiply(sets[1]).tocsr()
        common = _by_field(both.indices, both.indptr)
        either = sizes[0] + sizes[1] - common
        return np.where(either > 0, common / np.maximum(either, 1), 1.0).min(axis=1)

    def _gather(self, rows: Places) -> tuple[Words, Places]:
        starts, counts = self._starts[rows], self._sizes[rows]
        ends = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
        places = np.repeat(starts - ends[:-1], counts) + np.arange(int(ends[-1]))
        return self._flat[places], ends


def shingled(rows: Sequence[Row]) -> tuple[Words, Places]:
    """The distinct shingles of each row in ascending order, one row after the other, and how many each row has.

    A text shorter than a shingle is one shingle. A shingle is hashed to 29 bits, below the number of its field.
    """
    fields = max((len(row) for row in rows), default=1)
    texts = [(text[:LONGEST].ljust(LENGTH, "\x01") if text else "") for row in rows for text in row]
    codes = np.frombuffer("\0".join([*texts, ""]).encode("utf-32-le", "replace"), np.uint32)
    if len(codes) < LENGTH:
        return np.zeros(0, np.uint32), np.zeros(len(rows), np.int64)
    ends = codes == 0
    owner = np.cumsum(ends)[: len(codes) - LENGTH + 1] - ends[: len(codes) - LENGTH + 1]
    hashed = np.zeros(len(owner), np.uint64)
    whole = np.ones(len(owner), bool)
    for offset in range(LENGTH):
        part = slice(offset, len(codes) - LENGTH + 1 + offset)
        hashed = hashed * _ODD + codes[part]
        whole &= ~ends[part]
    hashed, owner = hashed[whole], owner[whole].astype(np.uint64)
    hashed ^= hashed >> np.uint64(32)
    hashed = (hashed * _MIX) >> np.uint64(64 - _TAG)
    row, field = np.divmod(owner, np.uint64(fields))
    keys = np.sort(row << np.uint64(32) | field << np.uint64(_TAG) | hashed)
    keys = keys[np.concatenate([keys[:1] == keys[:1], keys[1:] != keys[:-1]])]
    counts = np.bincount((keys >> np.uint64(32)).astype(np.int64), minlength=len(rows))
    return keys.astype(np.uint32), counts


def batches(rows: Iterable[Row]) -> Iterable[list[Row]]:
    """The rows in lists of about `AT_ONCE` characters."""
    waiting: list[Row] = []
    characters = 0
    for row in rows:
        waiting.append(row)
        characters += sum(min(len(text), LONGEST) for text in row)
        if characters >= AT_ONCE:
            yield waiting
            waiting, characters = [], 0
    if waiting:
        yield waiting


def _by_field(flat: NDArray[np.integer], ends: NDArray[np.integer]) -> Places:
    """How many shingles of each field each row has, int64 [rows, FIELDS]."""
    rows = np.repeat(np.arange(len(ends) - 1), np.diff(ends))
    cells = rows * FIELDS + (flat.astype(np.int64) >> _TAG)
    return np.bincount(cells, minlength=(len(ends) - 1) * FIELDS).reshape(-1, FIELDS)
