"""Whether a text still belongs to its label, by the rows that are most like it."""

import random
from collections.abc import Sequence

import numpy as np

from tools.embeddings.static import Vectors, encoder

NEAREST = 5
"""Rows that are asked for their label."""
READ = 20_000
"""Rows that are looked at; more are sampled."""


class Labels:
    """The training rows with their labels, as vectors.

    Args:
        rows: Text and label of each.
        seed: Chooses which of many are read.
    """

    def __init__(self, rows: Sequence[tuple[str, str | None]], seed: int) -> None:
        labelled = [(text, label) for text, label in rows if label is not None]
        if len(labelled) > READ:
            labelled = random.Random(seed).sample(labelled, READ)
        self._labels = [label for _, label in labelled]
        self._several = len(set(self._labels)) > 1
        self._vectors: Vectors = encoder().encode(text for text, _ in labelled)

    def fits(self, vector: Vectors, label: str | None) -> bool:
        """Whether one of the nearest rows has this label. Without labels, everything fits."""
        if label is None or not self._several or label not in self._labels:
            return True
        nearest = np.argsort(-(self._vectors @ vector), kind="stable")[:NEAREST]
        return any(self._labels[int(place)] == label for place in nearest)
