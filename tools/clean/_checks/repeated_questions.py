"""Answers that say the question or the input again, with nothing added."""

import re

from tools.clean._examined import Examined
from tools.clean._exchanges import NONE_THERE, Exchange, Flaw, flagged, has_exchanges
from tools.clean._proposal import Proposal
from tools.data._normal import normalised

GROUP = "instruction data"
CALLED = "echo echoed parrot parroting repeat-question repeats-question question-copied question-repeated"
"""What people call it."""

_ANSWER, _PROMPT, _CONTEXT = (normalised(part) for part in ("answer", "prompt", "context"))
SUSPECT = f"length(answer) > 8 and ({_ANSWER} in ({_PROMPT}, {_CONTEXT}) or contains(prompt, trim(answer)))"
CHANGES = re.compile(
    r"\b(rewrite|re-?write|rephrase|reword|paraphrase|restate|summari[sz]e|shorten|simplify|expand|translate|describe|explain|elaborate|improve"
    r"|answer|what|why|how|who|when|where|which|convert|change|transform|replace|modify|suggest|generate|write|make|continue|define|analy[sz]e|classify)\b",
    re.IGNORECASE,
)
"""Tasks whose answer differs from their input."""
MAY_STAY = re.compile(
    r"\b(corrects?|correctly|correct(?:ed|ing|ion)|fix\w*|grammar|grammatical\w*|spell\w*|punctuat\w*|capital\w*"
    r"|case|upper\w*|lower\w*|edit|proofread\w*|errors?|mistakes?|if (?:needed|necessary)"
    r"|sort|order|arrange|list|repeat|copy|output|print|choose|select|option|extract|find|identify|hashtag|format\w*|spaces?|commas?|hyphen\w*|string|array|json|matrix|split|join|remove|strip|convert|quote|name|tone|active|voice|complete|fill"
    r"|insert|sequence|combine|normali[sz]e|true|false|valid\w*|best|better|question|title|emphasi\w*|style|tags?)\b",
    re.IGNORECASE,
)
"""Tasks whose answer may rightly be their input, or differ from it in marks alone."""


def judge(exchange: Exchange) -> Flaw | None:
    """Whether the answer is the question, or the input of a task that asks for something else."""
    answer = _plain(exchange.answer)
    if len(answer.split()) < 4:
        return None
    if answer in (_plain(exchange.task), _plain(exchange.prompt), _plain(f"{exchange.asked} {exchange.given}")) or (
        exchange.given and answer == _plain(exchange.asked)
    ):
        return (
            None
            if re.search(r"\b(repeat|copy|say|echo|type|output|print)\b", exchange.asked, re.IGNORECASE)
            else Flaw("the answer is the question", sure=False)
        )
    changes = CHANGES.search(exchange.asked) and not MAY_STAY.search(exchange.asked)
    return (
        Flaw("the answer is the input, unchanged", sure=False) if changes and answer == _plain(exchange.given) else None
    )


def _plain(text: str) -> str:
    """A text without case, quotes around it, and its last stop: a comma may be what was asked for."""
    return " ".join(text.casefold().strip(" \n\t\"'“”.").split())


def find(data: Examined) -> Proposal | str:
    """Propose dropping them."""
    if not has_exchanges(data):
        return NONE_THERE
    return Proposal(
        found="{rows:answer says|answers say} the question or the input again and nothing else",
        sentence="Drop {rows:row whose answer says|rows whose answers say} the question or the input again.",
        done="Dropped {rows:row whose answer said|rows whose answers said} the question or the input again.",
        why="A model learns to repeat what it is told rather than to answer.",
        doubt="It may be wrong where nothing had to be changed.",
        edits="from flagged",
        views={"flagged": flagged(data, "repeated_questions", SUSPECT, judge)},
    )
