"""Arguments that the model with the adapter gave, held against what was said: it reads names, the program numbers."""

import re
from collections.abc import Mapping, Sequence
from math import isclose
from typing import Any, cast

from assistant import left_alone, which_fixes
from assistant.mentions import Mentions, options_of
from assistant.numbers import is_number
from assistant.outside import one_base_model
from assistant.parts import Part, kind_of
from assistant.scene import uploads
from assistant.transcript import Turn
from assistant.tutored import EARLIER_TURNS, taught
from store import Workspace

FREE = ("source", "base_model")
"""Kinds of names that may be any, so that the user has to have spelled them."""
CLOSED = ("dataset", "column", "run", "fix")
"""Kinds of names of which there are only those that exist."""
_SEX = "man men woman women male males female females gender sex sexes he she him her his boys girls ladies gentlemen"
GROUPS = {"gender": _SEX, "sex": _SEX, "age": "old older oldest young younger youngest elderly senior seniors age ages"}
"""What people call groups of people, by what a column that tells them apart is called."""


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
        self._mended = left_alone.without(talk[-1].wish.lower())
        self._earlier = [Mentions(f"{turn.wish} {turn.said}") for turn in talk[-1 - EARLIER_TURNS : -1]]
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
            value = self._one(name, part, given.get(name) if well_formed(given.get(name), part) else None)
            others = [other for said, other in self._settled.items() if said != name and isinstance(other, str)]
            twice = kind_of(part) in ("dataset", "run") and value in found.values()
            twice |= not kind_of(part) and not options_of(part) and isinstance(value, str) and value in others
            if value is not None and value != [] and not twice:
                found[name] = value
        return found

    def _one(self, name: str, part: Part, given: Any) -> Any:
        settled = self._settled.get(name)
        if self._told_in_words(name, part, given, settled):
            return settled
        if name == "to_version" and given is not None:
            return given  # told as a place, a time or a number
        if is_number(part):
            return given if given is not None and self._counted(name, given) else settled
        if given is None:
            return settled if self._spelled(part, settled) else None
        if kind_of(part) == "fix":  # the model knows that some are meant, and the words tell which
            return which_fixes.of_kinds(self._mended, part.get("of_kind", {})) or given
        if part.get("told_by_values"):
            return given if given == part.get("meant") or self._tells_apart(given) else settled
        if kind_of(part) == "base_model":
            return settled or (one_base_model(given) if self._is_said(given) else None)
        if isinstance(given, str) and (kind_of(part) == "source" or not options_of(part)):
            return given if self._is_said(given) or given in self._uploads else settled
        return given

    @staticmethod
    def _told_in_words(name: str, part: Part, given: Any, settled: Any) -> bool:
        """Whether the words for an argument count more than what the model makes of them."""
        if name in left_alone.SETTLED or name == "reference":
            return True
        if part.get("called") and settled is not None and not is_number(part):
            return given is not None or settled is True
        if kind_of(part) == "fix":
            return bool(settled)  # told by their places or numbers
        newer = isinstance(settled, list) and options_of(part)
        return bool(newer) and not taught(name).issuperset(cast("list[str]", settled))

    def _tells_apart(self, column: str) -> bool:
        """Whether the message names a column of groups, or groups that such a column tells apart."""
        words = {word for name, words in GROUPS.items() if name in column.lower() for word in words.split()}
        return self._now.shares(column) or bool(words & self._now.words)

    def _counted(self, name: str, value: float) -> bool:
        """Whether a number was said, in some form, or stands in an earlier call as the same argument or its base."""
        said = [value, 1 - value] if 0 < value < 1 else [value]
        if any(text.counts(number) for text in (self._now, *self._earlier) for number in said):
            return True
        return any(
            isclose(value, before[name] * by)
            for before in self._before
            if isinstance(before.get(name), int | float)
            for by in (1, 2, 3, 0.5, 1 / 3)
        )

    def _is_said(self, words: str) -> bool:
        """Whether somebody said these words, and not only a piece of them."""
        return bool(re.search(rf"(?<![\w/]){re.escape(_plain(words))}(?![\w/])", self._said))

    def _spelled(self, part: Part, value: Any) -> bool:
        """Whether what the model left out is named in the message."""
        if value is None:
            return False
        values = cast("list[Any]", value) if isinstance(value, list) else [value]
        return all(isinstance(one, str) and bool(self._now.of([one])) for one in values)


def well_formed(given: Any, part: Part) -> bool:
    """Whether a text has the form that the schema asks for: a model that is held to a pattern may not keep to it."""
    pattern = part.get("pattern")
    return not (pattern and isinstance(given, str)) or bool(re.search(pattern, given))


def _plain(text: str) -> str:
    return " ".join(text.lower().split())
