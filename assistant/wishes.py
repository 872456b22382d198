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
_FILLING = frozenset("also then please now next maybe just you to first and after that".split())
_QUESTIONS = frozenset("how what which is are does do did can could would will tell i we let whether if".split())
_EVERY = frozenset("both each all every".split())
_MORE = frozenset(
    """accept add analyse analyze apply build calculate change check clean compare continue convert count create
    decline delete deploy describe divide drop evaluate explain export find fine finetune fix format get give go
    hold import keep list load look make mark mask measure merge open prepare profile propose put read remove
    rename repair report resume revert run save score see set show split start stop summarise summarize take
    test tidy train try tune turn undo use write""".split()
)


def several(wish: str) -> bool:
    """Whether a message may hold more than one wish: a second part that begins with a verb or a question."""
    wish = wish.lower()
    brought = "" if _LOADS.search(wish) else "load"  # who brings a file wants it loaded, said or not
    first, *others = _BREAK.split(_TOLD.sub(brought, wish))
    heads = [_first_word(first), *(_first_word(part) for part in others if len(part.split()) > 1)]
    return sum(word in _verbs() or word in _QUESTIONS for word in heads if word) > 1


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
