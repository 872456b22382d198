"""Whether two sets of texts can be told apart: the AUC of a classifier that tries, and how likely chance is as good."""

# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tools.embeddings.static import Vectors

Numbers = NDArray[np.float64]
PARTS = 5
SHUFFLES = 200
RIDGE = 1.0
MOST = 500
"""Texts of each set."""
FEWEST = 20


@dataclass(frozen=True)
class Apart:
    """How well two sets are told apart."""

    auc: float
    """0.5: not at all; 1: always."""
    p: float
    """How often shuffled sets are told apart as well."""
    usual: float
    """The AUC that 95 of 100 shuffled sets stay below."""


def apart(known: Vectors, recent: Vectors, seed: int = 0) -> Apart | None:
    """Train a classifier to tell recent texts from known ones, and test it on texts that it did not see.

    The classifier two-sample test (Lopez-Paz and Oquab 2017), by ridge regression in `PARTS` folds; the permutation
    null shuffles which text is of which set. The regression is linear in the sides, so all shuffles are one product.

    Args:
        known: float [rows, dimensions]; at most `MOST` are drawn.
        recent: The same of what came in.
        seed: Of the draws.

    Returns:
        None if one of the sets is too small.
    """
    if min(len(known), len(recent)) < FEWEST:
        return None
    draw = np.random.default_rng(seed)
    one, other = (rows[draw.permutation(len(rows))[:MOST]].astype(float) for rows in (known, recent))
    texts, side = np.concatenate([one, other]), np.repeat([0.0, 1.0], [len(one), len(other)])
    sides = np.stack([side, *(draw.permutation(side) for _ in range(SHUFFLES))], axis=1)
    scores = np.zeros_like(sides)
    fold = draw.permutation(len(texts)) % PARTS
    for part in range(PARTS):
        scores[fold == part] = _predicted(texts[fold != part], sides[fold != part], texts[fold == part])
    found = np.array([_auc(score, its) for score, its in zip(scores.T, sides.T, strict=True)])
    p = (1 + int((found[1:] >= found[0]).sum())) / (1 + SHUFFLES)
    return Apart(float(found[0]), p, float(np.quantile(found[1:], 0.95)))


def _predicted(texts: Numbers, sides: Numbers, new: Numbers) -> Numbers:
    middle, mean = texts.mean(axis=0), sides.mean(axis=0)
    centred = texts - middle
    weights = np.linalg.solve(centred.T @ centred + RIDGE * np.eye(texts.shape[1]), centred.T @ (sides - mean))
    return (new - middle) @ weights + mean


def _auc(scores: Numbers, side: Numbers) -> float:
    """The chance that one of the second set scores higher than one of the first (Mann and Whitney 1947)."""
    second = side == 1
    most, rest = int(second.sum()), int((~second).sum())
    from scipy.stats import rankdata  # noqa: PLC0415  (slow to import)

    ranks: Numbers = np.asarray(rankdata(scores))
    return float((ranks[second].sum() - most * (most + 1) / 2) / (most * rest))
