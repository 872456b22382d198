"""The name that a run is given: "let's call the best of these tenant hero", "must read order slips v1"."""

import re
from collections.abc import Sequence

from assistant.spoken.naming import ABROAD, LOOSER, PLAIN, TAKEN_AWAY
from assistant.spoken.phrases import either, phrases, quoted

_ABOUT_NAMES = re.compile(
    r"\b(?:names?|named|title|renamed?|calls?|called|alias|which|what|run-\d+|(?:the|that"
    r"|my) (?:[\w-]+ ){0,3}(?:run|one|model))\b"
    r"|^(?:i|we|you|please|can|could)\b",
    re.IGNORECASE,
)
"""A phrase with these words speaks of a name and is none."""
_NO_TITLE = frozenset(
    """it that this them so something anything like after by of instead the a an better nicer empty blank nothing none
    wrong confusing misleading bad long short ugly back old new""".split()
)
_LEAD = re.compile(
    r"^(?:that|this|it|so|to|as|be|just|simply|rather|better|in|de|von|maybe|perhaps|e\.g\.|say|it's)[:,]?\s+(?=\S)",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"\s+(?:(?:in|on) (?:the|our|my|that|this|every) (?:list|screen|table|page|overview|board|reports?|menu|app"
    r"|dashboard)"
    r"|would|could|should|maybe|perhaps|where|when)\b.*$",
    re.IGNORECASE,
)
_LONGEST, _MOST_WORDS = 60, 8


def title(wish: str, runs: Sequence[str]) -> str | None:
    """The name for a run, empty to take its name away, or None.

    Args:
        wish: The message.
        runs: The ids and the names that runs have now; none of them is the new one.
    """
    foreign = [one for one in quoted(wish) if one.lower() not in {name.lower() for name in runs}]
    if len(foreign) == 1:
        return foreign[0]
    if told := _first([*PLAIN, *ABROAD], wish, runs):
        return told
    if TAKEN_AWAY.search(wish):
        return ""
    return _first(LOOSER, wish, runs) or None


def _first(patterns: Sequence[str], wish: str, runs: Sequence[str]) -> str:
    run = _run(runs)
    compiled = [re.compile(one.replace("@", run), re.IGNORECASE | re.DOTALL) for one in patterns]
    after = re.compile(rf"\s+(?:for|on|to|at|not|over|instead of|rather than) (?:the )?{run}.*$", re.IGNORECASE)
    told = (after.sub("", _AFTER.sub("", _LEAD.sub("", phrase))) for phrase in phrases(compiled, wish))
    return next((one for one in told if _may_be(one, runs)), "")


def _may_be(phrase: str, runs: Sequence[str]) -> bool:
    words = phrase.lower().split()
    short = 0 < len(words) <= _MOST_WORDS and len(phrase) <= _LONGEST
    taken = phrase.lower() in {name.lower() for name in runs}
    return short and not taken and not _NO_TITLE.issuperset(words) and not _ABOUT_NAMES.search(phrase)


def _run(runs: Sequence[str]) -> str:
    """A pattern for a run as people speak of it."""
    ordinal = "best|better|worst|first|second|third|fourth|last|latest|newest|oldest|other|big|small"
    one = "one|run|model|training|try|attempt|version|experiment|of (?:these|those|them|all)"
    names = either(runs)
    return (
        rf"(?:(?:the )?(?:{names})|(?:the )?runs?[ -]?\d+|it|him|her|them"
        rf"|(?:this|that|the|my|our)(?: [\w-]+){{0,3}}? (?:{one})|(?:the |my |our )(?:{ordinal})|this|that)"
        rf"(?: (?:{one}))?\b"
    )
