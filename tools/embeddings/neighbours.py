"""Which earlier vectors each vector is most like, without holding all against all."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tools.embeddings.static import Vectors

WHOLE = 8_000
"""Vectors of a group up to which each is held against each; more are sorted into cells first."""
CELL = 2_000
"""Vectors in a cell, about."""
CELLS = 1_024
PROBES = 3
"""Cells in which the neighbours of a vector are looked for, the nearest ones."""
AT_ONCE = 1_024
SAMPLE = 20_000
STEPS = 5

Places = NDArray[np.int64]


@dataclass(frozen=True)
class Pairs:
    """Pairs of places, `one` before `other`, and their cosine."""

    one: Places
    other: Places
    cosine: Vectors


def neighbours(vectors: NDArray[np.floating], groups: NDArray[np.integer], least: float, most: int) -> Pairs:
    """The earlier vectors that each vector is most like.

    Args:
        vectors: One row of unit length each; may lie in a file.
        groups: A number for each; only vectors with the same one are compared, and none below 0.
        least: The lowest cosine to give.
        most: How many to give for each vector.

    Returns:
        All such pairs in groups of up to `WHOLE`; in larger ones a few may be missed.
    """
    found: list[tuple[Places, Places, Vectors]] = []
    order = np.argsort(groups, kind="stable")
    order = order[groups[order] >= 0]
    ends = np.flatnonzero(np.diff(groups[order])) + 1
    for group in np.split(order, ends):
        if len(group) > WHOLE:
            parts = _cells(vectors, group)
        else:
            parts = iter([(group, group)] if len(group) > 1 else [])
        for asking, asked in parts:
            found.extend(_alike(vectors, asking, asked, least, most))
    if not found:
        nothing = np.zeros(0, np.int64)
        return Pairs(nothing, nothing, np.zeros(0, np.float32))
    one, other, cosine = (np.concatenate(side) for side in zip(*found, strict=True))
    return Pairs(one, other, cosine)


def _alike(
    vectors: NDArray[np.floating], asking: Places, asked: Places, least: float, most: int
) -> Iterator[tuple[Places, Places, Vectors]]:
    known = vectors[asked].astype(np.float32)
    for start in range(0, len(asking), AT_ONCE):
        places = asking[start : start + AT_ONCE]
        cosine = vectors[places].astype(np.float32) @ known.T
        cosine[asked[None, :] >= places[:, None]] = 0
        some = np.flatnonzero(cosine.max(axis=1, initial=0) >= least)
        if not some.size:
            continue
        cosine = cosine[some]
        if cosine.shape[1] > most:
            best = np.argpartition(-cosine, most, axis=1)[:, :most]
        else:
            best = np.tile(np.arange(int(cosine.shape[1])), (len(cosine), 1))
        found = np.take_along_axis(cosine, best, axis=1)
        row, column = np.nonzero(found >= least)
        yield asked[best[row, column]], places[some[row]], found[row, column]


def _cells(vectors: NDArray[np.floating], group: Places) -> Iterator[tuple[Places, Places]]:
    """Which vectors to hold against which: those near a centre (spherical k-means on a sample), and its own."""
    centres = _centres(vectors, group)
    probes = np.zeros((len(group), PROBES), np.int64)
    for start in range(0, len(group), AT_ONCE):
        cosine = vectors[group[start : start + AT_ONCE]].astype(np.float32) @ centres.T
        best = np.argpartition(-cosine, PROBES, axis=1)[:, :PROBES]
        nearest = np.argsort(-np.take_along_axis(cosine, best, axis=1), axis=1)
        probes[start : start + AT_ONCE] = np.take_along_axis(best, nearest, axis=1)
    for cell in range(len(centres)):
        yield group[(probes == cell).any(axis=1)], group[probes[:, 0] == cell]


def _centres(vectors: NDArray[np.floating], group: Places) -> Vectors:
    rng = np.random.default_rng(20)
    count = min(max(len(group) // CELL, PROBES + 1), CELLS)
    sample = vectors[np.sort(rng.choice(group, min(SAMPLE, len(group)), replace=False))].astype(np.float32)
    centres = sample[rng.choice(len(sample), count, replace=False)]
    for _ in range(STEPS):
        nearest = (sample @ centres.T).argmax(axis=1)
        sums = np.zeros_like(centres)
        np.add.at(sums, nearest, sample)
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        centres = np.where(lengths > 0, sums / np.maximum(lengths, 1e-12), centres)
    return centres
