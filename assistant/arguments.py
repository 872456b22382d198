"""Fill the arguments of a call: what the program knows by itself first, and only the rest by the model."""

import json
from collections.abc import Callable, Collection, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, cast

from assistant import goal_talk, tutored
from assistant.backed import CLOSED, FREE, Backed, well_formed
from assistant.carried import carried, same_text
from assistant.chosen import learned
from assistant.examples import calls
from assistant.mentions import options_of
from assistant.models.brain import Message
from assistant.outside import measured, narrowed
from assistant.parts import Part, bounded, kind_of, plain
from assistant.prompt import LONGEST_WISH
from assistant.queries import held_to, query_request
from assistant.said import NONE_YET, OPEN, OUT, Missing, Said, needed
from assistant.scene import unmarked, uploads
from assistant.transcript import Turn
from store import Workspace
from tools import Tool

AskModel = Callable[[Sequence[Message], dict[str, Any], Sequence[str]], dict[str, Any]]
EXAMPLES = 2
INSTEAD = {"back_to": "run"}
"""What is not meant where something else is said: a repository goes back to a commit, whichever run it came from."""


@dataclass
class Filling:
    """A call on its way: what is settled and what the model still has to say."""

    tool: Tool
    talk: Sequence[Turn]
    known: dict[str, Any]
    left: dict[str, Part]

    def told(self) -> str:
        """What the model is told about the arguments that are left."""
        wish = self.talk[-1].wish
        nearest = calls(self.tool, wish, EXAMPLES)
        examples = [f"{json.dumps(one.text)} -> {json.dumps(self._asked(one.arguments))}" for one in nearest]
        return "\n".join(
            [
                f"The arguments of {self.tool.name}: only what the user says now; the rest is left out.",
                *(f"- {name}: {part.get('description', '')}" for name, part in self.left.items()),
                *examples,
                f"{json.dumps(unmarked(wish[:LONGEST_WISH]), ensure_ascii=False)} ->",
            ]
        )

    def _asked(self, meant: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in meant.items() if name in self.left}


def fill(
    tool: Tool,
    ws: Workspace,
    talk: Sequence[Turn],
    messages: Sequence[Message],
    ask_model: AskModel,
    ask_taught: AskModel | None = None,
    *,
    guess: bool = False,
) -> dict[str, Any]:
    """The arguments of a call that the user asks for.

    Args:
        tool: The tool that was chosen.
        ws: The workspace.
        talk: The turns, the present one last.
        messages: What the model was told, its choice last.
        ask_model: Gives an object with some properties, the required ones at least.
        ask_taught: The same by the model that was taught this tool, if there is one.
        guess: Whether that model may say which of several datasets is meant where the words alone do not tell.

    Raises:
        Missing: It cannot be run yet, or something has to be asked for.
    """
    schema = tool.schema(ws)
    required: list[str] = [*schema.get("required", [])]
    there = {name: plain(part, schema.get("$defs", {})) for name, part in schema.get("properties", {}).items()}
    parts = _meant(there, tool, ws, talk[-1].wish)
    required += [name for name, part in parts.items() if needed(part, talk[-1].wish)]
    whole = deepcopy(parts)  # what is settled narrows what is left
    said = Said(talk, parts, required)
    settled = {name: _settled(said, name, part, guess) for name, part in parts.items()}
    known = {name: value for name, value in settled.items() if value is not OPEN and value is not OUT}
    left = {name: parts[name] for name, value in settled.items() if value is OPEN}
    if "sql" in left:
        return known | _query(ws, talk, ask_model)
    if tool.name == "set_goal":
        told = ask_model(goal_talk.request(talk[-1].wish), goal_talk.HELD_TO, [*goal_talk.HELD_TO])
        return goal_talk.heard(told, talk[-1].wish, said.free_numbers) | known
    if ask_taught and "sql" not in parts:
        whole |= {name: part for name, part in there.items() if kind_of(part) == "dataset" and not measured(talk)}
        return _as_taught(ws, talk, messages, ask_taught, whole, known, required)
    if left:
        given = ask_model(
            [*messages, {"role": "user", "content": Filling(tool, talk, known, left).told()}],
            {name: bounded(part) for name, part in left.items()},
            [name for name in left if name in required],
        )
        known |= _kept(given, known, left, said, required)
    unmeant = {other for name, other in INSTEAD.items() if name in known}
    said_now = {name: known[name] for name in parts if name in known and name not in unmeant}
    return same_text(talk, parts, said_now) | carried(tool, talk, parts, said_now) | said_now


def _query(ws: Workspace, talk: Sequence[Turn], ask_model: AskModel) -> dict[str, Any]:
    """The SELECT that the model writes for a question about the rows."""
    if not ws.datasets.names():
        raise Missing(NONE_YET["dataset"])
    held = held_to(talk)
    return {"sql": ask_model(query_request(ws, talk), held, [*held])["sql"]}


def _meant(there: dict[str, Part], tool: Tool, ws: Workspace, wish: str) -> dict[str, Part]:
    """The parts of a schema with what can be meant by each, and with what choices were taken for."""
    kinds = _named_by_itself(there)
    parts = {name: _possible(part, tool, ws, wish, kinds) for name, part in there.items()}
    choices = {} if tool.name in tutored.known() else learned(ws, wish, tool.name)
    return parts | {name: parts[name] | {"learned": value} for name, value in choices.items()}


