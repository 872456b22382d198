"""Which rows are nearly an earlier row: candidates by MinHash, each verified by its true Jaccard."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tools.clean._minhash import BANDS, BITS, Keys, agree, hashed
from tools.clean._shingles import Places, Row, Shares, Shingles, batches

LEADERS = 32
"""Rows of a band's bucket that the others in it are held against, the earliest first."""
ROUNDS = 4
"""Times to look anew at rows whose likeness was to a row that is itself no longer there."""
Mask = NDArray[np.bool_]
Unlike = Callable[[Places, Places], Mask]
"""Which pairs of places say different things although most of their words agree."""


@dataclass(frozen=True)
class Near:
    """Rows by their place: `row` is `likeness` like the earlier row `kept`, which is itself near to none kept."""

    row: Places
    kept: Places
    likeness: Shares


class Search:
    """Rows to hold against each other.

    Args:
        file: Where to keep the shingles.
        apart: A number for each row; rows with different ones are never near.
        rank: A number for each row; only rows of different rank are near. Without it, any two are.
    """

    def __init__(self, file: Path, apart: NDArray[np.uint64], rank: Places | None = None) -> None:
        self._shingles = Shingles(file)
        self._apart, self._rank = apart, rank
        self._keys: Keys = np.zeros((BANDS, len(apart)), np.uint32)
        self._sketches = np.zeros((len(apart), BITS // 64), np.uint64)
        self._kept_by: Places = np.full(len(apart), -1)
        self._likeness: Shares = np.zeros(len(apart))
        self._refused: set[tuple[int, int]] = set()

    def near(self, rows: Iterable[Row], least: float, unlike: Unlike) -> Near:
        """The rows that are near to an earlier one.

        Args:
            rows: As many as there are numbers in `apart`, the ones to keep first.
            least: The Jaccard from which rows are near.
            unlike: Takes pairs back.
        """
        self._read(rows)
        fresh = np.ones(len(self._apart), bool)
        for _ in range(ROUNDS):
            for keys in self._keys:
                self._meet(keys, fresh, least)
            self._follow(least)
            gone = self._take_back(unlike)
            if not gone.any():
                break
            fresh = gone
        self._revive(self._orphans())
        row = np.flatnonzero(self._kept_by >= 0)
        return Near(row, self._kept_by[row], self._likeness[row])

    def _read(self, rows: Iterable[Row]) -> None:
        start = 0
        for part in batches(rows):
            flat, counts = self._shingles.add(part)
            places = slice(start, start + len(part))
            self._keys[:, places], self._sketches[places] = hashed(flat, counts)
            start += len(part)
        self._shingles.close()

    def _meet(self, keys: Keys, fresh: Mask, least: float) -> None:
        """Hold the rows of each bucket of a band against its leaders; a row that is near to one leaves the search."""
        there = np.flatnonzero(self._kept_by < 0)
        mixed = keys[there] ^ self._apart[there].astype(np.uint32)
        place, first = _buckets(mixed, there, fresh)
        member = np.flatnonzero(np.arange(len(place)) > first)
        for leader in range(LEADERS):
            if not member.size:
                break
            one, other = place[first[member] + leader], place[member]
            able = (self._kept_by[one] < 0) & (fresh[one] | fresh[other]) & (self._apart[one] == self._apart[other])
            if self._rank is not None:
                able &= self._rank[one] > self._rank[other]
            self._verify(one[able], other[able], least)
            member = member[(member > first[member] + leader + 1) & (self._kept_by[other] < 0)]

    def _verify(self, one: Places, other: Places, least: float) -> None:
        maybe = agree(self._sketches[one], self._sketches[other], least)
        one, other = one[maybe], other[maybe]
        likeness = self._shingles.likeness(one, other, least)
        alike = np.flatnonzero(likeness > 0)
        if self._refused:
            alike = alike[[(int(one[n]), int(other[n])) not in self._refused for n in alike]]
        self._kept_by[other[alike]] = one[alike]
        self._likeness[other[alike]] = likeness[alike]

    def _follow(self, least: float) -> None:
        """Where a row was found near to one that left later, hold it against what that one was near to."""
        for _ in range(ROUNDS):
            lost = np.flatnonzero(self._orphans())
            if not lost.size:
                return
            further = self._kept_by[self._kept_by[lost]]
            likeness = self._shingles.likeness(further, lost, least)
            moved = likeness > 0
            self._kept_by[lost[moved]], self._likeness[lost[moved]] = further[moved], likeness[moved]
            if not moved.any():
                return

    def _take_back(self, unlike: Unlike) -> Mask:
        """Return the rows that have no kept row they are near to; gives which."""
        found = np.flatnonzero(self._kept_by >= 0)
        kept = self._kept_by[found]
        wrong = unlike(kept, found)
        self._refused.update(zip(kept[wrong].tolist(), found[wrong].tolist(), strict=True))
        gone = self._orphans()
        gone[found[wrong]] = True
        self._revive(gone)
        return gone

    def _orphans(self) -> Mask:
        dropped = self._kept_by >= 0
        return dropped & dropped[np.where(dropped, self._kept_by, 0)]

    def _revive(self, rows: Mask) -> None:
        self._kept_by[rows], self._likeness[rows] = -1, 0.0


def _buckets(keys: Keys, places: Places, fresh: Mask) -> tuple[Places, Places]:
    """The places whose key another one has too, bucket by bucket, and where the bucket of each begins.

    Buckets in which nothing is fresh are left out, as far as half of the key tells.
    """
    low = keys & np.uint32(0xFFFF)
    wanted = np.bincount(low, fresh[places], 1 << 16) > 0
    able = wanted[low]
    order = np.sort(keys[able].astype(np.uint64) << np.uint64(32) | places[able].astype(np.uint64))
    bucket, place = (order >> np.uint64(32)).astype(np.uint32), (order & np.uint64(0xFFFFFFFF)).astype(np.int64)
    same = bucket[1:] == bucket[:-1]
    shared = np.concatenate([same, np.zeros(1, bool)]) | np.concatenate([np.zeros(1, bool), same])
    if not len(order):
        return place, place
    starts = ~np.concatenate([np.zeros(1, bool), same])[shared]
    first = np.maximum.accumulate(np.where(starts, np.arange(len(starts)), 0))
    return place[shared], first
