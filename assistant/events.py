"""What can happen in a turn. The page and the terminal draw these; the store logs them as JSON."""

from dataclasses import asdict, dataclass, field
from typing import Any, get_args

JSON = dict[str, Any]


@dataclass(frozen=True)
class Happened:
    """Something that happened; its JSON form has the event's name first."""

    def as_json(self) -> JSON:
        """As JSON types: {"event": name, ...}."""
        return {"event": type(self).__name__.lower(), **asdict(self)}


@dataclass(frozen=True)
class Heard(Happened):
    """The user said something."""

    text: str


@dataclass(frozen=True)
class Called(Happened):
    """The assistant chose a tool."""

    id: str
    tool: str
    arguments: JSON


@dataclass(frozen=True)
class Progressed(Happened):
    """A tool told how far it is, from 0 to 1."""

    id: str
    fraction: float
    text: str
    seconds_left: float | None = None
    data: JSON = field(default_factory=dict[str, Any])


@dataclass(frozen=True)
class Queued(Happened):
    """The assistant waits in line, since others are served; 0 once its turn has come."""

    place: int
    """1 for whoever is next."""
    line: str = "model"
    """Before what: "model", which thinks for one person at a time, or "work", all the rest."""


@dataclass(frozen=True)
class Asks(Happened):
    """The assistant waits for a yes before this call; `preview` is a tool's Result as JSON."""

    id: str
    approval: int
    tool: str
    arguments: JSON
    preview: JSON


@dataclass(frozen=True)
class Answered(Happened):
    """The user answered a question: yes or no, with words if there were any."""

    approval: int
    answer: str
    note: str = ""


@dataclass(frozen=True)
class Finished(Happened):
    """A tool came back; `result` is its Result as JSON, None if it failed."""

    id: str
    tool: str
    text: str
    failed: bool
    result: JSON | None = None


@dataclass(frozen=True)
class Saying(Happened):
    """The next piece of what is being said; `Said` follows with the whole."""

    text: str


@dataclass(frozen=True)
class Said(Happened):
    """The assistant wrote something; `sources` are titles of handbook sections."""

    text: str
    sources: list[str] = field(default_factory=list[str])


@dataclass(frozen=True)
class Suggests(Happened):
    """What the user may sensibly ask next, in their words."""

    asks: list[str]


@dataclass(frozen=True)
class Planned(Happened):
    """What will be done step by step, and how far that is; told anew under the same id whenever it changes."""

    id: str
    steps: list[JSON]
    """tool, wish, state: open, done, skipped or failed; and call."""
    waits_for: str = ""
    """The training that has to end before the plan goes on."""


@dataclass(frozen=True)
class Broke(Happened):
    """Something went wrong that nobody foresaw; the log has the details under the reference."""

    reference: str
    text: str


@dataclass(frozen=True)
class Ended(Happened):
    """The turn is over: the user is to speak, or to answer a question left open."""


Event = (
    Heard
    | Called
    | Progressed
    | Queued
    | Asks
    | Answered
    | Finished
    | Saying
    | Said
    | Suggests
    | Planned
    | Broke
    | Ended
)

_BY_NAME: dict[str, type[Event]] = {kind.__name__.lower(): kind for kind in get_args(Event)}


def from_json(value: JSON) -> Event:
    """The inverse of `as_json`."""
    return _BY_NAME[value["event"]](**{key: part for key, part in value.items() if key != "event"})
