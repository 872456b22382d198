"""How much likelier a text is to be of a group that is known than of one that was never seen."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tools.embeddings.static import Vectors
from tools.monitor._groups import Places, summed

Numbers = NDArray[np.float64]
RIDGE = 0.5
"""Spread within groups that is assumed in every direction, in parts of the mean spread."""
LEAST = 0.05
"""Spread between groups that is assumed in every direction, in parts of that within."""
AT_ONCE = 500


@dataclass(frozen=True)
class Familiar:
    """Probabilistic linear discriminant analysis (Ioffe 2006).

    Texts of a group lie around its middle with one spread, and middles lie around the mean with another. So there is a
    closed form for how likely a text is in each known group, whose middle is known the better the more rows it has, and
    in a group of which no row was seen.

    Attributes:
        mean: [dimensions]
        turn: Turns vectors so that the spread within groups is 1 everywhere: [dimensions, dimensions].
        between: The spread between groups, turned: [dimensions]
        precise: 1 / the spread of a further text of each group: [groups, dimensions].
        middles: The middle of each group times `precise`.
        level: What the groups add, however far a text is: [groups].
    """

    mean: Numbers
    turn: Numbers
    between: Numbers
    precise: Numbers
    middles: Numbers
    level: Numbers

    def newness(self, vectors: Vectors, hidden: NDArray[np.bool_] | None = None) -> Numbers:
        """The log of how much likelier a new group is than all known ones: [texts].

        Args:
            vectors: float [texts, dimensions].
            hidden: Groups that count as unknown beside a text: [texts, groups].
        """
        blocks = [slice(at, at + AT_ONCE) for at in range(0, len(vectors), AT_ONCE)]
        found = [self._newness(vectors[its], None if hidden is None else hidden[its]) for its in blocks]
        return np.concatenate([np.zeros(0), *found])

    def nearest(self, vectors: Vectors) -> Places:
        """The likeliest group of each text: [texts]."""
        blocks = [vectors[at : at + AT_ONCE] for at in range(0, len(vectors), AT_ONCE)]
        found = [self._known(self._turned(block)).argmax(axis=1) for block in blocks]
        return np.concatenate([np.zeros(0, np.int64), *found])

    def _newness(self, vectors: Vectors, hidden: NDArray[np.bool_] | None) -> Numbers:
        turned = self._turned(vectors)
        known = self._known(turned)
        if hidden is not None:
            known[hidden] = -np.inf
        most = known.max(axis=1)
        unknown = -(turned**2 @ (1 / (1 + self.between)) + np.log1p(self.between).sum()) / 2
        return unknown - most - np.log(np.exp(known - most[:, None]).sum(axis=1))

    def _turned(self, vectors: Vectors) -> Numbers:
        return (vectors.astype(float) - self.mean) @ self.turn

    def _known(self, turned: Numbers) -> Numbers:
        return self.level + turned @ self.middles.T - turned**2 @ self.precise.T / 2


def familiar(vectors: Vectors, groups: Places) -> Familiar:
    """What is known from rows and their groups.

    Args:
        vectors: float32 [rows, dimensions].
        groups: From 0, without gaps: [rows].
    """
    rows, counts = vectors.astype(float), np.bincount(groups).astype(float)
    mean = rows.mean(axis=0)
    middles = summed(rows, groups, len(counts)) / counts[:, None]
    # a group of one row says nothing of the spread within, and one of two but half of it
    apart = (rows - middles[groups]) * np.sqrt(counts / np.maximum(counts - 1, 1))[groups][:, None]
    within = apart.T @ apart / max(1, int((counts[groups] > 1).sum()))
    within += (RIDGE * np.trace(within) / len(within) + 1e-6) * np.eye(len(within))
    spread, turn = np.linalg.eigh(within)
    turn = turn / np.sqrt(spread)
    between, further = np.linalg.eigh(np.cov(((middles - mean) @ turn).T))
    between = np.maximum(between - (1 / counts).mean(), LEAST)
    turn = turn @ further
    trust = between / (between + 1 / counts[:, None])
    middles, precise = (middles - mean) @ turn * trust, 1 / (1 + trust / counts[:, None])
    level = np.log(counts / counts.sum()) - ((middles**2 * precise) - np.log(precise)).sum(axis=1) / 2
    return Familiar(mean, turn, between, precise, middles * precise, level)
