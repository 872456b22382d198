"""What a new row has to pass: new, not too close to what the model is tested on, and saying the same."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from difflib import SequenceMatcher

LEAST, MOST = 0.02, 0.4
"""The share of words that may differ from the source."""
NEAR = 0.8
"""The share of words in common (Jaccard) from which a text counts as a near-copy."""
NEGATION = re.compile(r"\b(?:no|not|never|none|nothing|nobody|neither|nor|without|cannot)\b|n['’]t\b", re.IGNORECASE)
NUMBER = re.compile(r"\d+(?:[.,:/-]\d+)*")


def words_of(text: str) -> list[str]:
    """The words in lower case, in order: what `tools.data._normal` keeps of a text."""
    lower = unicodedata.normalize("NFC", text).lower()
    return "".join(
        c if unicodedata.category(c)[0] in "LMN" or unicodedata.category(c) == "So" else " " for c in lower
    ).split()


class Gates:
    """Remembers what is there and lets new texts through one by one.

    Args:
        there: Every text of the dataset.
        held_out: The texts that the model is tested on.
    """

    def __init__(self, there: Iterable[str], held_out: Iterable[str]) -> None:
        self._there = {hash(" ".join(words_of(text))) for text in there}
        self._held = [frozenset(words_of(text)) for text in held_out]
        self._with: dict[str, list[int]] = defaultdict(list)
        for number, words in enumerate(self._held):
            for word in words:
                self._with[word].append(number)
        self.rejected: Counter[str] = Counter()

    def passes(self, source: str, new: str) -> bool:
        """Whether a rewriting of `source` may become a row; counts why not."""
        reason = self._reason(source, new)
        if reason:
            self.rejected[reason] += 1
            return False
        self._there.add(hash(" ".join(words_of(new))))
        return True

    def _reason(self, source: str, new: str) -> str:
        old_words, new_words = words_of(source), words_of(new)
        differs = 1 - SequenceMatcher(None, old_words, new_words, autojunk=False).ratio()
        if hash(" ".join(new_words)) in self._there:
            return "said by another row already"
        if differs > MOST:
            return "too far from their source"
        if differs < LEAST:
            return "too close to their source"
        if _counted(NUMBER, source) != _counted(NUMBER, new):
            return "another number"
        if len(NEGATION.findall(source)) != len(NEGATION.findall(new)):
            return "another negation"
        return "too close to a test or validation row" if self._near_held_out(frozenset(new_words)) else ""

    def _near_held_out(self, words: frozenset[str]) -> bool:
        """Whether a held-out text shares `NEAR` of its words.

        Texts that close share one of the rarest words: of n words, all but n * NEAR + 1.
        """
        rarest = sorted(words, key=lambda word: (len(self._with.get(word, ())), word))
        some = rarest[: len(words) - int(NEAR * len(words) + 0.999) + 1]
        for number in {number for word in some for number in self._with.get(word, ())}:
            held = self._held[number]
            if len(words & held) >= NEAR * len(words | held):
                return True
        return False


def _counted(pattern: re.Pattern[str], text: str) -> Counter[str]:
    return Counter(pattern.findall(text))
