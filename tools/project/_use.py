"""What a model is meant for and who could be harmed: the questions, the answers, and what is not answered yet."""

from store import Workspace
from store.uses import QUESTIONS, About
from tools.result import Table

NAMES: dict[About, str] = {
    "users": "intended users",
    "use": "intended use",
    "out_of_scope": "out of scope",
    "harm": "who could be harmed",
    "oversight": "human oversight",
    "contact": "contact",
}
UNANSWERED = "not answered yet"


def use_table(ws: Workspace) -> Table:
    """Every question with its answer, in the user's own words."""
    told = ws.uses.all()
    rows = [
        (NAMES[about], question, told[about].text if about in told else UNANSWERED)
        for about, question in QUESTIONS.items()
    ]
    return Table("Intended use and impact", ("", "question", "answer"), rows)


def unanswered(ws: Workspace) -> list[About]:
    """The questions without an answer, in their order."""
    told = ws.uses.all()
    return [about for about in QUESTIONS if about not in told]


def still_to_say(ws: Workspace) -> tuple[str, list[str]]:
    """What is not answered yet, as a sentence, and the one chip that begins the next answer."""
    left = unanswered(ws)
    if not left:
        return "", []
    names = ", ".join(NAMES[about] for about in left)
    return f"Not answered yet, and said so in the card: {names}. {QUESTIONS[left[0]]}", [f"{NAMES[left[0]]}: "]
