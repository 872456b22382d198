"""Lines: whoever came first comes first, everyone sees their place, and only so many have their turn at once.

A lock gives no order: of fifty people, some would wait for ever. Here everyone takes a ticket for each turn. Somebody
who talks in several projects at once has one ticket among those of the others; the rest stand behind them.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import inf

from langgraph.config import get_stream_writer

from assistant.events import Queued

LOOK_SECONDS = 0.2
TELL_SECONDS = 1.0
"""How long a place in line is waited at before it is told, and how long at least until another one is."""
BETTER = 0.75
"""What share of the place told last another one is at most: to tell each of fifty costs more than it says."""
Stop = Callable[[], bool]
Tell = Callable[[int], None]


@dataclass(eq=False)
class _Ticket:
    who: str
    came: float
    """When it came into line; as the next, in seconds of a clock that nobody sets."""
    begun: float = 0.0
    """When its turn came."""
    come: threading.Event = field(default_factory=threading.Event)


class Line:
    """The tickets of those who wait, and of those whose turn it is.

    Args:
        at_once: How many have their turn at once.
        seconds: How long a turn is one's own. Whoever takes longer is not stopped, and counts no more: the next one
            comes.
    """

    def __init__(self, at_once: int = 1, seconds: float = inf) -> None:
        self._at_once, self._seconds = at_once, seconds
        self._lock = threading.Lock()
        self._inside: list[_Ticket] = []
        self._waiting: list[_Ticket] = []

    @contextmanager
    def turn(self, who: str, stop: Stop, tell: Tell, *, ahead: float = 0.0) -> Generator[bool]:
        """Wait for one's turn, and have it until the block ends.

        Args:
            who: Whose ticket it is.
            stop: Whether it is not wanted any more; asked again and again while waiting.
            tell: Hears the place in line, 1 for whoever is next, and again when it is much better; 0 once the turn has
                come after a place was told.
            ahead: How many seconds before now one counts as having come.

        Yields:
            Whether the turn has come; False where `stop` said so.
        """
        ticket = _Ticket(who, time.monotonic() - ahead)
        with self._lock:
            behind = (place for place, other in enumerate(self._waiting) if other.came > ticket.came)
            self._waiting.insert(next(behind, len(self._waiting)), ticket)
            self._move()
        try:
            yield self._come(ticket, stop, tell)
        finally:
            with self._lock:
                for tickets in (self._inside, self._waiting):
                    if ticket in tickets:
                        tickets.remove(ticket)
                self._move()

    @property
    def waiting(self) -> int:
        """How many there are, with those whose turn it is."""
        with self._lock:
            return len(self._inside) + len(self._waiting)

    def _come(self, ticket: _Ticket, stop: Stop, tell: Tell) -> bool:
        told, at = 0, time.monotonic()
        while not ticket.come.wait(LOOK_SECONDS):
            if stop():
                return False
            place = self._place(ticket)
            news = place and (not told or place <= BETTER * told)
            if news and time.monotonic() - at >= TELL_SECONDS:
                tell(place)
                told, at = place, time.monotonic()
        if told:
            tell(0)
        return True

    def _place(self, ticket: _Ticket) -> int:
        """1 for whoever is next; 0 if the turn has come."""
        with self._lock:
            self._move()  # somebody inside may have taken too long since
            return self._waiting.index(ticket) + 1 if ticket in self._waiting else 0

    def _move(self) -> None:
        """Let in whoever is next, while there is room."""
        now = time.monotonic()
        self._inside = [ticket for ticket in self._inside if now - ticket.begun < self._seconds]
        self._waiting = _ordered(self._waiting)
        while self._waiting and len(self._inside) < self._at_once:
            ticket = self._waiting.pop(0)
            ticket.begun = now
            self._inside.append(ticket)
            ticket.come.set()


def _ordered(waiting: list[_Ticket]) -> list[_Ticket]:
    """A ticket of everyone in the order they came, then second ones, and so on."""
    seen: Counter[str] = Counter()
    rounds: list[tuple[int, _Ticket]] = []
    for ticket in waiting:
        rounds.append((seen[ticket.who], ticket))
        seen[ticket.who] += 1
    return [ticket for _, ticket in sorted(rounds, key=lambda each: each[0])]


def told_in_talk(line: str) -> Tell:
    """Tells a place where the node of a turn waits; nobody where it is none.

    Args:
        line: Which line it is; see `Queued`.
    """

    def tell(place: int) -> None:
        try:
            write = get_stream_writer()
        except RuntimeError:
            return
        write(Queued(place, line))

    return tell
