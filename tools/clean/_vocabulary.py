"""Whether a rare value is a word of its own: mild and wild, Iran and Iraq are no slips of each other."""

import re
from collections.abc import Iterable
from functools import cached_property, lru_cache

ENGLISH, OTHERS = "en", ("es", "fr", "de", "it", "pt", "nl")
MOSTLY = 0.3
"""The share of the words of a table that a language has to know, names and the like being in none."""


class Vocabulary:
    """The words of the language that a table is written in; of English, if none knows them."""

    def __init__(self, values: Iterable[str]) -> None:
        self._words = [word for value in values for word in words(value)]

    def knows(self, rare: str, meant: str) -> bool:
        """Whether all words by which a rare value differs from what may be meant are words."""
        differ = [word for word in words(rare) if word not in words(meant)]
        return bool(differ) and all(word in self._known for word in differ)

    @cached_property
    def _known(self) -> frozenset[str]:
        for language in (ENGLISH, *OTHERS):
            known = _of_language(language)
            if sum(word in known for word in self._words) > MOSTLY * len(self._words):
                return known
        return _of_language(ENGLISH)


def words(text: str) -> list[str]:
    """The words of a text in lower case, digits and signs left out."""
    return re.findall(r"[^\W\d_]+", text.lower())


@lru_cache(maxsize=1)
def _of_language(language: str) -> frozenset[str]:
    from spellchecker import SpellChecker  # noqa: PLC0415  it reads a list of words

    return frozenset(SpellChecker(language=language).word_frequency.dictionary)
