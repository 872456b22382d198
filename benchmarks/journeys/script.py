"""What a journey is: where it starts, what the user says, and what has to be so at the end."""

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.journeys.starts import Start
from store import Workspace


@dataclass(frozen=True)
class Yes:
    """Said only if a card is open."""

    text: str = "yes"


@dataclass(frozen=True)
class Wait:
    """Nothing is said until no training goes on; no turn of the user's."""


Turn = str | Yes | Wait
"""In what is said, `{base}` is the folder of the tiny base model."""


@dataclass(frozen=True)
class Journey:
    """A whole conversation."""

    name: str
    start: Start
    says: tuple[Turn, ...]
    holds: Callable[[Workspace], list[str]]
    """What is not as it should be at the end, by the store alone; empty if all is right."""
    only_questions: bool = False
    """Whether nothing is to change, so that all is right at the start too."""

    @property
    def turns(self) -> int:
        """How often the user speaks at most."""
        return sum(not isinstance(turn, Wait) for turn in self.says)
