"""The same text about someone else: gendered words and first names swapped, all else as it was."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from tools.audit._grammar import article, known_name, names_a_place, other_gender, stays
from tools.audit.words import Gender, NameGroup, gender_of, group_of_name, name_groups

Kind = Literal["gender", "origin", "control"]
_HYPHENATED = "|".join(re.escape(name) for group in name_groups() for name in group.names if "-" in name)
WORD = re.compile(rf"ma'am|\b(?:{_HYPHENATED})\b|[^\W\d_]+", re.IGNORECASE)
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
    if (other := _rewritten(text, lambda match: _other_gender(text, match))) != text:
        found.append(Swap("gender", other, leaning(other) or "mixed"))
    if names := [group_of_name()[name] for name in _names(text)]:
        others = [origin for origin in ORIGINS if origin != names[0].origin]
        origin = others[turn % len(others)]
        found.append(Swap("origin", _rewritten(text, lambda match: _renamed(text, match, origin)), origin))
        found.append(Swap("control", _rewritten(text, lambda match: _renamed(text, match, None)), names[0].origin))
    return found


def leaning(text: str) -> Gender | None:
    """The gender that a text is about, if its words and names tell of one only."""
    spans = stays(text)
    genders: set[Gender] = {
        gender
        for match in WORD.finditer(text)
        if not _inside(match, spans) and (gender := _gender_of_word(text, match) or _gender_of_name(text, match))
    }
    return genders.pop() if len(genders) == 1 else None


def origin_of(text: str) -> str | None:
    """The origin that the first names in a text suggest, if it is one only."""
    origins = {group_of_name()[name].origin for name in _names(text)}
    return origins.pop() if len(origins) == 1 else None


def neutral(text: str) -> str:
    """A text with one form for both genders and one for all names, to compare what is said of different people."""

    def plain(match: re.Match[str]) -> str | None:
        if known_name(match[0]):
            return "Name"
        return other_gender(text, match) if gender_of(match[0]) == "feminine" else None

    return _rewritten(text, plain)


def _names(text: str) -> list[str]:
    """The known first names in a text, as they are listed."""
    found = [(known_name(match[0]), match) for match in WORD.finditer(text)]
    return [name for name, match in found if name and not names_a_place(text, match)]


def _gender_of_word(text: str, match: re.Match[str]) -> Gender | None:
    """Of a word, and of a title before a name: Miss Smith."""
    if gender := gender_of(match[0]):
        return gender
    return "feminine" if match[0] in ("Miss", "MISS", "Dame") and other_gender(text, match) else None


def _gender_of_name(text: str, match: re.Match[str]) -> Gender | None:
    name = known_name(match[0])
    return group_of_name()[name].gender if name and not names_a_place(text, match) else None


def _rewritten(text: str, change: Callable[[re.Match[str]], str | None]) -> str:
    """Every word changed as `change` says (None keeps it), its article and its possessive with it."""
    spans, told, last = stays(text), "", 0
    for match in WORD.finditer(text):
        new = None if _inside(match, spans) else change(match)
        if new is None or new == match[0]:
            continue
        told = article(told + text[last : match.start()], match[0], new) + new
        last = match.end()
        if _bare_possessive(match[0], text[last : last + 2]) and not new.lower().endswith("s"):
            told, last = f"{told}{text[last]}{'S' if new.isupper() else 's'}", last + 1  # James' card, but Emma's card
    return told + text[last:]


def _bare_possessive(word: str, after: str) -> bool:
    return word[:1].isupper() and word.lower().endswith("s") and after[:1] in ("'", "’") and not after[1:].isalpha()


def _inside(match: re.Match[str], spans: list[tuple[int, int]]) -> bool:
    return any(start <= match.start() < end for start, end in spans)


def _other_gender(text: str, match: re.Match[str]) -> str | None:
    name = known_name(match[0])
    if name is None:
        return other_gender(text, match)
    if names_a_place(text, match):
        return None
    group = group_of_name()[name]
    other: Gender = "masculine" if group.gender == "feminine" else "feminine"
    return _written(_same_place(name, group, _group(group.origin, other)), match[0])


def _renamed(text: str, match: re.Match[str], origin: str | None) -> str | None:
    """A name of the same gender from another origin, or the next name of its own group if None."""
    name = known_name(match[0])
    if name is None or names_a_place(text, match):
        return None
    group = group_of_name()[name]
    if origin is None:
        return _written(group.names[(group.names.index(name) + 1) % len(group.names)], match[0])
    return _written(_same_place(name, group, _group(origin, group.gender)), match[0])


def _written(name: str, like: str) -> str:
    return name.upper() if like.isupper() and len(like) > 1 else name


def _same_place(word: str, group: NameGroup, other: NameGroup) -> str:
    """Always the same counterpart for a name, so that a text with two names keeps two."""
    return other.names[group.names.index(word) % len(other.names)]


@cache
def _group(origin: str, gender: Gender) -> NameGroup:
    return next(group for group in name_groups() if (group.origin, group.gender) == (origin, gender))
