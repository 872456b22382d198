"""Words that may stand for one another: our own in `synonyms.toml`, and what `_distil` kept of WordNet.

Both say how they were chosen. Where both have a word, our own list has the say.
"""

import csv
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, cast

WORDNET = Path(__file__).with_name("wordnet.csv")
PartOfSpeech = Literal["noun", "verb", "adjective", "adverb"]


@cache
def synonyms() -> Mapping[str, tuple[str, ...]]:
    """Every word that may be replaced, in every form and in lower case, with what may stand in its place.

    The others come in the same form. A form that can be read in two ways ("invoices": the noun's plural, the verb's
    -s form) keeps only what fits both.

    Example:
        >>> synonyms()["bought"], synonyms()["mistakes"]
        (('purchased',), ('errors',))
    """
    readings: dict[str, list[list[str]]] = defaultdict(list)
    for part, lemma, others in entries():
        inflected = [forms(other, part) for other in others]
        for slot, form in enumerate(forms(lemma, part)):
            if form:
                readings[form].append([each[slot] for each in inflected if each[slot]])
    shared = {form: _in_all(lists) for form, lists in readings.items()}
    return {form: others for form, others in shared.items() if others and form not in _read()["left_alone"]}


@cache
def entries() -> tuple[tuple[PartOfSpeech, str, tuple[str, ...]], ...]:
    """Every entry of both lists: part of speech, word in its base form, its synonyms in theirs."""
    own = tuple(_entries())
    known = {lemma for _, lemma, _ in own}
    return own + tuple(entry for entry in _of_wordnet() if entry[1] not in known)


def forms(lemma: str, part: PartOfSpeech) -> tuple[str, ...]:
    """A word's forms in a fixed order, "" for one that does not exist.

    Nouns: singular, plural. Verbs: base, -s, past, participle, -ing. Adjectives and adverbs have one form.
    """
    irregular = _read()["irregular"].get(part, {}).get(lemma)
    if part == "noun":
        return lemma, irregular if isinstance(irregular, str) else _with_s(lemma)
    if part == "verb":
        past, participle, *ing = irregular or [_with_ed(lemma)] * 2
        return lemma, _with_s(lemma), past, participle, ing[0] if ing else _with_ing(lemma)
    return (lemma,)


def _entries() -> Iterator[tuple[PartOfSpeech, str, tuple[str, ...]]]:
    for field, parts in _read().items():
        if field in ("irregular", "left_alone"):
            continue
        for part, words in parts.items():
            for lemma, others in words.items():
                yield part, lemma, tuple(others)


def _of_wordnet() -> Iterator[tuple[PartOfSpeech, str, tuple[str, ...]]]:
    with WORDNET.open(encoding="utf-8", newline="") as file:
        for part, lemma, *others in csv.reader(file):
            yield cast(PartOfSpeech, part), lemma, tuple(others)


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads(files(__name__).joinpath("synonyms.toml").read_text(encoding="utf-8"))


def _in_all(lists: list[list[str]]) -> tuple[str, ...]:
    return tuple(word for word in dict.fromkeys(lists[0]) if all(word in each for each in lists))


def _ends_in_consonant_and_y(word: str) -> bool:
    return word.endswith("y") and word[-2] not in "aeiou"


def _doubled(word: str) -> str:
    """A short verb's last consonant twice before -ed and -ing: stop, stopp-."""
    vowels = [letter for letter in word if letter in "aeiou"]
    short = len(vowels) == 1 and len(word) > 2 and word[-2] in "aeiou" and word[-1] not in "aeiouwxy"
    return word + word[-1] if short else word


def _with_s(word: str) -> str:
    if _ends_in_consonant_and_y(word):
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("s", "x", "z", "ch", "sh")) else "s")


def _with_ed(word: str) -> str:
    if _ends_in_consonant_and_y(word):
        return word[:-1] + "ied"
    return word + "d" if word.endswith("e") else _doubled(word) + "ed"


def _with_ing(word: str) -> str:
    return word[:-1] + "ing" if word.endswith("e") and not word.endswith("ee") else _doubled(word) + "ing"
