"""Fill the arguments of a call: what the program knows by itself first, and only the rest by the model."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.mentions import Mentions, options_of
from assistant.models.brain import Message
from assistant.parts import Part, bounded, kind_of, plain
from assistant.prompt import uploads
from store import Workspace
from tools import Tool

AskModel = Callable[[Sequence[Message], dict[str, Any], Sequence[str]], dict[str, Any]]
EXAMPLES = 2
NONE_YET = {
    "dataset": "There is no dataset yet. Upload a file, or tell me where one is.",
    "run": "There is no training run yet. Start a training first.",
    "fix": "There is no open fix. Ask me to look for problems in a dataset first.",
    "column": "There is no dataset with columns yet. Upload a file, or tell me where one is.",
    "source": "Which file or Hub dataset do you mean? Upload a file, or tell me its path or its Hub id.",
}
OPEN, OUT = object(), object()
"""Not settled: the model is asked. Not said: left out."""


class Missing(Exception):
    """An argument that cannot be left out has no possible value; the message asks for it."""


@dataclass
class Filling:
    """One call on its way: what is settled and what the model still has to say."""

    tool: Tool
    wish: str
    known: dict[str, Any]
    parts: dict[str, Part]
    required: list[str]

    def describe(self) -> str:
        """What the model is told about the arguments that are left."""
        lines = [f"- {name}: {part.get('description', '')}" for name, part in self.parts.items()]
        given = f" Known: {json.dumps(self.known, ensure_ascii=False)}." if self.known else ""
        said = "\n".join(f"{json.dumps(text)} -> {json.dumps(meant)}" for text, meant in self.tool.asks[:EXAMPLES])
        return (
            f"The arguments of {self.tool.name}.{given} Only what the user says; the rest is left out.\n"
            + "\n".join(lines)
            + f"\nExamples:\n{said}\nThe user says: {json.dumps(self.wish[:1500], ensure_ascii=False)}"
        )


def fill(tool: Tool, ws: Workspace, wish: str, messages: Sequence[Message], ask_model: AskModel) -> dict[str, Any]:
    """The arguments of a call that the user asks for.

    Args:
        tool: The tool that was chosen.
        ws: The workspace.
        wish: What the user said.
        messages: What the model was told, its choice last.
        ask_model: Gives an object with some properties, the required ones at least.

    Raises:
        Missing: It cannot be run yet, or something has to be asked for.
    """
    said, schema = Mentions(wish), tool.schema(ws)
    left = Filling(tool, wish, {}, {}, schema.get("required", []))
    taken: set[str] = set()
    for name, part in schema.get("properties", {}).items():
        part = _narrowed(plain(part, schema.get("$defs", {})), ws, wish)
        value = _settle(name, part, said, name in left.required, kind_of(part) in taken)
        if value is OPEN:
            left.parts[name] = part
        elif value is not OUT:
            left.known[name] = value
            taken.add(kind_of(part))
    if not left.parts:
        return left.known
    given = ask_model(
        [*messages, {"role": "user", "content": left.describe()}],
        {name: bounded(part) for name, part in left.parts.items()},
        [name for name in left.parts if name in left.required],
    )
    kept = {
        name: value for name, value in given.items() if name in left.required or said.backs(value, left.parts[name])
    }
    return {name: (left.known | kept)[name] for name in schema["properties"] if name in left.known | kept}


def _narrowed(part: Part, ws: Workspace, wish: str) -> Part:
    """A source can only be a file that was uploaded, or a path or Hub id that the user wrote."""
    if part.get("kind") != "source":
        return part
    written = re.findall(r"[\w.~:/\\-]*[\w-][./\\][\w./\\-]*[\w]", wish)
    named = Mentions(wish).of(uploads(ws))
    paths = [path for path in written if re.search(r"[^\W\d]", path) and path.lower() not in map(str.lower, named)]
    return part | {"enum": list(dict.fromkeys([*named, *paths])) or uploads(ws)}


def _settle(name: str, part: Part, said: Mentions, required: bool, taken: bool) -> Any:
    """The value that is beyond doubt, or OPEN, or OUT.

    `taken` says that an argument of the same kind has the one name that was spelled out.
    """
    options, kind = options_of(part), kind_of(part)
    if not kind or (not options and "enum" not in json.dumps(part)):
        if required and len(options) == 1 and part.get("type") != "array":
            return options[0]
        return OPEN if required or said.may_mean(name, part) else OUT
    if not options:
        if required:
            raise Missing(NONE_YET.get(kind, f"Tell me the {name.replace('_', ' ')}."))
        return OUT
    mentioned = said.of(options)
    if part.get("type") == "array":
        return mentioned or (OPEN if required or said.points else OUT)
    if len(mentioned) == 1 and not (taken and not required):
        return mentioned[0]
    if len(mentioned) > 1:
        part["enum"] = mentioned
        return OPEN
    if required:
        return options[0] if len(options) == 1 else OPEN
    return OPEN if said.points and len(options) > 1 and not taken else OUT
