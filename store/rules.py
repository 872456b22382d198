"""Standing rules of a project: kinds of fixes that are always applied, or never proposed."""

from dataclasses import dataclass
from typing import Literal

from store.approvals import Approvals
from store.database import Database

Verdict = Literal["always", "never"]


@dataclass(frozen=True)
class Rule:
    """What the user decided about all fixes of a kind to come."""

    kind: str
    verdict: Verdict
    way: str
    """For always: the one way of mending it that the yes is for, such as "mask"; empty where there is but one."""
    approval: int
    """The yes that set it."""
    made_at: str


class Rules:
    """The standing rules of one project, one a kind."""

    def __init__(self, db: Database, approvals: Approvals, project: str) -> None:
        self._db, self._approvals, self._project = db, approvals, project

    def set(self, kind: str, verdict: Verdict, way: str = "") -> Rule:
        """Decide about a kind from now on, in place of what was decided before.

        Raises:
            NotApproved: No yes was given.
        """
        approval = self._approvals.needed(f"a rule about {kind}")
        with self._db.change() as change:
            change.execute("delete from rules where project = ? and kind = ?", [self._project, kind])
            self._db.insert("rules", project=self._project, kind=kind, verdict=verdict, way=way, approval=approval)
        return self.all()[kind]

    def remove(self, kind: str) -> None:
        """Ask again about a kind, as if nothing had been decided.

        Raises:
            NotApproved: No yes was given.
        """
        self._approvals.needed(f"a rule about {kind}")
        with self._db.change() as change:
            change.execute("delete from rules where project = ? and kind = ?", [self._project, kind])

    def all(self) -> dict[str, Rule]:
        """The rules by kind, oldest first."""
        rows = self._db.rows(
            "select kind, verdict, way, approval, made_at from rules where project = ? order by id", self._project
        )
        return {row["kind"]: Rule(**row) for row in rows}

    def to_come(self) -> str:
        """What the rules will do to rows that were not looked at yet, in a sentence; empty if nothing."""
        kinds = [rule.kind.replace("_", " ") for rule in self.all().values() if rule.verdict == "always"]
        if not kinds:
            return ""
        return f"Your rules for {', '.join(kinds)} are carried out when problems are looked for, not before."
