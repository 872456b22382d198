"""What a conversation remembers between its nodes, and what the nodes work with."""

import threading
from dataclasses import dataclass, field
from typing import Annotated, NotRequired, TypedDict

from langchain_core.messages import AnyMessage, HumanMessage
from langgraph.graph.message import add_messages

from assistant.models.brain import Brain
from assistant.plan import Plan
from assistant.shift import Shift
from store import Workspace

REMEMBERED = 40
"""Messages kept; every checkpoint holds them all, so this bounds the file."""


def remember(before: list[AnyMessage], new: list[AnyMessage]) -> list[AnyMessage]:
    """The messages with the new ones added and the oldest turns forgotten."""
    messages: list[AnyMessage] = list(add_messages(before, new))  # pyright: ignore[reportAssignmentType, reportArgumentType]
    late = messages[-REMEMBERED:]
    starts = [place for place, message in enumerate(late) if isinstance(message, HumanMessage)]
    return messages if len(messages) <= REMEMBERED or not starts else late[starts[0] :]


class State(TypedDict):
    """Saved after every node; JSON types and messages only."""

    messages: Annotated[list[AnyMessage], remember]
    approval: int
    """The question that is open, or was just answered; 0 if none."""
    plan: NotRequired[Plan]
    """What is to be done step by step, until all of it is done or dropped."""
    aside: NotRequired[bool]
    """Whether the present turn is about something else than the plan."""
    waits_for: NotRequired[str]
    """The training that has to end before the plan goes on; empty if it does not wait."""


@dataclass(frozen=True)
class Desk:
    """What the nodes work with. Not saved."""

    ws: Workspace
    brain: Brain
    stopping: threading.Event = field(default_factory=threading.Event)
    shift: Shift = field(default_factory=Shift)
