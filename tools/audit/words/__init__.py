"""Gendered words and names, for swapping one person in a text for another; the .toml files say what they are not."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Gender = Literal["feminine", "masculine"]


@dataclass(frozen=True)
class NameGroup:
    """First names that suggest the same gender and origin; an approximation, never a fact about a person."""

    origin: str
    gender: Gender
    names: tuple[str, ...]


@dataclass(frozen=True)
class _Depends:
    before_what_is_owned: str
    otherwise: str


@cache
def gender_pairs() -> Mapping[str, str]:
    """Every gendered word with one counterpart, in lower case; "her" and "his" have two, see `counterpart`."""
    read = _read("gender_pairs.toml")
    masculine_first: dict[str, str] = dict(read["pairs"])
    feminine_first = {feminine: masculine for masculine, feminine in masculine_first.items()}
    return masculine_first | feminine_first | read["one_way"]


def gendered_words() -> frozenset[str]:
    """Every word that `counterpart` has an answer for, in lower case."""
    return frozenset(gender_pairs()) | frozenset(_depending())


def gender_of(word: str) -> Gender | None:
    """The gender that a word names, or None."""
    lower = word.lower()
    masculine = {first for first, _ in _read("gender_pairs.toml")["pairs"]} | {"his"}
    if lower in masculine:
        return "masculine"
    other = counterpart(lower)
    return None if other is None else "feminine" if other in masculine | {"him"} else "masculine"


def counterpart(word: str, following: str = "") -> str | None:
    """The word for the other gender, in the same case, or None if the word has no gender.

    Args:
        word: One word of a text.
        following: The word after it, or "" at the end of the text or before punctuation. Only "her" and "his" need it.

    Example:
        >>> counterpart("Her", "desk"), counterpart("her"), counterpart("mother"), counterpart("desk")
        ('His', 'him', 'father', None)
    """
    lower = word.lower()
    if choice := _depending().get(lower):
        owned = following and following.lower() not in _not_owned()
        return _cased(choice.before_what_is_owned if owned else choice.otherwise, word)
    other = gender_pairs().get(lower)
    return _cased(other, word) if other else None


@cache
def name_groups() -> tuple[NameGroup, ...]:
    """The groups of first names."""
    return tuple(
        NameGroup(origin, gender, tuple(names))
        for origin, genders in _read("names.toml").items()
        for gender, names in genders.items()
    )


@cache
def group_of_name() -> Mapping[str, NameGroup]:
    """Every known first name, as it is written, with its group."""
    return {name: group for group in name_groups() for name in group.names}


@cache
def _depending() -> Mapping[str, _Depends]:
    found: list[dict[str, str]] = _read("gender_pairs.toml")["depends"]
    return {each["word"]: _Depends(each["before_what_is_owned"], each["otherwise"]) for each in found}


@cache
def _not_owned() -> frozenset[str]:
    return frozenset(_read("gender_pairs.toml")["not_owned"])


@cache
def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__name__).joinpath(name).read_text(encoding="utf-8"))


def _cased(word: str, like: str) -> str:
    if like.isupper() and len(like) > 1:
        return word.upper()
    return word.capitalize() if like[:1].isupper() else word
