"""Answers that should be sorted and are not."""

from tools.clean._examined import Examined
from tools.clean._exchanges import NONE_THERE, Exchange, Flaw, flagged, has_exchanges
from tools.clean._order import asked_order, misplaced
from tools.clean._proposal import Proposal

GROUP = "tables"
CALLED = "order sorted unsorted sorting alphabetical ascending descending"
"""What people call it."""

SUSPECT = r"""regexp_matches(prompt, '(?i)alphabet|ascending|descending|increasing|decreasing|(est|least) to ')"""


def judge(exchange: Exchange) -> Flaw | None:
    """Whether the answer has the items of the input in another order than was asked for."""
    order, given = asked_order(exchange.asked.partition(":")[0]), exchange.given or exchange.asked.partition(":")[2]
    right = misplaced(order, given, exchange.answer) if order else None
    return Flaw(f"in order it is {', '.join(right)[:200]}") if right else None


def find(data: Examined) -> Proposal | str:
    """Propose dropping them."""
    if not has_exchanges(data):
        return NONE_THERE
    return Proposal(
        found="{rows:answer is|answers are} not in the order that was asked for",
        sentence="Drop {rows:row whose answer is|rows whose answers are} not in the order that was asked for.",
        done="Dropped {rows:row whose answer was|rows whose answers were} not in the order that was asked for.",
        why="The answer has just the items of the input, and they were sorted again to compare.",
        doubt="It may be wrong where another order is meant than that of the letters or numbers; letters of other"
        " alphabets are compared by their code.",
        edits="from flagged",
        views={"flagged": flagged(data, "wrong_order", SUSPECT, judge)},
    )
