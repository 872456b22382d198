"""What a tool gave back, as the Model Context Protocol carries it: text to read, and the figures for programs."""

import json
from typing import Any

from mcp.types import CallToolResult, TextContent

from assistant.in_words import in_words
from tools import Result

OUTPUT: dict[str, Any] = {
    "type": "object",
    "properties": {
        "text": {"type": "string", "description": "What was found or done, in sentences."},
        "tables": {"type": "array", "items": {"type": "object"}, "description": "title, columns and rows of each."},
        "changes": {"type": "array", "items": {"type": "object"}, "description": "Rows before and after a change."},
        "files": {"type": "array", "items": {"type": "string"}, "description": "Paths of files that were written."},
        "next": {"type": "array", "items": {"type": "string"}, "description": "What could be asked next."},
        "data": {"type": ["object", "null"], "description": "The figures for programs."},
        "waits_for": {"type": "integer", "description": "The question that a person has to answer first."},
    },
    "required": ["text"],
}
"""The schema of the structured content, the same for every tool."""


def answered(result: Result) -> CallToolResult:
    """A result as text and as structured content."""
    return CallToolResult(content=[_text(in_words(result))], structuredContent=_as_json(result))


def waiting(preview: Result, number: int, how: str) -> CallToolResult:
    """What would be done, and how a person says yes to it."""
    told = f"Nothing was done yet: this needs a person's yes (question {number}). {how}"
    content = {**_as_json(preview), "waits_for": number}
    return CallToolResult(content=[_text(f"{told}\n\n{in_words(preview)}")], structuredContent=content)


def refused(sentence: str) -> CallToolResult:
    """Why it was not done."""
    return CallToolResult(content=[_text(sentence)], isError=True)


def _as_json(result: Result) -> dict[str, Any]:
    return json.loads(json.dumps(result.as_json(), default=str))


def _text(text: str) -> TextContent:
    return TextContent(type="text", text=text)
