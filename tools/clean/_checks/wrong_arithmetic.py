"""Answers with arithmetic that does not hold."""

from tools.clean._asked_sum import asked_sum, wrong_result
from tools.clean._equations import OTHER_SUMS, wrong_equations
from tools.clean._examined import Examined
from tools.clean._exchanges import NONE_THERE, Exchange, Flaw, flagged, has_exchanges
from tools.clean._proposal import Proposal

GROUP = "instruction data"
CALLED = "arithmetic calculation sum maths math mathematics equation miscalculated"
"""What people call it."""

SUSPECT = (
    r"regexp_matches(answer, '\d[^=\n]{0,200}=') or (length(prompt) + length(context) <= 200"
    r" and regexp_matches(answer, '\d') and regexp_matches(prompt || chr(10) || context, '\d\D+\d'))"
)


def judge(exchange: Exchange) -> Flaw | None:
    """The first equation in the answer that does not hold, else another result than that of the sum that was asked."""
    if OTHER_SUMS.search(exchange.task):
        return None
    for wrong in wrong_equations(exchange.answer):
        return Flaw(str(wrong))
    if exchange.earlier or (asked := asked_sum(exchange.task)) is None:
        return None
    result = wrong_result(asked, exchange.answer)
    return Flaw(f"{asked}, not {result}") if result else None


def find(data: Examined) -> Proposal | str:
    """Propose dropping them: whether the result or a number before it is wrong cannot be told."""
    if not has_exchanges(data):
        return NONE_THERE
    return Proposal(
        found="{rows:answer has|answers have} arithmetic that does not hold",
        sentence="Drop {rows:row|rows} with arithmetic that does not hold.",
        done="Dropped {rows:row|rows} with arithmetic that did not hold.",
        why="Each was worked out again, exactly; rounded results were accepted. A model learns wrong sums as readily as"
        " right ones.",
        doubt="It may be wrong where signs have another meaning, or where a slip is on purpose; the rest of the working"
        " may be right, so mend the number instead if the row is worth it.",
        edits="from flagged",
        views={"flagged": flagged(data, "wrong_arithmetic", SUSPECT, judge)},
    )
