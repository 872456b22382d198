"""A call of another program that changes something runs only by a yes of a person to exactly that call."""

from dataclasses import dataclass

from store import StoreError, Workspace
from store.approvals import Approval
from tools import Result, Tool


@dataclass(frozen=True)
class Standing:
    """How things stand with a call: the question about it, and whether a person has agreed."""

    question: Approval

    @property
    def agreed(self) -> bool:
        """Whether the yes is there, unspent; one whose process died while it was carried out counts."""
        return self.question.state in ("yes", "using")

    @property
    def declined(self) -> bool:
        """Whether the answer was no."""
        return self.question.state == "no"

    @property
    def preview(self) -> Result:
        """What would be done."""
        return Result.from_json(self.question.preview)


class Consent:
    """The questions that one program puts."""

    def __init__(self, ws: Workspace) -> None:
        self._ws = ws
        self._told: set[int] = set()

    def about(self, tool: Tool, arguments: dict[str, object], program: str) -> Standing:
        """The question about a call as it would run now: the one there is, or a new one.

        A no is told once; whoever calls again after that asks again.

        Raises:
            StoreError: The arguments are wrong, or the tool says why it cannot run.
        """
        earlier = self._ws.approvals.asked_outside(tool.payload(self._ws, arguments))
        last = earlier[-1] if earlier else None
        if last and last.state == "no" and last.id not in self._told:
            self._told.add(last.id)
            return Standing(last)
        if last and last.state in ("open", "yes", "using"):
            return Standing(last)
        return Standing(tool.ask(self._ws, arguments, asked_by=program))

    def run(self, tool: Tool, standing: Standing) -> Result:
        """Do what was agreed to; the yes works once.

        Raises:
            NotApproved: There is no yes for this call as it would run now.
        """
        arguments = standing.question.arguments
        with self._ws.approvals.spend(standing.question.id, tool.payload(self._ws, arguments)):
            return tool.run(self._ws, arguments)


def open_question(ws: Workspace, number: int) -> Approval:
    """A question of another program that waits for its answer.

    Raises:
        StoreError: There is none of that number; the message lists those there are.
    """
    waiting = {one.id: one for one in ws.approvals.asked_outside()}
    if number not in waiting:
        there = f"Open are {', '.join(map(str, waiting))}." if waiting else "None is open."
        raise StoreError(f"No question {number} of another program waits for an answer. {there}")
    return waiting[number]
