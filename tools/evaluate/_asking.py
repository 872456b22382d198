"""What every contestant is given: the same rows, as the first run reads them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from store import TrainingRun
from tools.evaluate._rows import Question
from tools.train._examples import Message

Tell = Callable[[int, int], None]
"""Hears how many rows of how many are done."""


@dataclass(frozen=True)
class Asking:
    """The questions of a comparison.

    Attributes:
        run: The run whose columns, labels and instruction the questions have.
        questions: What is asked, row by row.
        instruction: What training put before each text; empty if nothing.
        tell: Hears the progress; it may raise to stop.
    """

    run: TrainingRun
    questions: Sequence[Question]
    instruction: str
    tell: Tell

    @property
    def plan(self) -> dict[str, Any]:
        """The run's plan."""
        return self.run.plan

    @property
    def labels(self) -> list[str] | None:
        """The closed set of answers, if it is one."""
        return self.plan["labels"] or None

    def with_instruction(self, instruction: str) -> "Asking":
        """The same questions with another instruction."""
        changed = [
            replace(asked, messages=instructed(asked.messages, self.instruction, instruction))
            for asked in self.questions
        ]
        return replace(self, questions=changed, instruction=instruction)


@dataclass(frozen=True)
class Said:
    """What a contestant answered, row by row, and what has to be known beside it."""

    answers: list[str]
    notes: tuple[str, ...] = ()


def instructed(messages: Sequence[Message], old: str, new: str) -> list[Message]:
    """A conversation with its instruction exchanged.

    A system message is the instruction where there is one; else what stands before the text of the first question.
    """
    if messages[0]["role"] == "system":
        return [{"role": "system", "content": new}, *messages[1:]]
    first = messages[0]["content"]
    text = first.removeprefix(old).lstrip() if old and first.startswith(old) else first
    return [{"role": messages[0]["role"], "content": f"{new}\n\n{text}"}, *messages[1:]]
