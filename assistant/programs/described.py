"""The catalogue of tools as the Model Context Protocol lists it."""

from typing import Any

import mcp.types as protocol

from assistant.programs.answers import OUTPUT
from tools import TOOLS, Tool

OURS = {"kind", "changed", "labelled", "told_by_values", "runs", "called", "near", "means", "counts"}
"""What our schemas say for the assistant alone; strict clients refuse keywords that they do not know."""


def described(tool: Tool) -> protocol.Tool:
    """One tool: what it does, what it takes, and whether it changes anything."""
    asks = " It asks a person first: the answer is a preview, and nothing is done before their yes."
    return protocol.Tool(
        name=tool.name,
        title=tool.name.replace("_", " ").capitalize(),
        description=tool.summary + (asks if tool.asks_first else ""),
        inputSchema=plain_schema(tool.described),
        outputSchema=OUTPUT,
        annotations=protocol.ToolAnnotations(
            readOnlyHint=not tool.asks_first,
            destructiveHint=tool.asks_first,
        ),
    )


def offered(everything: bool) -> list[Tool]:
    """The tools that read; on request also those that ask first."""
    return [tool for tool in TOOLS.values() if everything or not tool.asks_first]


def plain_schema(part: Any) -> Any:
    """A JSON schema without our own keywords; arguments of those names stay."""
    if isinstance(part, list):
        return [plain_schema(one) for one in part]
    if not isinstance(part, dict):
        return part
    kept = {key: value for key, value in part.items() if key not in OURS}
    return {
        key: {name: plain_schema(one) for name, one in value.items()}
        if key in ("properties", "$defs")
        else value
        if key in ("default", "enum", "const", "examples")
        else plain_schema(value)
        for key, value in kept.items()
    }
