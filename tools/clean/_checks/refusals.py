"""Answers in which a model refuses."""

import re

from tools.clean._examined import Examined
from tools.clean._exchanges import NONE_THERE, Exchange, Flaw, flagged, has_exchanges
from tools.clean._proposal import Proposal
from tools.clean._refusing import A_MODEL, OPENING, REFUSES

GROUP = "instruction data"
CALLED = "refusal refuse refused decline unwilling"
"""What people call it."""

SUSPECT = (
    rf"regexp_matches(substr(answer, 1, {OPENING}), '(?i)\b(as|being|am|''m|’m) (\w+ ){{0,3}}(language model|ai"
    rf"|artificial|gpt|chat ?bot|virtual|machine)\b"
    r"|sorry|apolog|unfortunately|regret|afraid|^\W*(i|we)\b|beyond|outside|exceed|models? (are|can|is|isn|do)|cannot')"
)
ABOUT = re.compile(
    r"\b(apolog\w*|refus\w*|declin\w*|reject\w*|sorry|letter|e-?mail|repl(?:y|ies)|dialogues?|conversation|story|quotes?|character|role-?play"
    r"|pretend|imagine|translat\w*|paraphras\w*|rewrit\w*|modif\w*|chang\w*|convert\w*|formal\w*|respon(?:se|d)|rephras\w*|edit|correct|proofread|classif\w*|tone|sentences?|speech|script|poem|song|lyrics"
    r"|chat ?bot|are you|do you|can you (?:feel|think)|you(?:r|'re| are))\b",
    re.IGNORECASE,
)
"""A task in which somebody else may refuse, or the model is spoken to about itself."""


def judge(exchange: Exchange) -> Flaw | None:
    """Whether the answer's opening refuses, in the model's own voice."""
    opening = exchange.answer[:OPENING]
    speaks = A_MODEL.search(opening)
    if speaks and speaks.start() < 60:
        return Flaw(f'the answer speaks as a model: "{speaks[0]}"', sure=False)
    found = REFUSES.search(opening)
    if found and not ABOUT.search(exchange.asked):
        return Flaw(f'the answer refuses: "{" ".join(found[0].split())[:80]}"', sure=False)
    return None


def find(data: Examined) -> Proposal | str:
    """Propose dropping them."""
    if not has_exchanges(data):
        return NONE_THERE
    return Proposal(
        found="{rows:answer refuses|answers refuse}",
        sentence="Drop {rows:row whose answer refuses|rows whose answers refuse}.",
        done="Dropped {rows:row whose answer refused|rows whose answers refused}.",
        why="A model learns from a few refusals to refuse much more than was meant.",
        doubt="It is wrong where refusing is the right answer: data that teaches safety, or what the assistant must not"
        " do. Look at the questions, and decline it if they should be refused.",
        edits="from flagged",
        views={"flagged": flagged(data, "refusals", SUSPECT, judge)},
    )
