"""First names and surnames of some ninety countries, as Faker lists them, and the words that are mistaken for them."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

FEMALE, MALE = 1, 2
_FIRST, _LAST = re.compile(r"first\w*_names?"), re.compile(r"last\w*_names?")


@dataclass(frozen=True)
class Lists:
    """Words in lower case without accents."""

    first: dict[str, int]
    """First names; whether women (1), men (2) or both (3) bear them."""
    last: frozenset[str]
    words: dict[str, frozenset[str]]
    """What `words.toml` holds, by its keys."""


@lru_cache(maxsize=200_000)
def folded(word: str) -> str:
    """A word as the lists hold it.

    Example:
        >>> folded("Gelencsér")
        'gelencser'
    """
    if word.isascii():
        return word.lower()
    apart = unicodedata.normalize("NFKD", word.lower().replace("ß", "ss").replace("ø", "o").replace("ł", "l"))
    return "".join(char for char in apart if not unicodedata.combining(char))


@lru_cache(maxsize=1)
def lists() -> Lists:
    """Read once, in about a second."""
    first, last = dict[str, int](), set[str]()
    for provider in _providers():
        for name in dir(provider):
            value = getattr(provider, name)
            if _LAST.search(name):
                last.update(_single(value))
            elif _FIRST.search(name) or re.search(r"(?<!last_)names_(?:fe)?male", name):
                sex = FEMALE if "female" in name else MALE if "male" in name else 0
                for each in _single(value):
                    first[each] = first.get(each, 0) | sex
    words = tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))
    known = {key: frozenset(value.split() if isinstance(value, str) else value) for key, value in words.items()}
    return Lists(first, frozenset(last), known)


def _providers() -> Iterable[Any]:
    package = import_module("faker.providers.person")
    for module in iter_modules(package.__path__):
        yield import_module(f"{package.__name__}.{module.name}").Provider


def _single(value: Any) -> set[str]:
    """The names of a list that are one word of two letters or more (in Chinese, one)."""
    if isinstance(value, str) or not hasattr(value, "__iter__"):
        return set()
    found = (folded(each.strip()) for each in value if isinstance(each, str))
    return {each for each in found if each and not re.search(r"[\s\d]", each) and (len(each) > 1 or not each.isascii())}
