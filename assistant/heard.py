"""Vectors of the texts that ship, computed when they were written, so that no start has to wait for them.

The file holds, for each text, a digest and the coordinates of its vector along the axes in which the texts differ most
(principal components without centring), as whole numbers of 8 bits. `python -m assistant.listen` makes it.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FILE = Path(__file__).with_name("heard.npz")
DIMENSIONS = 256
"""Of 768; with 128 the classifiers of the assistant are as good, within what chance explains."""
STEPS = 127
Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Heard:
    """Known texts and their vectors.

    Attributes:
        axes: What projects an encoder's vector, shape (its size, d).
        scale: How much one step is along each axis, shape (d,).
        digests: Those of the texts, in rising order, shape (n,).
        steps: The coordinates as whole numbers, shape (n, d).
    """

    axes: Vectors
    scale: Vectors
    digests: NDArray[np.uint64]
    steps: NDArray[np.int8]

    @classmethod
    def read(cls, file: Path = FILE) -> "Heard":
        """Read the file."""
        with np.load(file) as kept:
            return cls(kept["axes"].astype(np.float32), kept["scale"], kept["digests"], kept["steps"])

    @classmethod
    def fitted(cls, vectors: Vectors, dimensions: int = DIMENSIONS) -> "Heard":
        """The axes in which some vectors, shape (n, size), differ most; no text is known yet."""
        _, _, rotated = np.linalg.svd(vectors, full_matrices=False)
        axes = rotated[:dimensions].T.astype(np.float16).astype(np.float32)  # as the file keeps them
        scale = (np.abs(vectors @ axes).max(axis=0) / STEPS).astype(np.float32)
        return cls(axes, scale, np.empty(0, np.uint64), np.empty((0, axes.shape[1]), np.int8))

    def write(self, file: Path = FILE) -> None:
        """Write the file."""
        np.savez_compressed(
            file, axes=self.axes.astype(np.float16), scale=self.scale, digests=self.digests, steps=self.steps
        )

    def projected(self, vectors: Vectors) -> Vectors:
        """An encoder's vectors, shape (n, size), along the axes: shape (n, d)."""
        return vectors @ self.axes

    def known(self, texts: Sequence[str]) -> tuple[NDArray[np.bool_], Vectors]:
        """Which of the texts are known, shape (n,), and their vectors, shape (n, d); zeros where they are not."""
        found = np.zeros((len(texts), len(self.scale)), np.float32)
        wanted = _digests(texts)
        places = np.searchsorted(self.digests, wanted).clip(max=max(len(self.digests) - 1, 0))
        here = self.digests[places] == wanted if len(self.digests) else np.zeros(len(texts), np.bool_)
        found[here] = self.steps[places[here]] * self.scale
        return here, found

    def with_only(self, texts: Sequence[str], vectors: Vectors) -> "Heard":
        """The same axes with these texts, each once, and their projected vectors, shape (n, d)."""
        digests, places = np.unique(_digests(texts), return_index=True)
        steps = (vectors[places] / self.scale).round().clip(-STEPS, STEPS).astype(np.int8)
        return Heard(self.axes, self.scale, digests, steps)


def _digests(texts: Sequence[str]) -> NDArray[np.uint64]:
    hashed = [hashlib.blake2b(text.encode(), digest_size=8).digest() for text in texts]
    return np.frombuffer(b"".join(hashed), np.dtype("<u8")).astype(np.uint64)
