"""Rewrite a text by putting synonyms in the place of a few words."""

import random
import re
from collections.abc import Collection

from tools.augment.words import synonyms
from tools.data._language import alike, language

MOST = 3
"""Words to replace in one text at most."""
WORD = re.compile(r"(?<![\w@/.<#&'’-])[A-Za-z]+(?![\w@/>'’-]|\.\w)")
"""A whole word; parts of addresses, masks, compounds and contractions are none."""
SENTENCE_START = re.compile(r"(?:^|[.!?\n]['\"”’)]*)\s*$")
STEM = 6
"""Letters that tell whether a text has a word already in some form: "charged a charge" is not said."""
LOOKED_BACK = 40
"""Characters before a word that tell whether it starts a sentence and has an article."""
UNSURE = "aeiouh"
"""Letters after which a or an is a matter of sound: an hour, a user."""


def rewrite(text: str, rng: random.Random, kept: Collection[str] = ()) -> str | None:
    """The text with one to three words replaced, each in its own form and case.

    Args:
        text: What to rewrite.
        rng: Chooses the words.
        kept: Words in lower case that stay, such as those of the labels.

    Returns:
        The new text; None if no word can be replaced, or the text is surely not English.
    """
    shouted, said = text.isupper(), {word[0].lower()[:STEM] for word in WORD.finditer(text)}
    places = [
        (word, fresh)
        for word in WORD.finditer(text)
        if (fresh := [other for other in _others(word, kept, shouted=shouted) if other[:STEM] not in said])
    ]
    if not places or ((code := language(text)) and not alike(code, "en")):
        return None
    chosen = rng.sample(places, min(len(places), rng.randint(1, MOST)))
    for word, others in sorted(chosen, key=lambda place: -place[0].start()):
        new = _in_case(word[0], rng.choice(others))
        text = f"{text[: word.start()]}{new}{text[word.end() :]}"
    return text


def _others(word: re.Match[str], kept: Collection[str], *, shouted: bool) -> list[str]:
    lower, before = word[0].lower(), _before(word)
    if lower in kept or (word[0][0].isupper() and not (shouted or SENTENCE_START.search(before))):
        return []  # a name, perhaps
    others = synonyms().get(lower, ())
    if re.search(r"\b[Aa]n?\s+$", before):
        return [other for other in others if _same_article(lower, other)]
    return list(others)


def _same_article(word: str, other: str) -> bool:
    return word[0] == other[0] or (word[0] not in UNSURE and other[0] not in UNSURE)


def _before(word: re.Match[str]) -> str:
    """What stands just before a word; where text was cut off, a letter stands for it."""
    first = word.start() - LOOKED_BACK
    return word.string[: word.start()] if first <= 0 else f"x{word.string[first : word.start()]}"


def _in_case(word: str, new: str) -> str:
    if len(word) > 1 and word.isupper():
        return new.upper()
    return new[0].upper() + new[1:] if word[0].isupper() else new
