"""What an unfinished ending is."""

import re

from store.engine import literal

ENDED = literal(r"[\p{P}\p{S}]\s*$")
"""SQL of a pattern: a text that ends in punctuation, a sign or an emoji may have ended on purpose; all quotes and
brackets are punctuation."""
OFTEN_UNENDED = r"[\w,(\[{–—*•-]\s*$|\n[ \t]*\d{1,3}[.)]\s*$"
"""What every text that `breaks_off` says something of matches, for SQL too."""
_DANGLING = (
    r"(?:the|an|and|or|of|to|in|with|for|but|from|by|at|as|than|because|which|that|is|are|was|were|be|its|their|his|her|your|my|our|into"
    r"|such as|including|due|also|can|will|would|should)"
)
_DANGLES = re.compile(rf"(?:^|[\s(\"“]){_DANGLING}$|[\w)]\s?,$|\w[-–—]$|[(\[{{]$")
"""A last word or sign that something must follow."""
_OPEN_ITEM = re.compile(r"\n[ \t]*(?:\d{1,3}[.)]|[-*•])$")
_FEWEST_SENTENCES = 3
"""Sentences with their stops before one without, so that it is not left out by custom."""
_SENTENCE = re.compile(r"[a-z)\"'”’][.!?](?=\s)")
_FRAGMENT = re.compile(r"[\"“(]?\w[\w'’-]*(?:,? [\"“(]?(?:[a-z][\w'’-]*|I|\d+)[)\"”]?){3,}")
"""Running prose: no list, in which words with a capital follow each other, no title, no code."""
_CODE = re.compile(r"[{};<>=|]|^\s*(?:def|class|import|select|SELECT|for|if|print|function|return)\b", re.MULTILINE)


def open_item(text: str) -> bool:
    """Whether a text ends in the mark of an item of a list that is empty."""
    return _OPEN_ITEM.search(text.rstrip()) is not None


def breaks_off(text: str) -> str:
    """How a text of prose breaks off, by its words: after one that dangles or without a stop; empty if not."""
    text = text.rstrip()
    last = text.rpartition("\n")[2].strip()
    if _CODE.search(last):
        return ""
    if len(last.split()) >= 4 and _DANGLES.search(last):
        return f'it breaks off after "…{last[-30:]}"'
    ends = [found.end() for found in _SENTENCE.finditer(text)]
    if len(ends) >= _FEWEST_SENTENCES and _FRAGMENT.fullmatch(text[ends[-1] :].strip()):
        return f'the last sentence has no end: "…{last[-30:]}"'
    return ""
