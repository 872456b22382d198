"""Answers that break off by their last words, at any length; see `truncated_text`."""

import re

from store.engine import literal
from tools.clean._endings import OFTEN_UNENDED, breaks_off, open_item
from tools.clean._examined import Examined
from tools.clean._exchanges import NONE_THERE, Exchange, Flaw, flagged, has_exchanges
from tools.clean._proposal import Proposal

GROUP = "instruction data"
CALLED = "truncated cut incomplete unfinished ending"
"""What people call it."""

SUSPECT = f"regexp_matches(answer, {literal(OFTEN_UNENDED)}) or contains(answer, '```')"
FILLS = re.compile(
    r"\b(fill|blank|missing|complete the|finish|preposition|article|conjunction|connective|which word|what word"
    r"|word|greeting|salutation|begin\w*|start\w*|opening|first line|prefix)\b",
    re.IGNORECASE,
)
"""Tasks answered with a piece of a sentence."""


def judge(exchange: Exchange) -> Flaw | None:
    """Whether an answer breaks off: an open code fence, an empty list item, a dangling word, prose without its end."""
    if exchange.answer.count("```") % 2 and "```" not in exchange.task:
        return Flaw("a block of code is opened and not closed")
    if open_item(exchange.answer):
        return Flaw("the last item of the list is empty")
    if FILLS.search(exchange.asked) or not (told := breaks_off(exchange.answer)):
        return None
    return Flaw(told, sure=False)


def find(data: Examined) -> Proposal | str:
    """Propose dropping them."""
    if not has_exchanges(data):
        return NONE_THERE
    return Proposal(
        found="{rows:answer breaks|answers break} off, by the words at the end",
        sentence="Drop {rows:row whose answer breaks|rows whose answers break} off.",
        done="Dropped {rows:row whose answer broke|rows whose answers broke} off.",
        why="A model that learns from answers without an end learns to stop in the middle.",
        doubt="It may be wrong for verse, titles, lists and notes, which have no full stop, and for a text that"
        " the user shall go on with.",
        edits="from flagged",
        views={"flagged": flagged(data, "truncated_answers", SUSPECT, judge)},
    )
