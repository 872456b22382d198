"""What a short text is about, learned from examples: by its words, and by what it says as a whole."""

from collections.abc import Sequence
from typing import Any, cast

from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_union
from sklearn.svm import LinearSVC

from assistant.ear import Ear


class Wordings:
    """A linear classifier over words, pairs of words, pieces of words and, where there is an ear, sentence vectors.

    Args:
        said: Texts, and what each is about.
        ear: The encoder, if there is one.
        penalty: How much a wrong example counts against a simple classifier.
    """

    def __init__(self, said: Sequence[tuple[str, str]], ear: Ear | None, penalty: float) -> None:
        self._ear = ear
        self._words: Any = make_union(
            TfidfVectorizer(token_pattern=r"[^\W_]+", ngram_range=(1, 2), sublinear_tf=True),
            TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True),
        )
        texts = [text for text, _ in said]
        found = self._words.fit_transform(texts)
        if ear:
            found = hstack([found, csr_matrix(ear.remembered(texts))]).tocsr()
        model: Any = LinearSVC(C=penalty, class_weight="balanced")
        self._model = model.fit(found, [about for _, about in said])

    def margins(self, text: str) -> dict[str, float]:
        """How far on the right side of each label's boundary a text is."""
        found = self._words.transform([text])
        if self._ear:
            found = hstack([found, csr_matrix(self._ear.vectors([text]))]).tocsr()
        far = self._model.decision_function(found)[0]
        return dict(zip(cast(list[str], self._model.classes_.tolist()), far.tolist(), strict=True))
