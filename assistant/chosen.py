"""What a choice among a few values is, learned from the requests that ship: "pull the plug" stops a service.

Words that a tool names for a value are few and sure; how people mean it without them is learned, one linear classifier
for each argument, in a tenth of a second when its tool is meant for the first time.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from assistant import ear
from assistant.meant import general, names_at, names_of
from assistant.mentions import options_of
from assistant.parts import Part, kind_of, plain
from assistant.requests import requests
from assistant.wordings import Wordings
from store import Workspace
from tools import TOOLS

PENALTY = 1.0
SURE = 1.0
"""How much nearer than any other a value has to be, to count more than words that the tool names for another one."""


@dataclass(frozen=True)
class Learned:
    """What a message was taken for.

    Attributes:
        value: The value, or None where the argument is not meant.
        sure: Whether nothing else comes near.
    """

    value: Any
    sure: bool

    def beside(self, meant: Any, *, needed: bool) -> Any:
        """The value, or None, where words that the tool names for values mean something, too.

        Args:
            meant: What those words mean, or None.
            needed: Whether the argument cannot be left out; the words for a list may then name too many.
        """
        if isinstance(meant, list):
            fewer = needed and isinstance(self.value, list) and {*cast("list[str]", self.value)} < {*meant}
            return self.value if fewer else meant
        return self.value if meant is None or self.sure else meant


def learned(ws: Workspace, wish: str, tool: str) -> dict[str, Learned]:
    """What the choices of a tool are in a message, as far as they were learned, by the names of the arguments."""
    if not (choices := _wordings(tool)):
        return {}
    said = general(wish, names_of(ws))
    return {name: _nearest(wordings.margins(said)) for name, wordings in choices.items()}


def texts() -> list[str]:
    """The texts that are learned from."""
    return [text for tool in TOOLS for told in _told(tool).values() for text, _ in told]


def _nearest(margins: dict[str, float]) -> Learned:
    first, second = sorted(margins, key=lambda label: margins[label], reverse=True)[:2]
    return Learned(json.loads(first), margins[first] - margins[second] > SURE)


@cache
def _wordings(tool: str) -> dict[str, Wordings]:
    opened = ear.opened()
    return {name: Wordings(told, opened, PENALTY, keep=False) for name, told in _told(tool).items()}


def _told(tool: str) -> dict[str, list[tuple[str, str]]]:
    """For each choice the requests for the tool, and the value that each means, as JSON."""
    lines = [(general(one["text"], names_at(one)), one["arguments"]) for one in requests() if one["tool"] == tool]
    told = {
        name: [(text, json.dumps(_value(part, arguments.get(name)))) for text, arguments in lines]
        for name, part in (_choices(tool) if lines else ())
    }
    return {name: said for name, said in told.items() if len({value for _, value in said}) > 1}


def _choices(tool: str) -> Iterator[tuple[str, Part]]:
    schema = TOOLS[tool].described
    for name, part in schema["properties"].items():
        part = plain(part, schema.get("$defs", {}))
        if not kind_of(part) and (options_of(part) or part.get("type") == "boolean"):
            yield name, part


def _value(part: Part, given: Any) -> Any:
    """The value as it is learned: none for the default, and the values of a list in one order."""
    if given == part.get("default"):
        return None
    return sorted(given) or None if isinstance(given, list) else given
