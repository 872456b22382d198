"""What a model is meant for, and who could be hurt by it: the answers of the people who make it, word for word."""

from dataclasses import dataclass
from typing import Literal, get_args

from store.approvals import Approvals
from store.database import Database

About = Literal["users", "use", "out_of_scope", "harm", "oversight", "contact"]
QUESTIONS: dict[About, str] = {
    "users": "Who will use it?",
    "use": "What may it be used for?",
    "out_of_scope": "What must it not be used for?",
    "harm": "Who could be harmed when it is wrong, and how?",
    "oversight": "Who looks at what it gives before it counts, and can overrule it?",
    "contact": "Whom does one write to about it?",
}
"""What is asked once of each project, in the order in which it stands in a card."""
assert tuple(QUESTIONS) == get_args(About)


@dataclass(frozen=True)
class Answer:
    """What was answered to one question, and when (UTC)."""

    text: str
    made_at: str


class Uses:
    """The answers of one project; the newest to each question holds, and an empty one takes it back."""

    def __init__(self, db: Database, approvals: Approvals, project: str) -> None:
        self._db, self._approvals, self._project = db, approvals, project

    def set(self, about: About, text: str) -> None:
        """Keep an answer, as it was given.

        Raises:
            NotApproved: No yes was given.
        """
        approval = self._approvals.needed("describing what it is for")
        self._db.insert("uses", project=self._project, about=about, answer=text, approval=approval)

    def all(self) -> dict[About, Answer]:
        """The answers that hold, by question, in the order of the questions."""
        rows = self._db.rows("select about, answer, made_at from uses where project = ? order by id", self._project)
        newest = {row["about"]: Answer(row["answer"], row["made_at"]) for row in rows}
        return {about: newest[about] for about in QUESTIONS if about in newest and newest[about].text}
