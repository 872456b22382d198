"""How much one message asks for, so that no thought is spent on whether a single wish is done."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from assistant.mentions import Mentions
from assistant.transcript import Turn
from store import Workspace
from tools import TOOLS

_BREAK = re.compile(r"[,;:\n]|[.!?](?=\s)|\b(?:and|then|after that|afterwards|finally|plus)\b")
_TOLD = re.compile(r"\b(?:i|we)(?:'ve| have)?(?: just)? (?:uploaded|attached|added|dropped|put)\b")
_LOADS = re.compile(r"\b(?:load|import|read|open|use|add)\b")
_THEN = re.compile(r"\S\W+(?:and )?(?:then|after that|afterwards|finally) \w+ \w+")
_FILLING = frozenset("also then please now next maybe just you to first and after that".split())
_QUESTIONS = frozenset("how what which is are does do did can could would will tell i we let whether if".split())
_LEANS = re.compile(
    r"^(?:(?:ok(?:ay)?|oh|yes|and|so|now|hm+)[,.]? )*(?:and|or|no|nope|not|also|same|ditto|but|as|with|for|instead|only"
    r"|(?:what|how) about|the (?:other|first|second|third|last|next|rest|remaining)|(?:do|run|try) (?:that|the same))\b"
    r"|\b(?:as well|too|instead|again|the same)\b"
)
"""How a message begins, or what it holds, that says only how it differs from the one before."""
_SAME_AGAIN = re.compile(r"(?:please )?(?:do|run|try) (?:that|the same)\b")
_NO_VERB = re.compile(
    r"\b(?:(?:what|how) about|(?:the|this|that|other|first|second|last) (?:run|fix|plan|report|split|test))\b"
)
_LONGEST_ANSWER = 4
_THANKS = re.compile(r"\b(?:thanks?|thx|cheers|bye)\b")
_LONGEST_LEANING = 10
_EVERY = frozenset("both each all every".split())
_MORE = frozenset(
    """accept add analyse analyze apply build calculate change check clean compare continue convert count create
    decline delete deploy describe divide drop evaluate explain export find fine finetune fix format get give go
    hold import keep list load look make mark mask measure merge open pick prepare profile propose put read redo
    remove rename repair report resume revert run save score see set show split start stop summarise summarize
    take test tidy train try tune turn undo use write""".split()
)


def several(wish: str) -> bool:
    """Whether a message may hold more than one wish: something "then", or a part that begins as a wish does."""
    wish = wish.lower()
    if _THEN.search(wish):
        return True
    brought = "" if _LOADS.search(wish) else "load"  # who brings a file wants it loaded, said or not
    first, *others = _BREAK.split(_TOLD.sub(brought, wish))
    heads = [_first_word(first), *(_first_word(part) for part in others if len(part.split()) > 1)]
    return sum(word in _verbs() or word in _QUESTIONS for word in heads if word) > 1


def leaning(wish: str) -> bool:
    """Whether a message needs the one before to be understood: "and for the other one?", "no, the second"."""
    wish = wish.lower().strip()
    words = re.findall(r"[a-z][\w'-]*", _NO_VERB.sub("", wish))
    short = len(words) <= _LONGEST_LEANING and not _THANKS.search(wish)
    own = set(words) & (_verbs() | _QUESTIONS)
    return bool(short and _LEANS.search(wish) and (_SAME_AGAIN.match(wish) or not own))


def in_full(talk: Sequence[Turn]) -> str:
    """What the user says now, after what it leans on."""
    wish = talk[-1].wish
    return f"{talk[-2].wish} {wish}" if len(talk) > 1 and (leaning(wish) or _answers(talk[-2], wish)) else wish


def _answers(before: Turn, wish: str) -> bool:
    """Whether a message is the short answer to a question that was asked back."""
    words = re.findall(r"[a-z][\w'-]*", wish.lower())
    asked = not before.done and before.said.rstrip().endswith("?")
    return asked and len(words) <= _LONGEST_ANSWER and not {*words} & (_verbs() | _QUESTIONS)


def next_of_the_same(ws: Workspace, now: Turn) -> bool:
    """Whether the last call was for one dataset and the message names another one, or both."""
    last = now.done[-1]
    values = [value for value in last.arguments.values() if value in ws.datasets.names()]
    if len(values) != 1:
        return False
    named = set(Mentions(now.wish).of(ws.datasets.names()))
    if not named and _EVERY & Mentions(now.wish).words and len(ws.datasets.names()) > 1:
        named = set(ws.datasets.names())
    return bool(named - covered(now.done, last.tool)) and len(named) > 1


def covered(done: Sequence[Any], tool: str) -> set[str]:
    """The values that calls of a tool had in this turn."""
    return {str(value) for one in done if one.tool == tool for value in one.arguments.values()}


def _first_word(part: str) -> str:
    words = re.findall(r"(?<![\w.])[a-z][\w'-]*(?!\w|\.\w)", part)  # not a piece of the name of a file
    return next((word for word in words if word not in _FILLING), "")


@cache
def _verbs() -> frozenset[str]:
    """What wishes begin with: the verbs in the tools' names, and more of their kind."""
    return _MORE | {name.split("_")[0] for name in TOOLS}
