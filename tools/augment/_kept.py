"""What a rewriting must not change: numbers, negations, names, addresses and masks."""

import re
from collections import Counter

from tools.audit.words import group_of_name

NEGATION = re.compile(r"\b(?:no|not|never|none|nothing|nobody|neither|nor|without|cannot)\b|n['’]t\b", re.IGNORECASE)
NUMBER = re.compile(r"\d+(?:[.,:/-]\d+)*")
MARK = re.compile(r"https?://\S+|www\.\S+|\S+@\S+\.\w+|<[^<>\s]+>|\[[A-Z_]+\]|\{\{?[\w ]+\}?\}|[#@]\w+")
"""Addresses, masks such as <NAME>, fields of templates, tags."""
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
STARTS = re.compile(r"(?:^|[.!?:;\n•-]['\"”’)]*)\s*['\"“‘(]*$")
LOOKED_BACK = 40
"""Characters before a word that tell whether it starts a sentence."""
PLAIN = frozenset({"I", "I'm", "I’m", "I've", "I’ve", "I'll", "I’ll", "I'd", "I’d", "OK"})
SHOUTED = 0.5
"""The share of words in capitals from which capitals tell of no name."""


def changed(source: str, new: str, *, names: bool = True) -> str:
    """What a rewriting did not keep, as the reason for turning it down; "" if it kept everything."""
    if counted(NUMBER, source) != counted(NUMBER, new):
        return "another number"
    if len(NEGATION.findall(source)) != len(NEGATION.findall(new)):
        return "another negation"
    if counted(MARK, source) != counted(MARK, new):
        return "another address or mask"
    if names and not named(source) <= (said := set(WORD.findall(new))) | {word.removesuffix("'s") for word in said}:
        return "a name was lost"
    return ""


def named(text: str) -> set[str]:
    """The words of a text that are names by the look of them: a capital inside a sentence, or a known first name.

    German writes every noun so; then they all count as names, and less can be rewritten.
    """
    words = list(WORD.finditer(text))
    capitals = sum(word[0].isupper() and len(word[0]) > 1 for word in words)
    if capitals > SHOUTED * len(words):
        return set()
    titled = sum(word[0][0].isupper() for word in words) > SHOUTED * max(len(words), 4)
    return {
        word[0]
        for word in words
        if word[0] in group_of_name()
        or (word[0][0].isupper() and word[0] not in PLAIN and not titled and not _starts(text, word.start()))
    }


def counted(pattern: re.Pattern[str], text: str) -> Counter[str]:
    """What of a text matches, with how often."""
    return Counter(pattern.findall(text))


def _starts(text: str, place: int) -> bool:
    before = text[max(place - LOOKED_BACK, 0) : place]
    return STARTS.search(before if place <= LOOKED_BACK else f"x{before}") is not None
