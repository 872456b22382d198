"""Run one tool as typed in a terminal: its arguments are options, and typing them is the yes."""

import argparse
import json
import signal
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any

from assistant.printing import ProgressLine, plain, print_json, print_result, print_table
from store import Workspace
from store.jobs import watched
from tools import TOOLS, Table, Tool, ToolError


def run_typed(ws: Workspace, name: str, words: Sequence[str], *, as_json: bool = False) -> int:
    """Run a tool and print its result.

    Raises:
        StoreError: The tool or an argument is unknown, or the tool says why it cannot run.
    """
    if name not in TOOLS:
        raise ToolError(f"There is no tool named {name!r}. Tools: {', '.join(TOOLS)}.")
    tool = TOOLS[name]
    arguments = tool.checked(ws, parse(tool, words))
    line = ProgressLine()
    with stopped_by_keyboard() as stopping:
        with watched(lambda told: line.show(told.fraction, told.text, told.seconds_left), stopping):
            try:
                if tool.asks_first:
                    with ws.approvals.typed(name, arguments):
                        result = tool.run(ws, arguments)
                else:
                    result = tool.run(ws, arguments)
            finally:
                line.close()
    if as_json:
        print_json(result.as_json())
    else:
        print_result(result)
    return 0


def parse(tool: Tool, words: Sequence[str]) -> dict[str, Any]:
    """Options as arguments: `--keep longest`, lists as `--columns a,b` or repeated, `--flag` for true."""
    properties: dict[str, dict[str, Any]] = tool.described["properties"]
    parser = argparse.ArgumentParser(prog=f"tunewright tool {tool.name}", description=tool.summary, allow_abbrev=False)
    for name, part in properties.items():
        told = plain(part.get("description", "")).replace("%", "%%")
        flags = list(dict.fromkeys([f"--{name.replace('_', '-')}", f"--{name}"]))
        many = "array" in _types(part)
        flag: dict[str, Any] = {"nargs": "?", "const": "true"} if "boolean" in _types(part) else {}
        parser.add_argument(
            *flags, dest=name, default=argparse.SUPPRESS, help=told, action="append" if many else "store", **flag
        )
    given = vars(parser.parse_args(list(words)))
    return {name: _value(value, properties[name]) for name, value in given.items()}


def catalogue(*, as_json: bool = False) -> int:
    """Print every tool."""
    if as_json:
        print_json(
            [
                {
                    "name": tool.name,
                    "chapter": tool.chapter,
                    "effect": tool.effect,
                    "summary": tool.summary,
                    "arguments": tool.described,
                    "asks": [{"text": text, "arguments": arguments} for text, arguments in tool.asks],
                }
                for tool in TOOLS.values()
            ]
        )
        return 0
    rows = [(tool.chapter, tool.name, "asks first" if tool.asks_first else "", tool.summary) for tool in TOOLS.values()]
    print_table(Table("Tools", ("chapter", "name", "", "what it does"), rows))
    return 0


@contextmanager
def stopped_by_keyboard() -> Generator[threading.Event]:
    """Ctrl-C sets the event instead of raising, once; the second time it raises as always."""
    stopping = threading.Event()
    before = signal.getsignal(signal.SIGINT)

    def stop(*_: object) -> None:
        stopping.set()
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, stop)
    try:
        yield stopping
    finally:
        signal.signal(signal.SIGINT, before)


def _types(part: dict[str, Any]) -> set[str]:
    return {str(choice.get("type", "")) for choice in [part, *part.get("anyOf", [])]}


def _value(value: str | list[str], part: dict[str, Any]) -> Any:
    if isinstance(value, list):
        return [item.strip() for one in value for item in one.split(",") if item.strip()]
    if "object" in _types(part):
        try:
            return json.loads(value)
        except json.JSONDecodeError as error:
            raise ToolError(f"{value!r} is not JSON: {error}.") from error
    return value
