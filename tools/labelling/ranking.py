"""Which rows teach a model most, by a quick one trained on the labels so far.

Uncertainty alone (margin sampling: Settles 2009, "Active Learning Literature Survey") asks about many rows that are
alike, and about odd ones; with few labels it does worse than chance (Hacohen, Dekel, Weinshall 2022, "Active Learning
on a Budget"; measured here, too: `benchmarks/annotate.py`). So the rows are taken that speak for most others, each
weighed by the doubt about it (facility location: Wei, Iyer, Bilmes 2015, "Submodularity in Data Subset Selection and
Active Learning").
"""

# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

BATCH = 20
"""Rows to take from one ranking; the next one knows more."""
LOOKED_AT = 2_000
"""Rows that are looked at for it, those of most doubt."""
LEAST = 8
"""Labelled rows below which the order is random: a model of fewer is sure of the wrong things."""
ALIKE = 0.75
"""Cosine from which the answer to one row is suggested for another."""
FEATURES, DIRECTIONS = 20_000, 128
SURE = 0.5
"""Probability from which a label is suggested."""

Places = NDArray[np.int64]
Scores = NDArray[np.float64]


@dataclass(frozen=True)
class Suggestion:
    """What a quick model would say; it counts for nothing until a person takes it."""

    value: str
    sure: float
    """Of a label its probability, of an answer the cosine to the row that it was given to."""


@dataclass(frozen=True)
class Ranking:
    """Rows to show next, as places among the texts, and what to suggest for them."""

    order: list[int]
    suggested: dict[int, Suggestion]
    labelled: int
    """The labels it was made from."""


