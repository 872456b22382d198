"""Groups of training rows that mean much the same: a label, or a part of one."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tools.embeddings.static import Vectors

Places = NDArray[np.int64]
Labels = NDArray[np.int64]
"""Of rows, as numbers from 0."""
SIZE = 20
"""Rows of a group, about."""
FEWEST = 4
"""Rows of a label of its own; rarer ones are taken together."""
ROUNDS = 4
ALIKE = 0.95
"""The cosine from which two texts are nearly the same."""
AT_ONCE = 1000


def grouped(vectors: Vectors, labels: Labels | None, seed: int = 0) -> Places:
    """The group of each row, [rows]: labels, each parted by meaning into groups of about `SIZE` rows.

    Args:
        vectors: float32 [rows, dimensions].
        labels: Of the rows; without them, meaning alone parts the rows.
        seed: Of the first middles.
    """
    draw = np.random.default_rng(seed)
    sides = _sides(labels, len(vectors))
    found, groups = np.zeros(len(vectors), np.int64), 0
    for side in range(int(sides.max()) + 1):
        rows = np.flatnonzero(sides == side)
        parts = max(1, round(len(rows) / SIZE))
        if len(rows):
            found[rows] = groups + (_parted(vectors[rows], parts, draw) if parts > 1 else 0)
            groups += parts
    return np.unique(found, return_inverse=True)[1].astype(np.int64)


def alike(vectors: Vectors) -> Places:
    """A number for each row, the same for rows that are nearly the same, as a text and its paraphrase: [rows].

    Each row is linked to the first that it is `ALIKE` to; what is linked has the number of its first row.
    """
    numbers = np.arange(len(vectors))
    for at in range(0, len(vectors), AT_ONCE):
        near = vectors[at : at + AT_ONCE] @ vectors[: at + AT_ONCE].T
        near[:, at:][np.diag_indices(len(near))] = 1  # a text without a known word has no length
        numbers[at : at + AT_ONCE] = (near >= ALIKE).argmax(axis=1)
    while (fewer := numbers[numbers]).sum() < numbers.sum():
        numbers = fewer
    return numbers


def _sides(labels: Labels | None, rows: int) -> Places:
    if labels is None:
        return np.zeros(rows, np.int64)
    _, places, counts = np.unique(labels, return_inverse=True, return_counts=True)
    return np.where(counts[places] >= FEWEST, places + 1, 0).astype(np.int64)


def _parted(vectors: Vectors, parts: int, draw: np.random.Generator) -> Places:
    """By the nearest of the middles, which move a few times (k-means, Lloyd 1982)."""
    middles = vectors[draw.choice(len(vectors), parts, replace=False)]
    nearest = np.zeros(len(vectors), np.int64)
    for _ in range(ROUNDS):
        nearest = (vectors @ middles.T - (middles**2).sum(axis=1) / 2).argmax(axis=1)
        counts = np.bincount(nearest, minlength=parts)[:, None]
        middles = np.where(counts > 0, summed(vectors, nearest, parts) / np.maximum(counts, 1), middles)
    return nearest.astype(np.int64)


def summed(vectors: NDArray[Any], groups: Places, count: int) -> NDArray[Any]:
    """The sum of the rows of each of `count` groups."""
    within = (np.arange(count)[:, None] == groups).astype(vectors.dtype)
    return within @ vectors
