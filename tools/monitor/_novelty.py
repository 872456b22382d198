"""How new a text is to a model: how much likelier it belongs to no group of the texts that it was trained on."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tools.embeddings.static import Vectors
from tools.monitor._familiar import Familiar, familiar
from tools.monitor._groups import Labels, Places, alike, grouped

Numbers = NDArray[np.float64]
MOST = 4000
"""Training rows learned from, and rows held out beside them; of more, a sample is taken."""
FEWEST = 100
"""Rows without which nothing can be said."""
FOLDS = 20
NEW = 0.95
"""The share of held-out rows that are less new, from which a request counts as new."""
SURE = 5.0
"""Rows that a group is thought to have beside its own, when it is asked how many of them count as new."""


@dataclass(frozen=True)
class Novelty:
    """What is known, and how new texts of the same kind look beside it."""

    known: Familiar
    held: Numbers
    """The novelty of rows of the same kind that were not learned from, from low to high."""
    rates: Numbers
    """Of each group, how many training rows count as new to the others, and how many rows it has: [2, groups]."""
    bar: float
    """The novelty above which they do."""
    strange: Numbers
    """The novelty of training rows to a model that has never seen their label, or their group where there are none."""

    @property
    def dimensions(self) -> int:
        """Of the vectors that it reads."""
        return len(self.known.mean)

    def of(self, vectors: Vectors) -> Numbers:
        """The log of how much likelier each text is in a new group than in a known one: [texts]."""
        return self.known.newness(vectors)

    def of_one(self, vector: Vectors) -> tuple[float, int]:
        """The same of one text, and the group that it is likeliest in."""
        return float(self.of(vector[None])[0]), int(self.known.nearest(vector[None])[0])

    def ranks(self, novelty: Numbers) -> Numbers:
        """The share of held-out rows that are less new; uniform between 0 and 1 while nothing drifts."""
        return np.searchsorted(self.held, novelty) / (len(self.held) + 1)

    def beyond_mix(self, groups: Places, novelty: Numbers) -> float:
        """By how many standard deviations more texts are new than if only the mix of groups were another.

        The rate of each group is known from its own rows, with a beta prior that has the mean of all.

        Args:
            groups: Of the texts.
            novelty: Of the texts.
        """
        new, rows = self.rates
        asked = np.bincount(groups, minlength=len(rows))
        rate = (new + SURE * (1 - NEW)) / (rows + SURE)
        spread = asked * rate * (1 - rate) * (1 + asked / (rows + SURE + 1))
        return float(((novelty > self.bar).sum() - asked @ rate) / np.sqrt(spread.sum()))


def learn(training: Vectors, held_out: Vectors, labels: Sequence[str] | None = None, seed: int = 0) -> Novelty | None:
    """What is known from training rows, and what is usual from rows that were held out.

    Where too few were held out, each part of the training rows is compared with the others.

    Args:
        training: float32 [rows, dimensions].
        held_out: The same of rows that the model did not see.
        labels: Of the training rows, if they have any.
        seed: Of the sample.

    Returns:
        None if there are too few rows to say anything.
    """
    if len(training) < (FEWEST if len(held_out) >= FEWEST else 2 * FEWEST):
        return None
    draw = np.random.default_rng(seed)
    rows = draw.permutation(len(training))[:MOST]
    texts = training[rows].astype(np.float32)
    its = None
    if labels and len(set(labels)) > 1:
        numbers = {label: number for number, label in enumerate(sorted(set(labels)))}
        its = np.array([numbers[label] for label in labels])[rows]
    groups = grouped(texts, its, seed)
    known, (among, strange) = familiar(texts, groups), _each_part(texts, its, seed)
    enough = len(held_out) >= FEWEST
    held = known.newness(held_out[draw.permutation(len(held_out))[:MOST]]) if enough else among
    bar, nearest = float(np.quantile(among, NEW)), known.nearest(texts)
    counted = [np.bincount(some, minlength=len(known.level)) for some in (nearest[among > bar], nearest)]
    return Novelty(known, np.sort(held), np.stack(counted).astype(float), bar, strange)


def _each_part(texts: Vectors, labels: Labels | None, seed: int) -> tuple[Numbers, Numbers]:
    """The novelty of each row to the rows of the other parts; what is nearly the same is in one part.

    Returns:
        That to all of these rows, and that to those of other labels.
    """
    among, strange, fold = np.zeros(len(texts)), np.zeros(len(texts)), alike(texts) % FOLDS
    if np.bincount(fold).max() > len(texts) / 2:  # all are nearly the same
        fold = np.arange(len(texts)) % FOLDS
    for part in range(FOLDS):
        out, rest = np.flatnonzero(fold == part), np.flatnonzero(fold != part)
        groups = grouped(texts[rest], None if labels is None else labels[rest], seed)
        known = familiar(texts[rest], groups)
        among[out] = known.newness(texts[out])
        its_own = np.equal(known.nearest(texts[out])[:, None], np.arange(len(known.level)))
        if labels is not None:
            its_own = _of_labels(groups, labels[rest], int(labels.max()) + 1)[labels[out]]
        strange[out] = known.newness(texts[out], its_own)
    return among, strange


def _of_labels(groups: Places, labels: Labels, count: int) -> NDArray[np.bool_]:
    """Whether a group has rows of a label: [labels, groups]."""
    found: NDArray[np.bool_] = np.zeros((count, int(groups.max()) + 1), bool)
    found[labels, groups] = True
    return found
