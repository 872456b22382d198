"""Which repositories of the Hub a request names: the model's, and that of the Space that shows it; and which commit."""

import re
from collections.abc import Sequence

from assistant.nearest import FUNCTION_WORDS
from assistant.own_words import NO_NAME
from assistant.transcript import Turn

_NAME = r"[A-Za-z\d][\w.-]*/[A-Za-z\d](?:[\w.-]*\w)?"
_PLACE = re.compile(rf"(?<![\w/.:-])({_NAME})(?![\w/])")
_ALTERNATIVES = (
    NO_NAME | FUNCTION_WORDS | frozenset("he she him her his hers yes no question answer input output".split())
)
"""Words of which two with a stroke between them are alternatives: and/or, train/test."""
_SPACE_WORDS = (
    r"(?:spaces?|demos?|page|playground|try-?it|try-?out|web ?page|widget|app|play(?:able)?|gradio|booth"
    r"|show(?:case|room)?)"
)
_SPACE = re.compile(
    rf"\b{_SPACE_WORDS}\b(?:(?!\b(?:model|weights|over|beside|with(?! an? )|for(?! it| that| them)|of|from|repo"
    rf"|repository)\b)[^.;/]){{0,40}}?(?<![\w/.:-])({_NAME})(?![\w/])"
    rf"|(?<![\w/.:-])({_NAME})(?![\w/]) (?:as|is|be|should be|for) (?:the|a|its|an) (?:\w+ )?{_SPACE_WORDS}\b",
    re.IGNORECASE,
)
_SHOWS = re.compile(r"demo|space|play|try|page|ask|show|booth|app\b|widget", re.IGNORECASE)
_MAKES_ONE = re.compile(rf"\b{_SPACE_WORDS}\b", re.IGNORECASE)
_OWNER = re.compile(
    r"\b(?:account|organi[sz]ation|org|namespace|owner|user ?name|user|group)(?: there)?(?: is| are|:| called"
    r"| named)? [\"'“]?([A-Za-z\d][\w-]*)",
    re.IGNORECASE,
)
_AS = re.compile(r"\b(?:as|called|named|name it|call it) [\"'“]?([A-Za-z\d][\w.-]*\w)", re.IGNORECASE)
_COMMIT = re.compile(r"(?<![\w/.@-])(?=[0-9a-f]*\d)([0-9a-f]{7,40})(?![\w/@-])")


def space(talk: Sequence[Turn]) -> str | None:
    """The Space that is to show the model; None if there is to be none."""
    named, wish = _named(talk[-1].wish), talk[-1].wish
    found = [name for pair in _SPACE.findall(wish) for name in pair if name and name in named]
    if found and not (len(named) == 1 and not _before(talk)):
        return found[0]
    told = [name for name in named if _SHOWS.search(name.rpartition("/")[2])]
    return told[0] if len(named) == 2 and len(told) == 1 else None


def repository(talk: Sequence[Turn]) -> str | None:
    """Where the model goes: what is named, or what was named before where nothing or only a Space is named now."""
    named = [name for name in _named(talk[-1].wish) if name != space(talk)]
    if len(named) == 1:
        return named[0]
    owner, name = _OWNER.search(talk[-1].wish), _AS.search(talk[-1].wish)
    if not named and owner and name:
        return f"{owner[1]}/{name[1]}"
    return _before(talk) if not named else None


def commit(wish: str) -> str | None:
    """The commit to go back to, by its hash."""
    found = _COMMIT.findall(wish)
    return found[0] if len(found) == 1 else None


def _named(wish: str) -> list[str]:
    """The repositories that are named; alternatives with a stroke between them are none."""
    named = dict.fromkeys(_PLACE.findall(wish))
    return [name for name in named if not _ALTERNATIVES.issuperset(name.lower().split("/"))]


def _before(talk: Sequence[Turn]) -> str | None:
    """The repository that was published to or named before."""
    for turn in reversed(talk[:-1]):
        if called := [done.arguments["repository"] for done in turn.done if "repository" in done.arguments]:
            return called[-1]
        if named := _named(turn.wish):
            return named[0]
    return None
