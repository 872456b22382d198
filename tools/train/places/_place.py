"""What decides where a training runs."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, Protocol, Self

from tools.train._machine import Machine

Kind = Literal["here", "processes", "ray", "jobs"]
MOST_PROCESSES = 64


@dataclass(frozen=True)
class Place:
    """A place to train in, as a plan keeps it."""

    kind: Kind
    processes: int = 1
    """How many work on a step together, each on its share of the rows."""
    address: str = ""
    """Of a Ray cluster; empty for one that is started on this machine."""
    flavour: str = ""
    """Hardware of a Hugging Face Job, such as a10g-small."""
    gpus: bool = False
    """Whether each process has a graphics card of its own."""
    sharded: bool = False
    """Whether weights, gradients and optimizer are divided among the cards (FSDP)."""
    dollars_an_hour: float = 0.0
    priced: str = ""
    """Where the price is from."""
    most_seconds: int = 0
    """After which it is ended by whoever rents it out; no limit if 0."""

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        """Read what `as_json` wrote."""
        return cls(**told)

    def as_json(self) -> dict[str, Any]:
        """For the plan."""
        return asdict(self)


class PlaceKind(Protocol):
    """What each file here tells of its kind of place."""

    START_SECONDS: int
    """Before the first step, on top of what a run here takes."""

    def said(self, text: str) -> Place | None:
        """The place, if a text names it."""
        ...

    def spelled(self, place: Place) -> str:
        """The place in the words that `said` reads back."""
        ...

    def told(self, place: Place) -> str:
        """The place at the end of a sentence."""
        ...

    def check(self, place: Place, machine: Machine) -> None:
        """Refuse, with a `ToolError`, what cannot be done from this machine."""
        ...

    def priced(self, place: Place, seconds: int) -> Place:
        """The place with what it costs."""
        ...

    def warned(self, place: Place, dataset: str, seconds: int) -> str:
        """What else has to be known before a yes: what leaves this machine, and what it costs."""
        ...

    def ready(self, place: Place) -> None:
        """Find out whether it can be had now; a `ToolError` says why not."""
        ...
