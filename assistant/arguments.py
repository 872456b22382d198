"""Fill the arguments of a call: what the program knows by itself first, and only the rest by the model."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from assistant.mentions import options_of
from assistant.models.brain import Message
from assistant.nearest import Nearest
from assistant.outside import narrowed
from assistant.parts import Part, bounded, kind_of, plain
from assistant.prompt import LONGEST_WISH, quoted, tables, unmarked
from assistant.said import OPEN, OUT, Missing, Said
from assistant.transcript import Done, Turn
from assistant.wishes import leaning
from store import Workspace
from tools import Tool

AskModel = Callable[[Sequence[Message], dict[str, Any], Sequence[str]], dict[str, Any]]
EXAMPLES = 2
LONGEST_WHY = 200
_OF_THE_DATA = re.compile(r"(?<=Invalid Input Error):| The datasets and their columns:")
"""From where on a message tells what is in the data."""


@dataclass
class Filling:
    """A call on its way: what is settled and what the model still has to say."""

    tool: Tool
    talk: Sequence[Turn]
    known: dict[str, Any]
    left: dict[str, Part]

    def told(self, ws: Workspace) -> str:
        """What the model is told about the arguments that are left."""
        wish = self.talk[-1].wish
        failed = [f"\nTried: {json.dumps(one.arguments)}. {_why(one)}" for one in self.talk[-1].done if one.failed]
        nearest = Nearest([text for text, _ in self.tool.asks]).best(wish, EXAMPLES)
        examples = [
            f"{json.dumps(text)} -> {json.dumps(self._asked(meant))}" for text, meant in map(self._ask, nearest)
        ]
        return "\n".join(
            [
                f"The arguments of {self.tool.name}: only what the user says now; the rest is left out.",
                *(f"- {name}: {part.get('description', '')}" for name, part in self.left.items()),
                *([f"Tables:\n{tables(ws)}"] if "sql" in self.left else []),
                *examples,
                f"{json.dumps(unmarked(wish[:LONGEST_WISH]), ensure_ascii=False)} ->{''.join(failed[-1:])}",
            ]
        )

    def _ask(self, place: int) -> tuple[str, dict[str, Any]]:
        return self.tool.asks[place]

    def _asked(self, meant: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in meant.items() if name in self.left}


def fill(
    tool: Tool, ws: Workspace, talk: Sequence[Turn], messages: Sequence[Message], ask_model: AskModel
) -> dict[str, Any]:
    """The arguments of a call that the user asks for.

    Args:
        tool: The tool that was chosen.
        ws: The workspace.
        talk: The turns, the present one last.
        messages: What the model was told, its choice last.
        ask_model: Gives an object with some properties, the required ones at least.

    Raises:
        Missing: It cannot be run yet, or something has to be asked for.
    """
    schema = tool.schema(ws)
    required: list[str] = schema.get("required", [])
    parts = {
        name: narrowed(plain(part, schema.get("$defs", {})), ws, talk[-1].wish)
        for name, part in schema.get("properties", {}).items()
    }
    said = Said(talk, parts, required)
    settled = {name: said.settle(name, part) for name, part in parts.items()}
    known = {name: value for name, value in settled.items() if value is not OPEN and value is not OUT}
    left = {name: parts[name] for name, value in settled.items() if value is OPEN}
    if not left:
        return _same_text(talk, parts, known) | _carried(tool, talk, parts, known) | known
    given = ask_model(
        [*messages, {"role": "user", "content": Filling(tool, talk, known, left).told(ws)}],
        {name: bounded(part) for name, part in left.items()},
        [name for name in left if name in required],
    )
    kept = {k: _once(value) for k, value in given.items() if k in required or _backed(value, left[k], said, known)}
    kept = {k: value for k, value in kept.items() if k in required or not _taken(k, kept)}
    own = {name: talk[-1].wish.strip() for name in kept if _made_up(name, kept[name], left[name], said)}
    said_now = {name: (known | kept | own)[name] for name in parts if name in known | kept}
    return _same_text(talk, parts, said_now) | _carried(tool, talk, parts, said_now) | said_now


def _carried(tool: Tool, talk: Sequence[Turn], parts: dict[str, Part], said_now: dict[str, Any]) -> dict[str, Any]:
    """What a message that only says a difference leaves as it was in the same call before.

    If it is about something else now, names that go with what it was about do not come along.
    """
    if len(talk) < 2 or talk[-1].done or not leaning(talk[-1].wish):
        return {}
    before = _called_before(tool, talk[:-1], parts)
    names = {name for name, part in parts.items() if kind_of(part)}
    other = any(name in names and before.get(name) != value for name, value in said_now.items())
    return {
        name: value
        for name, value in before.items()
        if name in parts and name not in said_now and not (other and name in names) and name != "question"
    }


def _called_before(tool: Tool, talk: Sequence[Turn], parts: dict[str, Part]) -> dict[str, Any]:
    """The arguments of the last call, if it was the same tool's; those that are plain in the words if none was made."""
    if talk[-1].done:
        last = talk[-1].done[-1]
        return last.arguments if last.tool == tool.name else {}
    try:
        said = Said(talk, {name: dict(part) for name, part in parts.items()}, [])
        settled = {name: said.settle(name, part) for name, part in parts.items()}
    except Missing:
        return {}
    return {name: value for name, value in settled.items() if value is not OPEN and value is not OUT}


def _same_text(talk: Sequence[Turn], parts: dict[str, Part], said_now: dict[str, Any]) -> dict[str, Any]:
    """The text or the row that was asked about last, for a tool that needs one and is told none."""
    if not {"text", "row"} <= parts.keys() or {"text", "row"} & said_now.keys():
        return {}
    for done in (done for turn in reversed(talk) for done in reversed(turn.done)):
        if asked := {name: done.arguments[name] for name in ("text", "row") if name in done.arguments}:
            return asked if not done.failed else {}
    return {}


def _once(value: Any) -> Any:
    """A list with each of its values once."""
    return list(dict.fromkeys(cast("list[str]", value))) if isinstance(value, list) else value


def _backed(value: Any, part: Part, said: Said, known: dict[str, Any]) -> bool:
    """Whether an argument that can be left out is what was said, and not a piece of another one."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        meant = (same for n in said.free_numbers for same in (n, n / 100, 1 - n / 100, 1 - n))
        return value != part.get("default") and any(abs(value - same) < 1e-6 for same in meant)
    piece = isinstance(value, str) and any(value in other for other in known.values() if isinstance(other, str))
    return not piece and said.mentions.backs(value, part)


def _taken(name: str, kept: dict[str, Any]) -> bool:
    """Whether a number was given to another argument before: it was said once."""
    value, before = kept[name], list(kept)[: list(kept).index(name)]
    return isinstance(value, float) and any(kept[other] == value for other in before)


def _made_up(name: str, value: Any, part: Part, said: Said) -> bool:
    """Whether words that had to be given are not the user's: then the user's own are taken instead."""
    written = isinstance(value, str) and not options_of(part) and name != "sql"
    return written and not said.mentions.backs(value, part)


def _why(failed: Done) -> str:
    """Why a query did not work, up to what is quoted and does not stand in the query: that is a cell, or some name."""
    query = str(failed.arguments.get("sql", ""))
    said, *rest = re.split(r"""(['"][^'"]*['"]?)""", _OF_THE_DATA.split(failed.text)[0])
    for piece, after in zip(rest[::2], rest[1::2], strict=True):
        if piece.strip("'\"") not in query:
            break
        said += piece + after
    return quoted(said, LONGEST_WHY)
