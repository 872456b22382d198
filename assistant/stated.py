"""Shares of groups that a message states: "it should be women 51, men 49". They are no count of rows and no seed."""

import re

from tools.audit._shares import shares_in
from tools.tool import ToolError

_NUMBER = r"\d{1,3}(?:[.,]\d+)?"
_PERCENT = r"\s?(?:%|per ?cent\b)"
_WORD = r"[^\W\d_][\w'’/-]*"
_PIECE = (
    rf"(?:{_NUMBER}{_PERCENT}?(?: of(?: them)?| are)? {_WORD}"
    rf"|{_WORD}(?: is| are| at|:|=| ?=)? ?{_NUMBER}(?:{_PERCENT})?(?!\w))"
)
_SHARES = re.compile(rf"(?<![\w.]){_PIECE}(?:(?:,? and|,? to|,| ?/|;| vs\.?| versus) ?{_PIECE})+", re.IGNORECASE)
_CUE = re.compile(
    r"\b(?:reference|should be|ought to be|supposed to be|population|census|stated|expect(?:ed)?|target|representative"
    r"|in reality|really are|real shares?|benchmark)\b",
    re.IGNORECASE,
)
_NO_GROUP = frozenset(
    "row rows seed run version top first epoch epochs line lines minute minutes in of on with".split()
)


def shares(text: str) -> str:
    """The shares as they were written, or empty.

    They count where they add up to a whole, or where the message says that they are a reference.
    """
    for found in _SHARES.finditer(text):
        words = {word.lower() for word in re.findall(_WORD, found[0])}
        if words & _NO_GROUP - {"of"}:
            continue
        try:
            shares_in(found[0])
        except ToolError:
            if not _CUE.search(text):
                continue
        return found[0].strip()
    return ""


def without(text: str) -> str:
    """The message without them."""
    told = shares(text)
    return text.replace(told, " ", 1) if told else text
