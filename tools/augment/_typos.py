"""Rewrite a text as a hurried writer would have typed it: a few slips, at times with careless case and punctuation."""

import random
import re
from collections.abc import Callable, Collection

from tools.augment._kept import MARK, named

ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
"""A keyboard of English and most other languages in Latin letters; each row stands half a key further right."""
WORD = re.compile(r"(?<![\w'’&-])[^\W\d_]{4,}(?![\w'’-])")
"""Words of four letters and more; parts of compounds and contractions are none."""
EACH = 8
"""Words of a text for one slip."""
MOST = 3
"""Slips in one text at most."""
CARELESS = 0.3
"""How often case and punctuation are careless too. Alone they make no new row: it would count as a repeat."""


def rewrite(text: str, rng: random.Random, kept: Collection[str] = ()) -> str | None:
    """The text with up to three slips of the keys. Numbers, names and first letters stay.

    Args:
        text: What to rewrite.
        rng: Chooses the words and the slips.
        kept: Words in lower case that stay, such as those of the labels.

    Returns:
        The new text; None if no word may be touched.
    """
    names = named(text)
    if rng.random() < CARELESS:
        text = _carelessly(text, names)
    marks = [range(*mark.span()) for mark in MARK.finditer(text)]
    places = [
        word
        for word in WORD.finditer(text)
        if word[0].lower() not in kept and word[0] not in names and not any(word.start() in mark for mark in marks)
    ]
    if not places:
        return None
    for word in sorted(rng.sample(places, min(MOST, 1 + len(places) // EACH)), key=lambda place: -place.start()):
        text = f"{text[: word.start()]}{rng.choice(SLIPS)(word[0], rng)}{text[word.end() :]}"
    return text


def _carelessly(text: str, names: Collection[str]) -> str:
    """Without the capital at the start, the commas inside and the mark at the end."""
    first = re.match(r"\w+", text)
    if first and not (first[0] in names or first[0].isupper()):
        text = text[0].lower() + text[1:]
    return re.sub(r",(?=\s)", "", re.sub(r"(?<=\w)[.!?]+\s*$", "", text))


def _neighbour(word: str, rng: random.Random) -> str:
    """A key beside the one that was meant."""
    place = rng.randrange(1, len(word))
    beside = near_keys(word[place].lower())
    return word[:place] + _as(word[place], rng.choice(beside)) + word[place + 1 :] if beside else _swapped(word, rng)


def _swapped(word: str, rng: random.Random) -> str:
    """Two letters in the wrong order, unlike ones where there are any."""
    unlike = [place for place in range(1, len(word) - 1) if word[place] != word[place + 1]]
    if not unlike:
        return _doubled(word, rng)
    place = rng.choice(unlike)
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def _dropped(word: str, rng: random.Random) -> str:
    place = rng.randrange(1, len(word))
    return word[:place] + word[place + 1 :]


def _doubled(word: str, rng: random.Random) -> str:
    place = rng.randrange(1, len(word))
    return word[:place] + word[place] + word[place:]


SLIPS: tuple[Callable[[str, random.Random], str], ...] = (_neighbour, _swapped, _dropped, _doubled)


def near_keys(letter: str) -> str:
    """The letters beside a letter on the keyboard, "" for one that is not on it.

    Example:
        >>> near_keys("g")
        'fhtyvb'
    """
    for number, row in enumerate(ROWS):
        if (place := row.find(letter)) >= 0:
            beside = row[max(place - 1, 0) : place] + row[place + 1 : place + 2]
            above = ROWS[number - 1][place : place + 2] if number else ""
            below = ROWS[number + 1][max(place - 1, 0) : place + 1] if number + 1 < len(ROWS) else ""
            return beside + above + below
    return ""


def _as(old: str, new: str) -> str:
    return new.upper() if old.isupper() else new
