"""Find out whether a new text repeats, or nearly repeats, one that there is."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from math import ceil

NEAR = 0.8
"""The share of words in common (Jaccard) from which a text counts as a near-copy of a held-out one."""
SAME = 0.9
"""The same for rows of the training data. It is higher: a row and its own rewriting differ in a few words only."""

ASCII = re.compile("[a-z0-9]+")
"""What the general rule finds in a text of ASCII alone, several times faster."""


def words_of(text: str) -> list[str]:
    """The words in lower case, in order: what `tools.data._normal` keeps of a text."""
    if text.isascii():
        return ASCII.findall(text.lower())
    lower = unicodedata.normalize("NFC", text).lower()
    return "".join(
        c if unicodedata.category(c)[0] in "LMN" or unicodedata.category(c) == "So" else " " for c in lower
    ).split()


class Copies:
    """Texts by their words, to ask for near-copies of another.

    Two sets that close share one of the rarest words: of n words, all but n * share + 1 (prefix filter, Chaudhuri,
    Ganti and Kaushik 2006). Their sizes differ by no more than the share.

    Args:
        texts: The texts to begin with.
        share: The Jaccard likeness from which two are near-copies.
    """

    def __init__(self, texts: Iterable[str], share: float) -> None:
        self._share = share
        self._with: dict[tuple[str, int], list[frozenset[str]]] = defaultdict(list)
        self._met: Counter[str] = Counter()
        for text in texts:
            self.add(text)

    def add(self, text: str) -> None:
        """Remember one more."""
        words = frozenset(words_of(text))
        self._met.update(words)
        for word in words:
            self._with[word, len(words)].append(words)

    def near(self, words: frozenset[str], but: frozenset[str] = frozenset()) -> bool:
        """Whether there is a near-copy of these words, other than texts of exactly the words `but`."""
        rarest = sorted(words, key=lambda word: (self._met[word], word))
        some = rarest[: len(words) - int(self._share * len(words) + 0.999) + 1]
        sizes = range(ceil(self._share * len(words)), int(len(words) / self._share) + 1)
        for there in (there for word in some for size in sizes for there in self._with.get((word, size), ())):
            if len(words & there) >= self._share * len(words | there) and there != but:
                return True
        return False
