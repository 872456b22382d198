"""What was said while the disk was full: kept in memory, and written down as soon as there is room."""

import threading

from assistant.events import Event, Progressed, Saying
from store import NoSpace, Workspace


class Unwritten:
    """The events of one conversation that wait to be written down, in their order.

    Args:
        ws: The workspace.
        thread: The conversation.
    """

    def __init__(self, ws: Workspace, thread: str) -> None:
        self._ws, self._thread = ws, thread
        self._lock = threading.Lock()
        self._waiting: list[tuple[str, Event]] = []

    def add(self, turn: str, event: Event) -> None:
        """Write an event down after those that wait; where there is no room, it waits with them."""
        with self._lock:
            self._waiting.append((turn, event))
        self.write()
        with self._lock:
            if isinstance(event, Progressed | Saying) and self._waiting:
                self._waiting.pop()  # the next one says more

    def write(self) -> None:
        """Write down what there is room for, and every yes of the project that was used without room for saying so."""
        self._ws.approvals.write_used()
        with self._lock:
            try:
                while self._waiting:
                    turn, event = self._waiting[0]
                    self._ws.conversations.append(self._thread, turn, event.as_json())
                    del self._waiting[0]
            except NoSpace:
                return

    @property
    def waiting(self) -> list[tuple[str, Event]]:
        """What waits, each with its turn."""
        with self._lock:
            return list(self._waiting)
