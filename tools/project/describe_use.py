"""What the model is for and who could be harmed, asked once in plain words."""

from typing import Annotated

from pydantic import Field

from store import Workspace
from store.uses import QUESTIONS, About
from tools.kinds import called
from tools.project._use import NAMES, still_to_say, use_table
from tools.result import Result
from tools.tool import ToolError, tool

LONGEST = 2000
TAKEN_BACK = frozenset(("remove", "remove it", "remove the answer", "delete", "delete it", "delete the answer"))
Question = Annotated[
    About,
    called(
        users="users user audience operators",
        use="intended purpose",
        out_of_scope="scope never forbidden prohibited misuse unsuitable unsuited",
        harm="harm harms harmed hurt risk risks affected disadvantage suffer suffers impact",
        oversight="oversight overrule overrules reviews checks checked supervises supervised supervision human",
        contact="contact contacts reach maintainer responsible email e-mail mailbox",
    ),
]
Words = Annotated[str, Field(max_length=LONGEST)]


@tool(
    effect="writes",
    asks=[
        (
            "intended users: triage nurses on our ward",
            {"about": "users", "answer": "triage nurses on our ward"},
        ),
        (
            "intended use: sort incoming mail before a clerk reads it",
            {"about": "use", "answer": "sort incoming mail before a clerk reads it"},
        ),
        (
            "out of scope: decisions about benefits",
            {"about": "out_of_scope", "answer": "decisions about benefits"},
        ),
        (
            "who could be harmed: patients whose call is taken for harmless",
            {"about": "harm", "answer": "patients whose call is taken for harmless"},
        ),
        (
            "human oversight: a paralegal reads every answer before it is sent",
            {"about": "oversight", "answer": "a paralegal reads every answer before it is sent"},
        ),
        ("contact for questions: models@clinic.example", {"about": "contact", "answer": "models@clinic.example"}),
        (
            "note in the card under out of scope: grading of students",
            {"about": "out_of_scope", "answer": "grading of students"},
        ),
        (
            'write down as the contact "Ana Roth, extension 114"',
            {"about": "contact", "answer": "Ana Roth, extension 114"},
        ),
        (
            "change who could be harmed: callers who speak with an accent",
            {"about": "harm", "answer": "callers who speak with an accent"},
        ),
    ],
)
def describe_use(ws: Workspace, about: Question, answer: Words) -> Result:
    """Keep an answer about intended use and impact, word for word; it stands in the report and in the cards.

    Args:
        about: users, use, out_of_scope, harm (who could be harmed), oversight (who can overrule it) or contact.
        answer: The answer, in the user's own words; "remove" takes an answer back.

    Example:
        >>> print(describe_use(ws, "users", "Clerks of our office"))
        Kept under intended users: “Clerks of our office”. Not answered yet, and said so in the card: intended use, ...
    """
    text = _checked(answer)
    ws.uses.set(about, text)
    more, chips = still_to_say(ws)
    kept = f"Kept under {NAMES[about]}: “{text}”." if text else f"There is no answer any more about {NAMES[about]}."
    done = more or "Every question about its use is answered; the answers stand in the report and in the cards."
    return Result(
        f"{kept} {done}",
        tables=[use_table(ws)],
        next=chips or ["write the report"],
        data={"about": about, "answer": text},
    )


@describe_use.preview
def _preview(ws: Workspace, about: About, answer: str) -> Result:
    text, before = _checked(answer), ws.uses.all().get(about)
    if not text:
        told = f"Take back the answer to “{QUESTIONS[about]}”"
    else:
        told = f"Keep as the answer to “{QUESTIONS[about]}”, word for word: “{text}”"
    instead = f" It replaces: “{before.text}”" if before else ""
    return Result(f"{told}{instead} It stands in the report and in the cards, which others may read.")


def _checked(answer: str) -> str:
    text = answer.strip()
    if not text:
        raise ToolError("The answer is empty. Say it in a few words, such as “intended users: clerks of our office”.")
    return "" if text.lower().strip(". ") in TAKEN_BACK else text