class Texts:
    """Texts as vectors, made once.

    Attributes:
        words: TF-IDF of words and pairs of words, sparse [texts, features].
        vectors: Unit length, float32 [texts, dimensions]: what the words mean, by the static encoder, beside the main
            directions of `words` (latent semantic analysis), which serve languages that the encoder does not know.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        from sklearn.decomposition import TruncatedSVD  # noqa: PLC0415  it takes a second
        from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415

        from tools.embeddings.static import encoder  # noqa: PLC0415

        meaning = encoder().encode(texts)
        settings: Any = {"sublinear_tf": True, "max_features": FEATURES, "dtype": np.float32}
        words = TfidfVectorizer(ngram_range=(1, 2), token_pattern=r"(?u)\w+|[^\w\s]", **settings)
        self.words: Any = words.fit_transform([*texts, "."])[:-1]  # the dot: there is always one token
        directions = min(DIRECTIONS, *(size - 1 for size in self.words.shape))
        both: list[NDArray[Any]] = [meaning]
        if directions > 0:
            both.append(TruncatedSVD(directions, n_iter=2, random_state=0).fit_transform(self.words))
        self.vectors = np.hstack([_unit(part) for part in both]).astype(np.float32) / np.sqrt(len(both))


def by_label(texts: Texts, labels: Mapping[int, str], open_: Sequence[int], seed: int = 0) -> Ranking:
    """Rank rows by what their label would teach.

    Args:
        texts: All of them.
        labels: The labels so far, by place.
        open_: The places that may be asked about, in the order to keep while nothing is known.
        seed: For the model.
    """
    kinds = sorted(set(labels.values()))
    if len(labels) < LEAST or not open_:
        return Ranking(list(open_), {}, len(labels))
    if len(kinds) < 2 or len(labels) < 2 * len(kinds):  # a model of so few would say little; see more kinds first
        return Ranking(by_answer(texts, labels, open_).order, {}, len(labels))
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415  it takes a second
    from threadpoolctl import threadpool_limits  # noqa: PLC0415

    places = np.fromiter(labels, np.int64)
    # Light regularisation, since the vectors are short.
    model = LogisticRegression(C=10.0, max_iter=200, random_state=seed)
    asked = np.array(open_, np.int64)
    with threadpool_limits(1):  # where cores are busy, the threads of so small a fit wait twenty times as long
        model.fit(texts.vectors[places], [labels[place] for place in labels])
        probabilities: Scores = model.predict_proba(texts.vectors[asked])
    two = np.partition(probabilities, -2, axis=1)[:, -2:]
    order = _for_most(texts, asked, 1 - (two[:, 1] - two[:, 0]), places)
    best = probabilities.argmax(axis=1)
    suggested = {
        int(place): Suggestion(str(model.classes_[kind]), float(probability))
        for place, kind, probability in zip(asked, best, two[:, 1], strict=True)
        if probability >= SURE
    }
    return Ranking(order, suggested, len(labels))


def by_answer(texts: Texts, answers: Mapping[int, str], open_: Sequence[int]) -> Ranking:
    """Rank rows that are to be answered: first those that speak for many others, unlike any answered row.

    The answer to the row that is most like one is suggested for it.
    """
    if not answers or not open_:
        return Ranking(list(open_), {}, len(answers))
    asked, known = np.array(open_, np.int64), np.fromiter(answers, np.int64)
    cosine = texts.vectors[asked] @ texts.vectors[known].T
    nearest, most = cosine.argmax(axis=1), cosine.max(axis=1)
    order = _for_most(texts, asked, np.maximum(1 - most, 0).astype(np.float64), known)
    given = list(answers.values())
    suggested = {
        int(place): Suggestion(given[at], float(likeness))
        for place, at, likeness in zip(asked, nearest, most, strict=True)
        if likeness >= ALIKE
    }
    return Ranking(order, suggested, len(answers))


def by_doubt(texts: Texts, labels: Mapping[int, str], open_: Sequence[int]) -> Ranking:
    """Rank rows whose labels are to be checked: first those that a model of the other rows contradicts most."""
    counts: dict[str, int] = {}
    for label in labels.values():
        counts[label] = counts.get(label, 0) + 1
    usable = {place: label for place, label in labels.items() if counts[label] >= 5}
    kinds = sorted(set(usable.values()))
    if len(kinds) < 2:
        return Ranking(list(open_), {}, len(labels))
    from tools.clean._misfits import expected  # noqa: PLC0415  scikit-learn takes a second

    places = list(usable)
    number = {kind: n for n, kind in enumerate(kinds)}
    found = expected(texts.words[places], np.array([number[usable[place]] for place in places]))
    doubt = {place: float(d) for place, d in zip(places, found.top - found.given, strict=True)}
    better = {place: kinds[int(best)] for place, best in zip(places, found.best, strict=True)}
    order = sorted(open_, key=lambda place: -doubt.get(place, 0.0))
    suggested = {
        place: Suggestion(better[place], float(np.exp(found.top[at])))
        for at, place in enumerate(places)
        if better[place] != labels[place]
    }
    return Ranking(order, suggested, len(labels))


def _for_most(texts: Texts, asked: Places, doubt: Scores, known: Places) -> list[int]:
    """The places, those of most doubt first; the first `BATCH` are the ones that speak for most of the others.

    Facility location: a row gains as much as it is more like the others than any known row is, each weighed by the
    doubt about it; taken greedily.
    """
    order = np.argsort(-doubt, kind="stable")
    near, rest = order[:LOOKED_AT], order[LOOKED_AT:]
    vectors = texts.vectors[asked[near]]
    likeness = np.maximum(vectors @ vectors.T, 0)
    covered = np.maximum((vectors @ texts.vectors[known].T).max(axis=1, initial=0), 0)
    weight = doubt[near].astype(np.float32)
    taken: list[int] = []
    for _ in range(min(BATCH, len(near))):
        gain = np.maximum(likeness - covered, 0) @ weight
        gain[taken] = -1
        best = int(gain.argmax())
        taken.append(best)
        covered = np.maximum(covered, likeness[best])
    left = np.setdiff1d(np.arange(len(near)), taken)
    return [int(place) for place in asked[np.concatenate([near[taken], near[left], rest])]]


def _unit(rows: NDArray[np.floating[Any]]) -> NDArray[np.floating[Any]]:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.maximum(lengths, 1e-12)
