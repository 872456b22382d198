"""Find the example requests that are most like what the user said.

TF-IDF over words and over the three-letter pieces of words, compared by cosine: pieces forgive endings and typing
errors, and a few hundred examples need no index, no model and no dependency.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence

Vector = dict[str, float]


class Nearest:
    """Texts to search, each weighed once."""

    def __init__(self, texts: Sequence[str]) -> None:
        counted = [_pieces(text) for text in texts]
        found_in = Counter(piece for pieces in counted for piece in pieces)
        self._rarity = {piece: math.log(1 + len(texts) / times) for piece, times in found_in.items()}
        self._vectors = [self._weighed(pieces) for pieces in counted]

    def scores(self, text: str) -> list[float]:
        """How alike each text is, from 0 to 1."""
        wanted = self._weighed(_pieces(text))
        return [sum(weight * vector.get(piece, 0.0) for piece, weight in wanted.items()) for vector in self._vectors]

    def best(self, text: str, count: int) -> list[int]:
        """The places of the texts most alike, the most alike last."""
        scores = self.scores(text)
        return sorted(range(len(scores)), key=lambda place: scores[place])[-count:]

    def _weighed(self, pieces: Counter[str]) -> Vector:
        vector = {piece: (1 + math.log(n)) * self._rarity.get(piece, 0.0) for piece, n in pieces.items()}
        length = math.sqrt(sum(weight * weight for weight in vector.values())) or 1.0
        return {piece: weight / length for piece, weight in vector.items() if weight}


def _pieces(text: str) -> Counter[str]:
    pieces: Counter[str] = Counter()
    for word in re.findall(r"[^\W_]+", text.lower()):
        pieces[word] += 1
        padded = f"<{word}>"
        pieces.update(padded[at : at + 3] for at in range(len(padded) - 2))
    return pieces
