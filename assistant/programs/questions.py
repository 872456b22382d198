"""The questions of other programs in a terminal: which wait, and the answer to one."""
# ruff: noqa: T201  (printing is what this file is for)

from assistant.printing import plain, print_result
from assistant.programs.consent import open_question
from store import Workspace
from store.approvals import Answer
from tools import Result

OK, ASKED = 0, 3


def list_open(ws: Workspace) -> int:
    """Print what waits for an answer, with how to give it."""
    waiting = ws.approvals.asked_outside()
    if not waiting:
        print("No other program waits for an answer.")
        return OK
    for one in waiting:
        print(f"{one.id}. {plain(one.asked_by)} would {one.tool.replace('_', ' ')}: {plain(one.preview['text'])}")
    print(f"`tunewright questions {waiting[0].id}` shows one whole; `... yes` or `... no WORDS` answers it.")
    return ASKED


def answer(ws: Workspace, number: int, said: Answer | None, words: str) -> int:
    """Show a question whole, and write down the answer if it was given.

    Raises:
        StoreError: No such question is open.
    """
    question = open_question(ws, number)
    if said is None:
        print_result(Result.from_json(question.preview))
        print(f"`tunewright questions {number} yes` lets {plain(question.asked_by)} do this, `... no WORDS` does not.")
        return ASKED
    ws.approvals.answer(number, said, words)
    told = "may be carried out once, while nothing has changed" if said == "yes" else "was declined"
    print(f"Question {number} {told}. {plain(question.asked_by)} hears it when it asks again.")
    return OK
