"""Which evaluation of a run was the best, and when going on makes it only worse."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any, Self

PATIENCE = 3
"""Evaluations without anything better after which a run ends early."""
RISEN = 1.05
"""How far above its lowest the evaluation loss must have risen, on average over the last `PATIENCE` evaluations."""
SCORES = ("macro_f1", "accuracy", "exact_match")


@dataclass(frozen=True)
class Evaluation:
    """What was measured on the rows that a run does not learn from."""

    step: int
    loss: float
    score: float = 0.0
    """The task's own measure, from 0 to 1; 0 where there is none."""
    rows: int = 1
    """How many rows were looked at."""

    @classmethod
    def of(cls, line: Mapping[str, Any]) -> Self:
        """From a line of the metrics."""
        score = next((line[name] for name in SCORES if name in line), 0.0)
        return cls(line["step"], line["eval_loss"], score, line.get("eval_rows", 1))

    def better(self, other: "Evaluation") -> bool:
        """A higher score, or, where the difference may be chance, a lower loss.

        Chance is what the standard error of a share of so many rows allows for.
        """
        middle = (self.score + other.score) / 2
        error = sqrt(max(0.0, middle * (1 - middle)) / max(1, self.rows))
        if abs(self.score - other.score) > error:
            return self.score > other.score
        return self.loss < other.loss


def evaluations(lines: Sequence[Mapping[str, Any]]) -> list[Evaluation]:
    """The evaluations among the lines of the metrics."""
    return [Evaluation.of(line) for line in lines if line.get("eval_loss") is not None]


def best(told: Sequence[Evaluation]) -> Evaluation | None:
    """The best so far; of equal ones the first."""
    found: Evaluation | None = None
    for one in told:
        if found is None or one.better(found):
            found = one
    return found


def only_worse(told: Sequence[Evaluation], patience: int = PATIENCE) -> bool:
    """Whether in the last evaluations the loss has risen and the score has not.

    The loss alone may rise while more and more answers are right, so it does not decide alone.
    """
    if len(told) <= patience:
        return False
    before, last = told[:-patience], told[-patience:]
    lowest, highest = min(one.loss for one in before), max(one.score for one in before)
    risen = sum(one.loss for one in last) / patience > RISEN * lowest and last[-1].loss > RISEN * lowest
    return risen and min(one.loss for one in last) >= lowest and max(one.score for one in last) <= highest
