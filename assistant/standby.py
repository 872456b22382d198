"""Starts services again whose process was killed, while nobody looks; the page and the chat say that it fell."""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from store import StoreError, Workspace
from store.requests import Alert

log = logging.getLogger(__name__)
ROUND_SECONDS = 5.0
PAUSE_SECONDS = 5.0
FORGOTTEN_SECONDS = 3600.0
"""After how long a fall counts no more."""
FELL = (
    "The process of {} was gone, as when the machine runs out of memory, and was started again. Who asked it in "
    "between got no answer."
)


class Standby:
    """Looks after the services of the projects that are open, in a thread of its own.

    Args:
        projects: Gives the open projects.
        pause: How many seconds a service is left alone that falls a second time; twice as long at each further one.
    """

    def __init__(self, projects: Callable[[], Iterable[Workspace]], pause: float = PAUSE_SECONDS) -> None:
        self._projects, self._pause = projects, pause
        self._falls: dict[tuple[Path, str, str], list[float]] = {}
        self._ending = threading.Event()

    def begin(self) -> None:
        """Look again and again."""
        threading.Thread(target=self._rounds, name="standing by", daemon=True).start()

    def end(self) -> None:
        """Look no more."""
        self._ending.set()

    def look(self) -> list[str]:
        """Start what has fallen, and is not falling again and again; gives the names."""
        return [
            name
            for ws in self._projects()
            for name in ws.services.fallen()
            if self._may(ws, name) and self._started(ws, name)
        ]

    def _may(self, ws: Workspace, name: str) -> bool:
        now, key = time.monotonic(), (ws.home, ws.project, name)
        falls = [at for at in self._falls.get(key, []) if now - at < FORGOTTEN_SECONDS]
        if falls and now - falls[-1] < self._pause * 2 ** (len(falls) - 1):
            return False
        self._falls[key] = [*falls, now]
        return True

    def _started(self, ws: Workspace, name: str) -> bool:
        try:
            ws.services.begin(name)
            ws.requests.warn(Alert(name, "fallen", FELL.format(name)))
        except StoreError as error:
            log.warning("%s was not started again: %s", name, error)
            return False
        return True

    def _rounds(self) -> None:
        while not self._ending.wait(ROUND_SECONDS):
            try:
                self.look()
            except Exception:
                log.exception("services were not looked after")
