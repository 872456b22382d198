"""Answers that go on with another task, as a model does that was not stopped."""

from tools.clean._examined import Examined
from tools.clean._exchanges import NONE_THERE, Exchange, Flaw, flagged, has_exchanges
from tools.clean._glued import second_task
from tools.clean._proposal import Proposal

GROUP = "instruction data"
CALLED = "merged glued mixed joined"
"""What people call it."""

SUSPECT = r"""regexp_matches(answer, '(?im)^[ \t]*(\d{1,3}[.):]?[ \t]*)?(#{2,4}[ \t]*)?(new |next )?'
    '(instruction|task|prompt|question|input|response|output|human|user|assistant|system|end)\b|<\||\[/?INST\]|<</?SYS|</s>')"""
FEWEST = 2
"""Characters before the further task that count as an answer."""


def judge(exchange: Exchange) -> Flaw | None:
    """Keep what stands before the further task."""
    place = second_task(exchange.task, exchange.answer)
    if place is None:
        return None
    kept = exchange.answer[:place].rstrip()
    return Flaw("the answer goes on with another task", "answer", kept if len(kept) >= FEWEST else None)


def find(data: Examined) -> Proposal | str:
    """Propose the answer up to where the next task begins; a row with nothing before it goes."""
    if not has_exchanges(data):
        return NONE_THERE
    return Proposal(
        found="{rows:answer goes|answers go} on with another task",
        sentence="Cut {rows:answer that goes|answers that go} on with another task before that task.",
        done="Cut {rows:answer that went|answers that went} on with another task before that task.",
        why="Two tasks in one row teach the model to go on with a question of its own after its answer.",
        doubt="It may be wrong where the answer is meant to hold such marks, as a prompt or a form does.",
        edits="from flagged",
        views={"flagged": flagged(data, "merged_instructions", SUSPECT, judge)},
    )
