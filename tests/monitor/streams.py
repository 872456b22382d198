"""Made-up texts as vectors: topics on a sphere, some of which a model never saw."""

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
DIMENSIONS, TOPICS, UNSEEN, SPREAD = 48, 40, 8, 0.16


class Topics:
    """Topics that texts gather around; the last `UNSEEN` are those of the drift."""

    def __init__(self, seed: int, stream: int = 0) -> None:
        draw = np.random.default_rng(seed)
        self._middles = _unit(draw.normal(size=(TOPICS, DIMENSIONS)) + draw.normal(size=DIMENSIONS))
        self._draw = np.random.default_rng([seed, stream])

    def texts(self, rows: int, share_new: float = 0.0) -> NDArray[np.float32]:
        """Texts of known topics, a share of them of unseen ones."""
        known = self._draw.integers(0, TOPICS - UNSEEN, rows)
        unseen = self._draw.integers(TOPICS - UNSEEN, TOPICS, rows)
        return self._about(np.where(self._draw.random(rows) < share_new, unseen, known))

    def labelled(self, rows: int) -> tuple[NDArray[np.float32], list[str]]:
        """Texts of known topics, with their topics."""
        topic = self._draw.integers(0, TOPICS - UNSEEN, rows)
        return self._about(topic), [f"topic {each}" for each in topic]

    def mixed(self, rows: int, often: int) -> NDArray[np.float32]:
        """Texts of known topics, half of them of one."""
        topic = self._draw.integers(0, TOPICS - UNSEEN, rows)
        return self._about(np.where(self._draw.random(rows) < 0.5, often, topic))

    def _about(self, topic: NDArray[np.int64]) -> NDArray[np.float32]:
        rows = len(topic)
        noise = self._draw.normal(size=(rows, DIMENSIONS)) * SPREAD
        return _unit(self._middles[topic] + noise).astype(np.float32)


def _unit(vectors: Numbers) -> Numbers:
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
