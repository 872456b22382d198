"""The conversations that are looked at: each is read on, and drawn on, from where it was."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.draw import Drawing, Drawn
from assistant.unwritten import Unwritten
from store import Workspace
from store.conversations import Logged

MOST_LOGS = 50
"""Conversations kept in memory; others are read and drawn again when somebody looks."""


@dataclass
class _Known:
    lock: threading.Lock = field(default_factory=threading.Lock)
    entries: list[Logged] = field(default_factory=list[Logged])
    drawing: Drawing = field(default_factory=Drawing)


class Logs:
    """Those of a process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, _Known] = {}

    def read(self, ws: Workspace, thread: str, unwritten: Unwritten) -> list[Logged]:
        """All that happened in a conversation, with what waits for room to be written down."""
        known, waiting = self._of(thread), unwritten.waiting
        with known.lock:
            entries = known.entries
            entries += ws.conversations.since(thread, entries[-1].seq if entries else 0)
            last = entries[-1].seq if entries else 0
            return [*entries, *(Logged(last + n, turn, event.as_json()) for n, (turn, event) in enumerate(waiting, 1))]

    def draw(self, thread: str, logged: Sequence[Logged], running: bool) -> Drawn:
        """Draw a conversation, of which `logged` is what `read` gave; see `assistant.draw.draw`."""
        known = self._of(thread)
        with known.lock:
            return known.drawing.draw(logged, running)

    def forget(self, thread: str) -> None:
        """Let go of a conversation."""
        with self._lock:
            self._known.pop(thread, None)

    def _of(self, thread: str) -> _Known:
        with self._lock:
            known = self._known.pop(thread, None) or _Known()
            self._known[thread] = known  # the last one looked at stands last
            while len(self._known) > MOST_LOGS:
                del self._known[next(iter(self._known))]
            return known
