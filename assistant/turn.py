"""A turn that is running, and whatever goes wrong in it as an event. The only place that catches everything."""

import logging
import uuid
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, cast

from langchain_core.runnables import RunnableConfig
from langgraph.types import Command

from assistant.events import Asks, Broke, Ended, Event, Queued, Said
from assistant.graph import Graph
from assistant.state import Desk, State
from assistant.think import CUT_OFF
from assistant.transcript import open_call, repaired
from assistant.unwritten import Unwritten
from store import NoSpace, StoreError
from store.errors import disk_is_full, told_when_full

log = logging.getLogger(__name__)
Given = State | Command[Any] | None
NO_MEMORY = (
    "The machine ran out of memory, so that was not done; all that was there is still there. Ask for less at once, or "
    "close other programs."
)
NOT_WRITTEN = (
    "The disk is full, so what was said just now is not kept yet. Free some space; it is written down then, and all "
    "that was there is still there."
)


class Turn:
    """A turn that is running: what happens in it is in the store's log before it is given out.

    Args:
        desk: What the nodes of the graph work with.
        graph: The graph.
        config: The thread of the graph.
        unwritten: Writes the log, and keeps what there is no room for.
    """

    def __init__(self, desk: Desk, graph: Graph, config: RunnableConfig, unwritten: Unwritten) -> None:
        self.graph, self._config = graph, config
        self._desk, self._unwritten = desk, unwritten
        self._id = uuid.uuid4().hex

    def log(self, event: Event) -> Event:
        """Write an event down before anyone sees it."""
        self._unwritten.add(self._id, event)
        return event

    def run(self, given: Given) -> Iterator[Event]:
        """Run the graph until the user is to speak."""
        for part in self.graph.stream(
            given, self._config, context=self._desk, stream_mode=["custom"], version="v2", durability="sync"
        ):
            yield self.log(cast(Event, part["data"]))

    def guarded(self, events: Iterator[Event], *, remembered: bool = False) -> Iterator[Event]:
        """The events, and whatever goes wrong as one of them: a sentence, or for a bug a reference to the log.

        They wait in line to be at work; whoever stops that has nothing done.

        Args:
            events: What the turn does.
            remembered: Whether they begin all the same, since they stop by themselves once what was said is remembered.
        """
        try:
            with self._desk.shift.at_work(self._desk.stopping.is_set, self._in_line) as come:
                yield from events if come or remembered else self._left()
        except StoreError as error:
            yield self.log(Said(str(error)))
            self._settle()
        except MemoryError:
            yield self.log(Said(NO_MEMORY))
            self._settle()
        except Exception as error:
            if disk_is_full(error):
                yield self.log(Said(str(NoSpace())))
                self._settle()
                yield self.log(Ended())
                return
            reference = uuid.uuid4().hex[:8]
            log.exception("turn broke, reference %s", reference)
            text = f"Something broke on my side. The log has it as {reference}. You can go on; nothing else was lost."
            yield self.log(Broke(reference, text))
            self._settle()
        if self._unwritten.waiting:
            yield self.log(Said(NOT_WRITTEN))
        yield self.log(Ended())

    def _in_line(self, place: int) -> None:
        self.log(Queued(place, "work"))

    def _left(self) -> Iterator[Event]:
        """Instead of a turn that was stopped before it began; what was asked is asked again."""
        yield self.log(Said("Stopped."))
        state = self.graph.get_state(self._config)
        for waits in state.interrupts:
            asked, call = self._desk.ws.approvals.get(waits.value["approval"]), open_call(state.values["messages"])
            if asked.state == "open":
                yield self.log(Asks(call["id"] or "", asked.id, asked.tool, asked.arguments, asked.preview))

    def _settle(self) -> None:
        """After a turn that broke: what was begun is closed, so that the next message starts anew.

        Where there is no room for that, it counts as cut off; thinking mends what it finds open.
        """
        with suppress(NoSpace), told_when_full():
            state = self.graph.get_state(self._config)
            if state.next and not state.interrupts:
                mended = repaired(state.values.get("messages", []), CUT_OFF)
                self.graph.update_state(self._config, {"messages": mended, "approval": 0}, as_node="think")
