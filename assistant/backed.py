"""Arguments that the model with the adapter gave, held against what was said: it reads names, the program numbers."""

from collections.abc import Mapping, Sequence
from math import isclose
from typing import Any, cast

from assistant.mentions import Mentions, options_of
from assistant.numbers import is_number
from assistant.parts import Part, kind_of
from assistant.scene import uploads
from assistant.transcript import Turn
from store import Workspace

FREE = ("source", "base_model")
"""Kinds of names that may be any, so that the user has to have spelled them."""
CLOSED = ("dataset", "column", "run", "fix")
"""Kinds of names of which there are only those that exist."""


class Backed:
    """What of a call is backed by the conversation.

    Args:
        ws: The workspace.
        talk: The turns, the present one last.
        parts: The arguments' schemas, made plain.
        settled: What the words alone settle.
    """

    def __init__(
        self, ws: Workspace, talk: Sequence[Turn], parts: Mapping[str, Part], settled: Mapping[str, Any]
    ) -> None:
        self._parts, self._settled = parts, settled
        self._now = Mentions(talk[-1].wish)
        self._said = " ".join(_plain(text) for turn in talk for text in (turn.wish, turn.said))
        self._uploads = uploads(ws)
        self._before = [done.arguments for turn in talk for done in turn.done]

    def merged(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments, in the order of the schema: what was given where it is backed, else what the words settle.

        Args:
            given: What the model gave.
        """
        found: dict[str, Any] = {}
        for name, part in self._parts.items():
            value = self._one(name, part, given.get(name))
            if value is not None and value != []:
                found[name] = value
        return found

    def _one(self, name: str, part: Part, given: Any) -> Any:
        settled = self._settled.get(name)
        if name == "to_version" and given is not None:
            return given  # told as a place, a time or a number
        if is_number(part):
            return given if given is not None and self._counted(name, given) else settled
        if given is None:
            return settled if self._spelled(part, settled) else None
        if isinstance(given, bool) or options_of(part) and kind_of(part) not in FREE:
            return given
        if kind_of(part) == "base_model":
            return settled or (given if _plain(given) in self._said else None)  # as the catalogue calls it
        if isinstance(given, str):
            return given if _plain(given) in self._said or given in self._uploads else settled
        return given

    def _counted(self, name: str, value: float) -> bool:
        """Whether a number was said, in some form, or stands in an earlier call as the same argument or its base."""
        said = [number for one in (value, 1 - value) if isinstance(one, int | float) for number in [one]]
        if any(self._now.counts(number) for number in said if number >= 0):
            return True
        return any(
            isclose(value, before[name] * by)
            for before in self._before
            if isinstance(before.get(name), int | float)
            for by in (1, 2, 3, 0.5, 1 / 3)
        )

    def _spelled(self, part: Part, value: Any) -> bool:
        """Whether what the model left out is named in the message."""
        if value is None:
            return False
        values = cast("list[Any]", value) if isinstance(value, list) else [value]
        return all(isinstance(one, str) and bool(self._now.of([one])) for one in values)


def _plain(text: str) -> str:
    return " ".join(text.lower().split())
