"""Labels that do not fit their text: which, how surely, and what fits instead.

Confident learning (Northcutt, Jiang, Chuang 2021, "Confident Learning: Estimating Uncertainty in Dataset Labels",
JAIR 70) compares labels with what a model, trained on other rows, expects. What is added here is a threshold that is
read off the data, so that what is proposed is mostly right whether one label in fifty is wrong or one in five, and next
to nothing is proposed where none is. Two kinds of evidence are used, each with its own estimate of the share of wrong
labels (a two-groups model: Storey 2002, "A direct approach to false discovery rates"; Efron 2008):

- the label is as unlikely as a label drawn at random: of random labels, a known share is that unlikely, so rows that
  are this unlikely in larger numbers than right labels would be are wrong;
- the model is as sure as where it is hardly ever wrong: among its surest rows, those that disagree with it level off at
  the share of wrong labels.
"""

# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false

from dataclasses import dataclass
from typing import Any

import numpy as np

AIM = 0.85
"""The least share of the proposed rows whose label should be wrong, as estimated."""
FOLDS = 5
SMOOTHING = 0.05
SURE = (0.05, 0.1, 0.2, 0.3)
"""Where the share of wrong labels is read off: at the surest 5 % of rows and so on, as far as it stays level."""
DEVIATIONS = 2.0
LEAST_SEEN = 10
"""Rows that must stand out there: a few are what any model gets wrong."""
Floats = np.ndarray[Any, np.dtype[np.float64]]
Integers = np.ndarray[Any, np.dtype[np.intp]]
Truths = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True)
class Expected:
    """What a model expects of rows it was not trained on; arrays of the shape (rows,), log-probabilities in them."""

    best: Integers
    """The likeliest class."""
    top: Floats
    lead: Floats
    """Of the likeliest class over the next one."""
    given: Floats
    """Of the class of the label."""
    random: Floats
    """Of another class, drawn at random."""

    def agrees(self, classes: Integers) -> float:
        """How far the likeliest classes agree with the labels, beyond chance: Cohen's kappa (Cohen 1960)."""
        shares = [np.bincount(each, minlength=int(classes.max()) + 1) / len(classes) for each in (self.best, classes)]
        chance = float(shares[0] @ shares[1])
        return float((np.mean(self.best == classes) - chance) / (1 - chance)) if chance < 1 else 0.0


def expected(matrix: Any, classes: Integers) -> Expected:
    """Train multinomial naive Bayes on four fifths of the rows at a time and ask it about the others.

    On TF-IDF it is quick, and, unlike a model that bends to every row, it hardly learns the wrong labels themselves:
    with a tenth of the labels of banking77 changed, 0.99 of its first 800 suspects of 1,000 were wrong; ridge
    regression and a linear support vector machine had 0.95 and 0.94.
    """
    from sklearn.model_selection import StratifiedKFold  # noqa: PLC0415
    from sklearn.naive_bayes import MultinomialNB  # noqa: PLC0415

    rows, kinds = len(classes), int(classes.max()) + 1
    found = Expected(np.zeros(rows, np.intp), *(np.zeros(rows) for _ in range(4)))
    other = (classes + np.random.default_rng(0).integers(1, kinds, rows)) % kinds
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    for train, test in folds.split(matrix, classes):
        model = MultinomialNB(alpha=SMOOTHING).fit(matrix[train], classes[train])
        scores = model.predict_log_proba(matrix[test])
        places = np.arange(len(test))
        two = np.partition(scores, -2, axis=1)[:, -2:]
        found.best[test], found.top[test], found.lead[test] = scores.argmax(1), two[:, 1], two[:, 1] - two[:, 0]
        found.given[test], found.random[test] = scores[places, classes[test]], scores[places, other[test]]
    return found


def misfits(model: Expected, classes: Integers) -> Floats:
    """How surely each row's label is wrong: the estimated share of wrong ones among rows at least as suspect.

    It is 0 where that is less than `AIM`, and where the label is the one that the model expects.
    """
    share = np.maximum(_unlikely_label(model), _sure_model(model, classes))
    return np.where((share >= AIM) & (model.best != classes), share, 0.0)


def _unlikely_label(model: Expected) -> Floats:
    rows = len(model.given)
    order = np.argsort(model.given, kind="stable")
    random = np.sort(model.random)
    seen = np.arange(1, rows + 1) / rows
    of_random = np.searchsorted(random, model.given[order], side="right") / rows
    shares = np.array(SURE)
    cuts = random[np.maximum((shares * rows).astype(int) - 1, 0)]
    wrong = _level(np.searchsorted(model.given[order], cuts, side="right") / rows, np.full(len(SURE), rows), shares)
    return _at_least_as_suspect(order, wrong * of_random / seen)


def _sure_model(model: Expected, classes: Integers) -> Floats:
    rows = len(classes)
    order = np.argsort(-model.lead, kind="stable")
    disagree = np.cumsum((model.best != classes)[order]) / np.arange(1, rows + 1)
    counts = np.maximum((np.array(SURE) * rows).astype(int), 1)
    wrong = _level(disagree[counts - 1], counts, np.ones(len(SURE)))
    return _at_least_as_suspect(order, wrong / np.maximum(disagree, 1e-9) * (disagree > 0))


def _level(seen: Floats, counts: Integers, of: Floats) -> float:
    """The share of wrong labels: where `seen / of` is still level with its least, by Wilson's intervals (1927)."""
    squared = DEVIATIONS**2
    centre = seen + squared / 2 / counts
    wide = DEVIATIONS * np.sqrt(seen * (1 - seen) / counts + squared / 4 / counts**2)
    low, high = ((centre + sign * wide) / (1 + squared / counts) / of for sign in (-1, 1))
    last = int(np.flatnonzero(low <= high.min()).max())
    return float(min(seen[last] / of[last], 1.0)) if seen[last] * counts[last] >= LEAST_SEEN else 0.0


def _at_least_as_suspect(order: Integers, share: Floats) -> Floats:
    """Make the shares fall along the order: a row counts with the most rows that still reach its share."""
    falling = np.maximum.accumulate(np.minimum(share, 1.0)[::-1])[::-1]
    result = np.empty_like(falling)
    result[order] = falling
    return result
