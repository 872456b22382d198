"""The arguments of a call as fields to edit, from the tool's own schema."""

import json
from typing import Any

import gradio as gr
from gradio.components import FormComponent

from store import StoreError

LONG = 60
"""Characters from which a text is edited in several lines."""


def field(name: str, schema: dict[str, Any], value: Any) -> FormComponent:
    """The field that edits one argument: a choice, a tick, or a text, which may also be a number or JSON."""
    label = name.replace("_", " ")
    shown: dict[str, Any] = {"label": label, "info": schema.get("description") or None, "interactive": True}
    if choices := _choices(schema):
        unset = [("not set", "")] if _may_be_none(schema) else []
        return gr.Dropdown([*unset, *((str(choice), choice) for choice in choices)], value=value or "", **shown)
    if _kind(schema) == "boolean":
        return gr.Checkbox(value=bool(value), **shown)
    text = "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return gr.Textbox(value=text, lines=1 + min(8, len(text) // LONG), **shown)


def read(name: str, schema: dict[str, Any], value: Any) -> Any:
    """What a field holds, as the argument's value.

    Raises:
        StoreError: It is neither text nor what the argument is, such as a number.
    """
    if value in ("", None) and _may_be_none(schema):
        return None
    if _choices(schema) or _kind(schema) in ("boolean", "string"):
        return value
    try:
        return json.loads(str(value))
    except json.JSONDecodeError as error:
        kind = {"integer": "a whole number", "number": "a number"}.get(_kind(schema), 'a list such as ["a", "b"]')
        raise StoreError(f"{name} has to be {kind}, not {value!r}.") from error


def listed(schema: dict[str, Any], arguments: dict[str, Any], preview: dict[str, Any]) -> tuple[str, list[Any]] | None:
    """The argument of which the user may take a part, and all that would be taken.

    It is a list of several names in the call, or, where the call leaves it out for "all", in the preview's data.
    """
    for name, part in schema["properties"].items():
        given = arguments.get(name) or list((preview.get("data") or {}).get(name) or ())
        if _kind(part) == "array" and isinstance(given, list) and len(given) > 1:
            return name, given
    return None


def _parts(schema: dict[str, Any]) -> list[dict[str, Any]]:
    return [part for part in schema.get("anyOf", [schema]) if part.get("type") != "null"]


def _choices(schema: dict[str, Any]) -> list[Any]:
    return [choice for part in _parts(schema) for choice in part.get("enum", [])]


def _kind(schema: dict[str, Any]) -> str:
    kinds = {part.get("type", "object") for part in _parts(schema)}
    return kinds.pop() if len(kinds) == 1 else "object"


def _may_be_none(schema: dict[str, Any]) -> bool:
    return any(part.get("type") == "null" for part in schema.get("anyOf", []))
