"""Fill the arguments of a call: what the program knows by itself first, and only the rest by the model."""

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

from assistant.mentions import Mentions
from assistant.models.brain import Message
from assistant.prompt import uploads
from assistant.transcript import Turn
from store import Workspace
from tools import Tool

Schema = dict[str, Any]
AskModel = Callable[[Sequence[Message], dict[str, Any], Sequence[str]], dict[str, Any]]
LONGEST_TEXT = 400
MOST_ITEMS = 20
NONE_YET = {
    "dataset": "There is no dataset yet. Upload a file, or tell me where one is.",
    "run": "There is no training run yet. Start a training first.",
    "fix": "There is no open fix. Ask me to look for problems in a dataset first.",
    "column": "There is no dataset with columns yet. Upload a file, or tell me where one is.",
    "source": "Which file or Hub dataset do you mean? Upload a file, or tell me its path or its Hub id.",
}


class Missing(Exception):
    """An argument that cannot be left out has no possible value; the message asks for it."""


def fill(
    tool: Tool, ws: Workspace, talk: Sequence[Turn], messages: Sequence[Message], ask_model: AskModel
) -> dict[str, Any]:
    """The arguments of a call that the last turn asks for.

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
    said = Mentions(" ".join([talk[-1].wish]))
    known: dict[str, Any] = {}
    open_parts: dict[str, Schema] = {}
    for name, part in _parts(schema, ws, talk[-1].wish, known):
        value = _only(name, part, said, name in required, _rivals(schema, part))
        if value is not None:
            known[name] = value
        elif name in required or said.may_mean(name, part):
            open_parts[name] = part
    if not open_parts:
        return known
    told = _describe(tool, open_parts, known)
    given = ask_model(
        [*messages, {"role": "user", "content": told}],
        {name: _bounded(part) for name, part in open_parts.items()},
        [name for name in open_parts if name in required],
    )
    kept = {name: value for name, value in given.items() if name in required or said.backs(value, open_parts[name])}
    return {name: (known | kept)[name] for name in schema.get("properties", {}) if name in known | kept}


def _parts(schema: Schema, ws: Workspace, wish: str, known: dict[str, Any]) -> list[tuple[str, Schema]]:
    """The arguments, each as a plain part: references looked up, null taken out, names narrowed to what can be."""
    return [
        (name, _narrowed(_plain(part, schema.get("$defs", {})), ws, wish))
        for name, part in schema["properties"].items()
    ]


def _plain(part: Schema, defs: dict[str, Schema]) -> Schema:
    if reference := part.get("$ref"):
        return _plain(defs[reference.rsplit("/", 1)[-1]] | {k: v for k, v in part.items() if k != "$ref"}, defs)
    if choices := part.get("anyOf"):
        given = [choice for choice in choices if choice.get("type") != "null"]
        rest = {key: value for key, value in part.items() if key != "anyOf"}
        return _plain(given[0], defs) | rest if len(given) == 1 else rest | {"anyOf": [_plain(c, defs) for c in given]}
    return part


def _narrowed(part: Schema, ws: Workspace, wish: str) -> Schema:
    if part.get("kind") != "source":
        return part
    paths = re.findall(r"[\w.~:/\\-]*[\w-][./\\][\w./\\-]*\w", wish)
    named = [name for name in uploads(ws) if name.lower() in wish.lower()]
    known = list(dict.fromkeys([*named, *paths])) or uploads(ws)
    return part | {"enum": known}


def _rivals(schema: Schema, part: Schema) -> int:
    """How many arguments name the same kind of thing."""
    return json.dumps(schema["properties"]).count(f'"kind": {json.dumps(part.get("kind"))}')


def _only(name: str, part: Schema, said: "Mentions", required: bool, rivals: int) -> Any:
    """The value that is beyond doubt, or None."""
    options = part.get("enum")
    if options is None or part.get("type") == "array":
        return None
    if not options and required:
        raise Missing(NONE_YET.get(part.get("kind", ""), f"Tell me the {name.replace('_', ' ')}."))
    if required and len(options) == 1:
        return options[0]
    mentioned = said.of(options) if part.get("kind") else []
    return mentioned[0] if len(mentioned) == 1 and rivals == 1 else None


def _describe(tool: Tool, parts: dict[str, Schema], known: dict[str, Any]) -> str:
    lines = [f"- {name}: {part.get('description', '')}" for name, part in parts.items()]
    given = f" {json.dumps(known, ensure_ascii=False)} is known." if known else ""
    return f"The arguments of {tool.name}.{given} Give only what the user said; leave out the rest.\n" + "\n".join(
        lines
    )


def _bounded(part: Schema) -> Schema:
    """The part of a schema that decoding is held to: small, and with an end to everything."""
    if "anyOf" in part:
        return {"anyOf": [_bounded(choice) for choice in part["anyOf"]]}
    if options := part.get("enum"):
        return {"enum": options}
    kept = {key: part[key] for key in ("type", "const", "minimum", "maximum", "maxLength", "minItems") if key in part}
    match part.get("type"):
        case "string":
            return {"maxLength": LONGEST_TEXT} | kept
        case "array":
            return {"maxItems": MOST_ITEMS} | kept | {"items": _bounded(part.get("items", {"type": "string"}))}
        case "integer" | "number":
            low = part.get("minimum", part.get("exclusiveMinimum", -1_000_000_000))
            high = part.get("maximum", part.get("exclusiveMaximum", 1_000_000_000))
            return kept | {"minimum": low, "maximum": high}
        case "object":
            return {"type": "object", "additionalProperties": {"type": "string", "maxLength": 100}, "maxProperties": 12}
        case _:
            return kept
