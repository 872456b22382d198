"""What a language model with the adapter that ships is told: the project, what was said before, what is said now.

The adapter taught it the tools, so that neither a list of them nor examples have to be read; see `assistant/teach.py`.
"""

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

from assistant.ear import TUNED
from assistant.models.brain import Message
from assistant.scene import Scene, unmarked
from assistant.transcript import Turn

RULES = "Choose the call that the user of Tunewright asks for now.\n\n"
SPEAKS = "You are Tunewright, a program that helps one person fine-tune a language model on their own data."
ARGUMENTS: Message = {"role": "user", "content": "arguments"}
EARLIER_TURNS = 3
LONGEST_BEFORE, LONGEST_SAID, LONGEST_WISH = 200, 160, 1200
"""Letters of an earlier wish, of what was said to it, and of the present wish."""


@cache
def known() -> frozenset[str]:
    """The tools that were taught, with "answer" and "ask"; a tool that is newer is told by its wording."""
    return frozenset((TUNED / "tools.txt").read_text().split())


@cache
def taught(argument: str) -> frozenset[str]:
    """The values of a list of choices that were taught; a newer one is told by its wording."""
    lines = (TUNED / "choices.txt").read_text().splitlines()
    return frozenset(value for name, value in map(str.split, lines) if name == argument)


def request(scene: Scene, talk: Sequence[Turn]) -> list[Message]:
    """The project, then the turns, the present one last.

    Of an earlier turn the last call is told, never what came of it, which may be rows of data; what was said if there
    was no call.
    """
    lines = [
        f"before: {_line(turn.wish, LONGEST_BEFORE)} -> {_outcome(turn)}" for turn in talk[-1 - EARLIER_TURNS : -1]
    ]
    lines += [f"done: {call(done.tool, done.arguments)}" for done in talk[-1].done]
    lines.append(f"now: {_line(talk[-1].wish, LONGEST_WISH)}")
    return [{"role": "system", "content": f"{RULES}{scene}"}, {"role": "user", "content": "\n".join(lines)}]


def conversation(scene: Scene, wish: str) -> list[Message]:
    """What the model without the adapter is told, where it answers in words itself."""
    system = f"{SPEAKS}\n\nThe project now:\n{scene}"
    return [{"role": "system", "content": system}, {"role": "user", "content": _line(wish, LONGEST_WISH)}]


def call(tool: str, arguments: dict[str, Any]) -> str:
    """A call on one line; a query is not repeated."""
    told = {name: value for name, value in arguments.items() if name not in ("sql", "question") and value is not None}
    return f"{tool} {_line(json.dumps(told, ensure_ascii=False), LONGEST_BEFORE)}"


def filled(arguments: dict[str, Any]) -> Message:
    """The model's turn when it gave the arguments, in the order of the tool's signature."""
    return {"role": "assistant", "content": json.dumps(arguments, ensure_ascii=False)}


def _outcome(turn: Turn) -> str:
    if turn.done:
        return call(turn.done[-1].tool, turn.done[-1].arguments)
    return f"said: {_line(turn.said, LONGEST_SAID)}"


def _line(text: str, most: int) -> str:
    return unmarked(" ".join(text.split())[:most])
