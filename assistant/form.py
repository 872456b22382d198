"""The arguments of a call as fields to edit, from the tool's own schema."""

import json
from typing import Any

import gradio as gr
from gradio.components import FormComponent

from store import StoreError

LONG = 60
"""Characters from which a text is edited in several lines."""


def field(name: str, schema: dict[str, Any], value: Any) -> FormComponent:
    """The field that edits one argument: a choice, a number, a tick or a text."""
    kind = _kind(schema)
    label = name.replace("_", " ")
    shown: dict[str, Any] = {"label": label, "info": schema.get("description") or None, "interactive": True}
    if choices := _choices(schema):
        return gr.Dropdown(choices, value=value, **shown)
    if kind == "boolean":
        return gr.Checkbox(value=bool(value), **shown)
    if kind in ("integer", "number"):
        return gr.Number(value=value, precision=0 if kind == "integer" else None, **shown)
    if kind == "string":
        text = value or ""
        return gr.Textbox(value=text, lines=1 + min(8, len(text) // LONG), **shown)
    return gr.Textbox(value=json.dumps(value, ensure_ascii=False), lines=2, **shown)


def read(name: str, schema: dict[str, Any], value: Any) -> Any:
    """What a field holds, as the argument's value.

    Raises:
        StoreError: A text that should be JSON is not.
    """
    kind = _kind(schema)
    if _choices(schema) or kind in ("boolean", "integer", "number"):
        return value
    if kind == "string":
        return value if value or not _may_be_none(schema) else None
    try:
        return json.loads(value)
    except json.JSONDecodeError as error:
        raise StoreError(f'{name} has to be JSON, such as ["a", "b"]: {error.msg} at character {error.pos}.') from error


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
