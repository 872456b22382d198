"""What a short text is about, learned from examples: by its words, and by what it says as a whole."""

import hashlib
import json
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.ear import Ear
from assistant.learned import Arrays, kept

WAYS: dict[str, dict[str, Any]] = {
    "words": {"token_pattern": r"[^\W_]+", "ngram_range": (1, 2), "sublinear_tf": True},
    "pieces": {"analyzer": "char_wb", "ngram_range": (2, 4), "sublinear_tf": True},
}
"""How a text is taken apart, in the terms of scikit-learn."""


class Wordings:
    """A linear classifier over words, pairs of words, pieces of words and, where there is an ear, sentence vectors.

    It is learned once on a machine, in seconds, and then kept beside the models.

    Args:
        said: Texts, and what each is about: two labels or more.
        ear: The encoder, if there is one.
        penalty: How much a wrong example counts against a simple classifier.
        marks: For each text words that count beside its own, and that are no part of what it says.
        keep: Whether what is learned is kept in a file: it takes seconds where there are many texts.
    """

    def __init__(
        self,
        said: Sequence[tuple[str, str]],
        ear: Ear | None,
        penalty: float,
        *,
        marks: Sequence[str] = (),
        keep: bool = True,
    ) -> None:
        self._ear = ear
        vectors = ear.remembered([text for text, _ in said]) if ear else None
        if marks:
            said = [(f"{text} {mark}", about) for (text, about), mark in zip(said, marks, strict=True)]

        def learn() -> Arrays:
            return _learned(said, vectors, penalty)

        found = kept(_key(said, vectors, penalty), learn) if keep else learn()
        self._words = [_vectorizer(way, found[way], found[f"{way}_weights"]) for way in WAYS]
        self._labels: list[str] = found["labels"].tolist()
        self._slopes, self._offsets = found["slopes"], found["offsets"]

    def margins(self, text: str, mark: str = "") -> dict[str, float]:
        """How far on the right side of each label's boundary a text is, with its mark."""
        from scipy.sparse import csr_matrix, hstack  # noqa: PLC0415 - scikit-learn and SciPy take seconds to load

        parts: list[Any] = [words.transform([f"{text} {mark}"]) for words in self._words]
        if self._ear:
            parts.append(csr_matrix(self._ear.vector(text)))
        far = hstack(parts).tocsr() @ self._slopes.T + self._offsets
        return dict(zip(self._labels, far[0].tolist(), strict=True))


def _key(said: Sequence[tuple[str, str]], vectors: NDArray[np.float32] | None, penalty: float) -> str:
    """What is learned depends on this and on nothing else."""
    told = hashlib.sha256(json.dumps([version("scikit-learn"), WAYS, penalty, list(said)]).encode())
    told.update(b"" if vectors is None else vectors.tobytes())
    return told.hexdigest()


def _vectorizer(way: str, terms: NDArray[Any], weights: NDArray[Any]) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415

    ready: Any = TfidfVectorizer(vocabulary={term: at for at, term in enumerate(terms.tolist())}, **WAYS[way])
    ready.idf_ = weights
    return ready


def _learned(said: Sequence[tuple[str, str]], vectors: NDArray[np.float32] | None, penalty: float) -> Arrays:
    from scipy.sparse import csr_matrix, hstack  # noqa: PLC0415
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415
    from sklearn.svm import LinearSVC  # noqa: PLC0415

    found: Arrays = {}
    parts: list[Any] = []
    for way, how in WAYS.items():
        words: Any = TfidfVectorizer(**how)
        parts.append(words.fit_transform([text for text, _ in said]))
        found |= {way: words.get_feature_names_out().astype(str), f"{way}_weights": words.idf_}
    if vectors is not None:
        parts.append(csr_matrix(vectors))
    model: Any = LinearSVC(C=penalty, class_weight="balanced")
    model.fit(hstack(parts).tocsr(), [about for _, about in said])
    slopes, offsets = model.coef_.astype(np.float32), model.intercept_.astype(np.float32)
    if len(model.classes_) == 2:
        slopes, offsets = np.vstack([-slopes, slopes]), np.concatenate([-offsets, offsets])
    return found | {"labels": model.classes_.astype(str), "slopes": slopes, "offsets": offsets}
