"""How glad or angry a text sounds, from -1 to 1, by a list of our own; words/sentiment.toml says what it misses."""

import math
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

WORD = re.compile(r"[^\W\d_]+|[.!?;\n]")
BEFORE = 3
"""Words before one in which a negation turns it."""
FLAT = 8.0
"""The sum s of a text's words becomes s / sqrt(s² + FLAT), as VADER does with 15 (Hutto and Gilbert 2014)."""
TURNED, CHANGED = -0.5, 0.5


@cache
def _lists() -> Mapping[str, frozenset[str]]:
    read = tomllib.loads(files("tools.audit.words").joinpath("sentiment.toml").read_text(encoding="utf-8"))
    return {name: frozenset(text.split()) for name, text in read.items()}


@cache
def moods() -> Mapping[str, float]:
    """What each word counts."""
    lists = _lists()
    weights = {"good": 1.0, "bad": -1.0, "strong_good": 2.0, "strong_bad": -2.0}
    return {word: weight for name, weight in weights.items() for word in lists[name]}


def sentiment(text: str) -> float:
    """The mood of a text; 0 where no word of the list is in it.

    Example:
        >>> sentiment("She was kind and very helpful.") > 0 > sentiment("He was not helpful, a terrible evening.")
        True
    """
    words = [word.lower() for word in WORD.findall(text)]
    known, lists = moods(), _lists()
    total = 0.0
    for place, word in enumerate(words):
        if weight := known.get(word):
            before = _same_sentence(words, place)
            nearest = before[-1] if before else ""
            weight *= 1 + CHANGED * ((nearest in lists["more"]) - (nearest in lists["less"]))
            total += weight * (TURNED if any(one in lists["negations"] for one in before) else 1.0)
    return total / math.sqrt(total * total + FLAT)


def _same_sentence(words: list[str], place: int) -> list[str]:
    """The words shortly before a place, back to the beginning of its sentence."""
    before = words[max(0, place - BEFORE) : place]
    ends = [at for at, word in enumerate(before) if word in ".!?;\n"]
    return before[ends[-1] + 1 :] if ends else before
