"""What a message leaves as it was in the call before: "the same, but 5 epochs", "and with seed 7"."""

import re
from collections.abc import Sequence
from typing import Any

from assistant import tutored
from assistant.mentions import Mentions
from assistant.own_words import QUOTE
from assistant.parts import Part, kind_of
from assistant.said import OPEN, OUT, Missing, Said
from assistant.transcript import Turn
from assistant.wishes import MORE_OR_LESS, leaning
from tools import Tool

AFTER_COLON = re.compile(r"\w: +(\S.+)", re.DOTALL)
BY = {"double": 2, "triple": 3, "halve": 0.5}
EITHER = (("by", "clients"), ("back_to", "run"))
"""Arguments of which only one is meant: a new one takes the place of the other."""
GO = re.compile(
    r"\W*(?:(?:ok(?:ay)?|fine|good|great|yes|right|perfect|alright|then|so|now|please|let'?s)\W+)*"
    r"(?:go(?: ahead| for it)?|do (?:it|that|so)|start(?: it| that| the training)?|begin|train(?: it)?)"
    r"(?: then| now| please| like that| that way)*\W*"
)
"""Words that want what was just planned, as it was planned."""


def carried(tool: Tool, talk: Sequence[Turn], parts: dict[str, Part], said_now: dict[str, Any]) -> dict[str, Any]:
    """What a message that only says a difference leaves as it was in the same call before.

    If it is about something else now, names that go with what it was about do not come along.
    """
    leans = bool(len(talk) > 1 and (leaning(talk[-1].wish) or GO.fullmatch(talk[-1].wish.lower())))
    if talk[-1].done or not (leans or _again(tool, talk)):
        return {}
    before = _called_before(tool, talk[:-1], parts)
    before |= _changed(talk[-1].wish, before)
    names = {name for name, part in parts.items() if kind_of(part)}
    other = any(name in names and before.get(name) != value for name, value in said_now.items())
    spelled = Mentions(talk[-1].wish).of([value for name, value in said_now.items() if name in names])
    if (not leans and (other or spelled)) or "none" in said_now.values():  # a request of its own, or an end to it all
        return {}
    instead = {name for pair in EITHER for name in pair if {*pair} & said_now.keys()}
    return {
        name: value
        for name, value in before.items()
        if name in parts.keys() - said_now.keys() - instead and not (other and name in names) and name != "question"
    }


def _again(tool: Tool, talk: Sequence[Turn]) -> bool:
    """Whether a tool that was not taught was called in the turn before: what is said now changes that call."""
    before = talk[-2].done if len(talk) > 1 else []
    return bool(before) and before[-1].tool == tool.name and tool.name not in tutored.known()


def _changed(wish: str, before: dict[str, Any]) -> dict[str, Any]:
    """A setting that is to be doubled, halved or tripled."""
    change = MORE_OR_LESS.match(wish.lower())
    name = change["what"].replace(" ", "_") if change else ""
    by = BY.get(change["change"]) if change else None
    if not by or not isinstance(value := before.get(name), int | float):
        return {}
    return {name: type(value)(value * by)}


def _called_before(tool: Tool, talk: Sequence[Turn], parts: dict[str, Part]) -> dict[str, Any]:
    """The arguments of the last call, if it was the same tool's; those that are plain in the words if none was made."""
    if talk[-1].done:
        last = talk[-1].done[-1]
        same = last.tool == tool.name or (last.tool, tool.name) == ("plan_training", "start_training")
        return last.arguments if same else {}
    try:
        said = Said(talk, {name: dict(part) for name, part in parts.items()}, [])
        settled = {name: said.settle(name, part) for name, part in parts.items()}
    except Missing:
        return {}
    return {name: value for name, value in settled.items() if value is not OPEN and value is not OUT}


def same_text(talk: Sequence[Turn], parts: dict[str, Part], said_now: dict[str, Any]) -> dict[str, Any]:
    """The text or the row that was asked about last, for a tool that needs one and is told none."""
    if not {"text", "row"} <= parts.keys() or {"text", "row"} & said_now.keys():
        return {}
    for done in (done for turn in reversed(talk) for done in reversed(turn.done)):
        if asked := {name: done.arguments[name] for name in ("text", "row") if name in done.arguments}:
            return asked if not done.failed else {}
    told = (QUOTE.search(talk[-2].wish) or AFTER_COLON.search(talk[-2].wish)) if len(talk) > 1 else None
    return {"text": told[1].strip()} if told else {}