def _possible(part: Part, tool: Tool, ws: Workspace, wish: str, kinds: Collection[str] = ()) -> Part:
    """The part of a schema with the names that can be meant: "split" is no column where rows are to be split."""
    part = narrowed(part, ws, wish, kinds) | ({"uploads": uploads(ws)} if kind_of(part) == "source" else {})
    if kind_of(part) == "column" and part.get("enum"):
        part = part | {"enum": [name for name in part["enum"] if name not in tool.name.split("_")] or part["enum"]}
    return part


def _named_by_itself(parts: dict[str, Part]) -> set[str]:
    """The kinds of names that a message gives to the tool, and not to describe a run by them.

    What is trained again like a run is described by that run's data, too.
    """
    again = {"technique"} & parts.keys()
    kinds = {kind_of(part) for part in parts.values()} | again
    return kinds - {"dataset"} if again else kinds


def _kept(
    given: dict[str, Any], known: dict[str, Any], left: dict[str, Part], said: Said, required: Sequence[str]
) -> dict[str, Any]:
    """What the model gave, without what is made up.

    Raises:
        Missing: Something that is needed is.
    """
    given = {name: value for name, value in given.items() if well_formed(value, left[name])}
    if lost := [name for name in required if name in left and name not in given]:
        raise Missing(f"Tell me the {lost[0].replace('_', ' ')}.")
    kept = {k: _once(value) for k, value in given.items() if k in required or _backed(value, left[k], said, known)}
    kept = {k: value for k, value in kept.items() if k in required or not _taken(k, kept, left, said)}
    made_up = [name for name, value in kept.items() if name in required and _made_up(value, left[name], said)]
    for name in made_up:
        if not (isinstance(kept[name], str) and said.mentions.shares(kept[name])):
            raise Missing(f"Tell me the {name.replace('_', ' ')}.")
    return kept


def _settled(said: Said, name: str, part: Part, guess: bool) -> Any:
    try:
        return said.settle(name, part)
    except Missing as missing:
        if guess and missing.options and kind_of(part) == "dataset":
            return OPEN
        raise


def _as_taught(
    ws: Workspace,
    talk: Sequence[Turn],
    messages: Sequence[Message],
    ask_taught: AskModel,
    parts: dict[str, Part],
    known: dict[str, Any],
    required: Sequence[str],
) -> dict[str, Any]:
    """What the model that was taught the tool gives, as far as it is backed by what was said."""
    held = {
        name: bounded(_any(part)) for name, part in parts.items() if options_of(part) or kind_of(part) not in CLOSED
    }
    if not held:
        return known
    given = ask_taught([*messages, tutored.ARGUMENTS], held, [name for name in required if name in held])
    found = Backed(ws, talk, parts, known).merged({name: _once(value) for name, value in given.items()})
    if missing := [name for name in required if name not in found]:
        raise Missing(NONE_YET.get(kind_of(parts[missing[0]])) or f"Tell me the {missing[0].replace('_', ' ')}.")
    return found


def _any(part: Part) -> Part:
    """A name that may be any: what was said of it is for the model to find."""
    return {"type": "string", "maxLength": 300} if kind_of(part) in FREE else part


def _once(value: Any) -> Any:
    """A list with each of its values once."""
    return list(dict.fromkeys(cast("list[str]", value))) if isinstance(value, list) else value


def _backed(value: Any, part: Part, said: Said, known: dict[str, Any]) -> bool:
    """Whether an argument that can be left out is what was said, and not a piece of another one."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value != part.get("default") and _times(value, said) > 0
    piece = isinstance(value, str) and any(value in other for other in known.values() if isinstance(other, str))
    return not piece and said.mentions.backs(value, part)


def _taken(name: str, kept: dict[str, Any], parts: dict[str, Part], said: Said) -> bool:
    """Whether a number or a column was given to other arguments before, as often as it was said."""
    value, before = kept[name], list(kept)[: list(kept).index(name)]
    given = sum(kept[other] == value for other in before)
    if kind_of(parts[name]) == "column":
        return given > 0
    return isinstance(value, float) and given > 0 and given >= _times(value, said)


def _times(value: float, said: Said) -> int:
    """How often a number was said: as it is, in percent, or as what it leaves of the whole.

    A one or a zero that stands beside no argument's name counts nothing: "once more", "one model of all".
    """
    counting = [n for n in said.free_numbers if n not in (0, 1)]
    return sum(any(abs(value - same) < 1e-6 for same in (n, n / 100, 1 - n / 100, 1 - n)) for n in counting)


def _made_up(value: Any, part: Part, said: Said) -> bool:
    """Whether what had to be given, and is no choice of few, is not what the user said."""
    if isinstance(value, list):
        return any(_made_up(item, part.get("items", {}), said) for item in value)
    if options_of(part):
        return False
    if isinstance(value, str):
        return not said.mentions.backs(value, part)
    return isinstance(value, int | float) and not isinstance(value, bool) and not said.mentions.counts(value)
