"""Answers that break off."""

import re

from tools.clean._examined import Examined
from tools.clean._exchanges import NONE_THERE, Exchange, Flaw, flagged, has_exchanges
from tools.clean._proposal import Proposal

CALLED = "truncated cut incomplete unfinished broken ending"
"""What people call it."""

_DANGLING = (
    r"(?:the|an|and|or|of|to|in|with|for|but|from|by|at|as|than|because|which|that|is|are|was|were|be|its|their|his|her|your|my|our|into"
    r"|such as|including|due|also|can|will|would|should)"
)
DANGLES = re.compile(rf"(?:^|[\s(\"“]){_DANGLING}$|[\w)]\s?,$|\w[-–—]$|[(\[{{]$")
"""A last word or sign that something must follow."""
OPEN_ITEM = re.compile(r"\n[ \t]*(?:\d{1,3}[.)]|[-*•])$")
FEWEST_WORDS = 25
"""A shorter answer may lack its full stop by custom."""
LAST_LINE_WORDS = 6
SENTENCE = re.compile(r"[a-z)\"'”][.!?](?=\s)")
PROSE = re.compile(r"(?:[\w'’(),.!?\"“”;:%$&/-]+[ \t]+)+[a-z][a-z'’-]*")
CODE = re.compile(
    r"[{};<>=]|^\s*(?:def|class|import|select|for|if|print|function|return)\b|\|", re.IGNORECASE | re.MULTILINE
)
SUSPECT = r"regexp_matches(answer, '[\w,(\[{–—*•-]\s*$|\n[ \t]*\d{1,3}[.)]\s*$') or contains(answer, '```')"
FILLS = re.compile(
    r"\b(fill|blank|missing|complete the|finish|preposition|article|conjunction|connective|which word|what word"
    r"|word|greeting|salutation|begin\w*|start\w*|opening|first line|prefix)\b",
    re.IGNORECASE,
)
"""Tasks answered with a piece of a sentence."""


def judge(exchange: Exchange) -> Flaw | None:
    """Whether an answer breaks off: an open code fence, an empty list item, a dangling word, prose without its end."""
    answer = exchange.answer.rstrip()
    if answer.count("```") % 2 and "```" not in exchange.task:
        return Flaw("a block of code is opened and not closed")
    if OPEN_ITEM.search(answer):
        return Flaw("the last item of the list is empty")
    last = answer.rpartition("\n")[2].strip()
    words = len(answer.split())
    if FILLS.search(exchange.asked) or CODE.search(last):
        return None
    if words >= 5 and len(last.split()) >= 4 and DANGLES.search(last):
        return Flaw(f'it breaks off after "…{last[-30:]}"', sure=False)
    long = words >= FEWEST_WORDS and len(last.split()) >= LAST_LINE_WORDS
    if long and PROSE.fullmatch(last) is None:
        return None
    if long and _sentences(answer, last):
        return Flaw(f'the last sentence has no end: "…{last[-30:]}"', sure=False)
    return None


def _sentences(answer: str, last: str) -> bool:
    """Whether the sentences before the last one have their full stops, and so should it."""
    within = last[: last.rfind(" ")]
    before = answer[: len(answer) - len(last)].rstrip()
    return bool(SENTENCE.search(within)) or (
        bool(before) and before[-1] in ".!?" and bool(SENTENCE.search(before)) and not re.match(r"\W|\d+[.)]", last)
    )


def find(data: Examined) -> Proposal | str:
    """Propose dropping them."""
    if not has_exchanges(data):
        return NONE_THERE
    return Proposal(
        found="{rows:answer breaks|answers break} off",
        sentence="Drop {rows:row whose answer breaks|rows whose answers break} off.",
        done="Dropped {rows:row whose answer broke|rows whose answers broke} off.",
        why="A model that learns from answers without an end learns to stop in the middle.",
        doubt="It may be wrong for verse, titles, lists and notes, which have no full stop, and for a text that"
        " the user shall go on with.",
        edits="from flagged",
        views={"flagged": flagged(data, "truncated_answers", SUSPECT, judge)},
    )
