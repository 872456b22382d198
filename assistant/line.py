"""The line before the language model: it thinks for one person at a time, and whoever came first comes first.

A lock gives no order: of fifty people, some would wait for ever. Here everyone takes a ticket for each thought.
Somebody who talks in several projects at once has one ticket among those of the others; the rest stand behind them.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import Any

from langgraph.config import get_stream_writer

from assistant.events import Queued
from assistant.models import Ahead, Brain, Completion, Message, OnText

LOOK_SECONDS = 0.2
TELL_SECONDS = 1.0
"""How long a place in line is waited at before it is told, and how long until another one is."""


class Line:
    """The tickets of those who wait, and of the one whose turn it is."""

    def __init__(self) -> None:
        self._moved = threading.Condition()
        self._tickets: list[tuple[str, object]] = []

    @contextmanager
    def turn(self, who: str, stop: Callable[[], bool], tell: Callable[[int], None]) -> Generator[bool]:
        """Wait for one's turn, and have it until the block ends.

        Args:
            who: Whose ticket it is.
            stop: Whether it is not wanted any more; asked again and again while waiting.
            tell: Hears the place in line, 1 for whoever is next, when it has changed; 0 once the turn has come after
                a place was told.

        Yields:
            Whether the turn has come; False where `stop` said so.
        """
        ticket = (who, object())
        with self._moved:
            self._tickets.append(ticket)
        try:
            yield self._come(ticket, stop, tell)
        finally:
            with self._moved:
                self._tickets.remove(ticket)
                self._moved.notify_all()

    @property
    def waiting(self) -> int:
        """How many there are, with the one whose turn it is."""
        with self._moved:
            return len(self._tickets)

    def _come(self, ticket: tuple[str, object], stop: Callable[[], bool], tell: Callable[[int], None]) -> bool:
        told, at = 0, time.monotonic()
        while True:
            with self._moved:
                if not (place := self._ordered().index(ticket)):
                    break
                self._moved.wait(LOOK_SECONDS)
            if stop():
                return False
            if place != told and time.monotonic() - at >= TELL_SECONDS:
                tell(place)
                told, at = place, time.monotonic()
        if told:
            tell(0)
        return True

    def _ordered(self) -> list[tuple[str, object]]:
        """The one whose turn it is, then a ticket of everyone in the order they came, then second ones, and so on."""
        seen: Counter[str] = Counter()
        rounds: list[tuple[int, tuple[str, object]]] = []
        for ticket in self._tickets[1:]:
            rounds.append((seen[ticket[0]], ticket))
            seen[ticket[0]] += 1
        first = self._tickets[:1]
        self._tickets = [*first, *(ticket for _, ticket in sorted(rounds, key=lambda each: each[0]))]
        return self._tickets


class InLine:
    """A brain that is shared, for one person: each thought waits for its turn, and the conversation tells the place."""

    def __init__(self, brain: Brain, line: Line, who: str) -> None:
        self._brain, self._line, self._who = brain, line, who

    @property
    def name(self) -> str:
        """What the model is called."""
        return self._brain.name

    @property
    def context_tokens(self) -> int:
        """Longest prompt and answer together."""
        return self._brain.context_tokens

    @property
    def tutored(self) -> Brain | None:
        """The same model with an adapter, behind the same line."""
        taught = self._brain.tutored
        return InLine(taught, self._line, self._who) if taught else None

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: dict[str, Any] | None = None,
        max_tokens: int = 256,
        on_text: OnText | None = None,
    ) -> Completion:
        """Answer a conversation when it is its turn; see `Brain.complete`."""
        began = time.monotonic()
        with self._line.turn(self._who, lambda: bool(on_text and on_text("")), _tell) as come:
            if not come:
                return Completion("", 0, 0, 0, time.monotonic() - began, "cancelled")
            return self._brain.complete(messages, schema=schema, max_tokens=max_tokens, on_text=on_text)

    def ahead(self, messages: Sequence[Message], begun: str, *, on_text: OnText | None = None) -> Ahead | None:
        """What would come next, when it is its turn; see `Brain.ahead`."""
        began = time.monotonic()
        with self._line.turn(self._who, lambda: bool(on_text and on_text("")), _tell) as come:
            if not come:
                return Ahead({}, 0, 0, time.monotonic() - began, cancelled=True)
            return self._brain.ahead(messages, begun, on_text=on_text)

    def close(self) -> None:
        """The brain is closed by whoever shares it."""


def _tell(place: int) -> None:
    try:
        write = get_stream_writer()
    except RuntimeError:
        return  # nobody looks on: this is no turn of a conversation
    write(Queued(place))
