"""Patterns of the user's own: regular expressions, tried before they are let at the data."""

import re as words
from typing import Annotated

import regex
from pydantic import Field

from tools.clean._personal.spans import Span, apart
from tools.tool import ToolError

SECONDS = 0.25
"""What one text may take; an honest pattern takes a thousandth of it."""
LONGEST = 500
Written = Annotated[str, Field(min_length=1, max_length=LONGEST)]
Patterns = Annotated[list[Written], Field(max_length=100)]
NAMED = words.compile(r"([A-Z][A-Z0-9_]{1,20})=(.+)", words.DOTALL)
_TRIALS = [f"{part * 400}!" for part in ("a", "0", " ", "ab", "a0", "a a", "-", "a.", "0-", ".", "A", "_", "\n")]
"""Texts on which patterns that can match in many ways do so."""


class Pattern:
    r"""A regular expression with the word it is masked as.

    Args:
        written: The expression, or a word and the expression: `TICKET=T-\d{6}`.

    Raises:
        ToolError: It is none, matches anything, or takes forever on some texts.

    Example:
        >>> Pattern(r"TICKET=\\bT-\\d{4}\\b").spans("see T-1234")
        [(4, 10)]
    """

    def __init__(self, written: str) -> None:
        named = NAMED.fullmatch(written)
        self.mask, self.written = f"<{named[1]}>" if named else "<CUSTOM>", named[2] if named else written
        try:
            self._compiled = regex.compile(self.written)
        except (regex.error, OverflowError, RecursionError) as error:
            raise ToolError(
                f"{self.written!r} is no regular expression: {error}. Try something like T-\\d{{6}}."
            ) from error
        if any(each.end() == each.start() for text in ("", "a 1") for each in self._matches(text)):
            raise ToolError(
                f"{self.written!r} also matches where there is nothing. Say what must be there, as with \\d+."
            )
        for text in _TRIALS:
            self.spans(text)

    def spans(self, text: str) -> list[Span]:
        """Where it matches.

        Raises:
            ToolError: That takes too long.
        """
        return apart(each.span() for each in self._matches(text) if each.end() > each.start())

    def _matches(self, text: str) -> list["regex.Match[str]"]:
        try:
            return list(self._compiled.finditer(text, timeout=SECONDS))
        except (TimeoutError, MemoryError) as error:
            raise ToolError(
                f"{self.written!r} can match in so many ways that some texts take forever. Leave out a repetition"
                " inside a repetition, as in (a+)+, or say how often: {1,40}."
            ) from error
