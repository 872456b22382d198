"""What a project is for."""

import json
from dataclasses import asdict, dataclass
from typing import Literal

from store.approvals import Approvals
from store.database import Database

Task = Literal["classify", "generate"]


@dataclass(frozen=True)
class Goal:
    """The goal of a project: what the model shall do, for whom, and how success is measured."""

    description: str
    task: Task
    metric: str
    """The field's name for it, such as accuracy, macro_f1, bleu or rouge_l."""
    target: float | None = None
    """The value to reach, from 0 to 1."""
    domain: str = ""
    users: str = ""
    constraints: str = ""
    """Privacy, hardware, languages, in the user's words."""


class Goals:
    """The goals of one project; the newest holds."""

    def __init__(self, db: Database, approvals: Approvals, project: str) -> None:
        self._db, self._approvals, self._project = db, approvals, project

    def set(self, goal: Goal) -> None:
        """Replace the goal.

        Raises:
            NotApproved: No yes was given.
        """
        self._approvals.needed("setting the goal")
        self._db.insert("goals", project=self._project, record=json.dumps(asdict(goal)))

    def get(self) -> Goal | None:
        """The goal, if one is set."""
        row = self._db.row("select record from goals where project = ? order by id desc limit 1", self._project)
        return Goal(**json.loads(row["record"])) if row else None
