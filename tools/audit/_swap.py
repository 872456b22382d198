"""The same text about someone else: gendered words and first names swapped, all else as it was."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from tools.audit.words import Gender, NameGroup, counterpart, gender_of, group_of_name, name_groups

Kind = Literal["gender", "origin", "control"]
WORD = re.compile(r"ma'am|[^\W\d_]+", re.IGNORECASE)
ORIGINS = tuple(dict.fromkeys(group.origin for group in name_groups()))


@dataclass(frozen=True)
class Swap:
    """One text and its counterpart."""

    kind: Kind
    text: str
    towards: str
    """For gender, whom the new text is about; for origin, where its names come from."""


def swaps(text: str, turn: int) -> list[Swap]:
    """The counterparts of a text: none if it names no gender and has no known first name.

    Args:
        text: Any text.
        turn: Which of the other origins the names get; give each row its own, so that all origins occur.
    """
    found: list[Swap] = []
    if (other := _rewritten(text, _other_gender)) != text:
        found.append(Swap("gender", other, leaning(other) or "mixed"))
    if names := [group_of_name()[word] for word in WORD.findall(text) if word in group_of_name()]:
        others = [origin for origin in ORIGINS if origin != names[0].origin]
        origin = others[turn % len(others)]
        found.append(Swap("origin", _rewritten(text, lambda word, _: _renamed(word, origin)), origin))
        found.append(Swap("control", _rewritten(text, lambda word, _: _renamed(word, None)), names[0].origin))
    return found


def leaning(text: str) -> Gender | None:
    """The gender that a text is about, if its words and names tell of one only."""
    genders: set[Gender] = {
        gender for word in WORD.findall(text) if (gender := gender_of(word) or _gender_of_name(word))
    }
    return genders.pop() if len(genders) == 1 else None


def origin_of(text: str) -> str | None:
    """The origin that the first names in a text suggest, if it is one only."""
    origins = {group_of_name()[word].origin for word in WORD.findall(text) if word in group_of_name()}
    return origins.pop() if len(origins) == 1 else None


def neutral(text: str) -> str:
    """A text with one form for both genders and one for all names, to compare what is said of different people."""

    def plain(word: str, following: str) -> str | None:
        if word in group_of_name():
            return "Name"
        return counterpart(word, following) if gender_of(word) == "feminine" else None

    return _rewritten(text, plain)


def _gender_of_name(word: str) -> Gender | None:
    group = group_of_name().get(word)
    return group.gender if group else None


def _rewritten(text: str, change: Callable[[str, str], str | None]) -> str:
    """Every word changed as `change(word, the word that follows)` says; None keeps it."""

    def one(match: re.Match[str]) -> str:
        following = WORD.match(text, match.end() + 1) if text[match.end() : match.end() + 1].isspace() else None
        return change(match[0], following[0] if following else "") or match[0]

    return WORD.sub(one, text)


def _other_gender(word: str, following: str) -> str | None:
    if group := group_of_name().get(word):
        other: Gender = "masculine" if group.gender == "feminine" else "feminine"
        return _same_place(word, group, _group(group.origin, other))
    return counterpart(word, following)


def _renamed(word: str, origin: str | None) -> str | None:
    """A name of the same gender from another origin, or the next name of its own group if None."""
    group = group_of_name().get(word)
    if group is None:
        return None
    if origin is None:
        return group.names[(group.names.index(word) + 1) % len(group.names)]
    return _same_place(word, group, _group(origin, group.gender))


def _same_place(word: str, group: NameGroup, other: NameGroup) -> str:
    """Always the same counterpart for a name, so that a text with two names keeps two."""
    return other.names[group.names.index(word) % len(other.names)]


@cache
def _group(origin: str, gender: Gender) -> NameGroup:
    return next(group for group in name_groups() if (group.origin, group.gender) == (origin, gender))
