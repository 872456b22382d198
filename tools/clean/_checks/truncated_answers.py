"""Answers that break off."""

import re

from tools.clean._examined import Examined
from tools.clean._exchanges import NONE_THERE, Exchange, Flaw, flagged, has_exchanges
from tools.clean._proposal import Proposal

GROUP = "instruction data"
CALLED = "truncated cut incomplete unfinished broken ending"
"""What people call it."""

_DANGLING = (
    r"(?:the|an|and|or|of|to|in|with|for|but|from|by|at|as|than|because|which|that|is|are|was|were|be|its|their|his|her|your|my|our|into"
    r"|such as|including|due|also|can|will|would|should)"
)
DANGLES = re.compile(rf"(?:^|[\s(\"“]){_DANGLING}$|[\w)]\s?,$|\w[-–—]$|[(\[{{]$")
"""A last word or sign that something must follow."""
OPEN_ITEM = re.compile(r"\n[ \t]*(?:\d{1,3}[.)]|[-*•])$")
FEWEST_SENTENCES = 3
"""Sentences with their stops before one without, so that it is not left out by custom."""
SENTENCE = re.compile(r"[a-z)\"'”][.!?](?=\s)")
FRAGMENT = re.compile(r"[\"“(]?\w[\w'’-]*(?:,? [\"“(]?(?:[a-z][\w'’-]*|I|\d+)[)\"”]?){3,}")
"""Running prose: no list, in which words with a capital follow each other, no title, no code."""
CODE = re.compile(r"[{};<>=|]|^\s*(?:def|class|import|select|SELECT|for|if|print|function|return)\b", re.MULTILINE)
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
    if FILLS.search(exchange.asked) or CODE.search(last):
        return None
    if len(last.split()) >= 4 and DANGLES.search(last):
        return Flaw(f'it breaks off after "…{last[-30:]}"', sure=False)
    ends = [found.end() for found in SENTENCE.finditer(answer)]
    if len(ends) >= FEWEST_SENTENCES and FRAGMENT.fullmatch(answer[ends[-1] :].strip()):
        return Flaw(f'the last sentence has no end: "…{last[-30:]}"', sure=False)
    return None


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
