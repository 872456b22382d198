"""The projects that are open in this process: who asks for one gets the same; one that nobody asks for is let go of."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from store import Workspace
from store.datasets import slug

MOST_OPEN = 64
"""Projects that stay open; those that were not asked for longest are let go of."""
IDLE_SECONDS = 900.0
"""How long nobody has to ask for a project until it is let go of."""
Key = tuple[Path, str]


@dataclass
class _Open:
    workspace: Workspace
    asked: float
    """When it was asked for last, in seconds of a clock that nobody sets."""


class Workspaces:
    """What is open.

    To let go of a workspace is to hold it no more: whoever still works with it, such as a turn, goes on, and its files
    are closed after that. Asked for again, it is opened again.

    Args:
        open_at: Opens a project of a workspace.
    """

    def __init__(self, open_at: Callable[[Path, str], Workspace]) -> None:
        self._open_at = open_at
        self._lock = threading.RLock()
        self._open: dict[Key, _Open] = {}

    def at(self, home: Path, project: str) -> Workspace:
        """A project of a workspace, opened if it is not."""
        key = home, slug(project)
        with self._lock:
            found = self._open.pop(key, None) or _Open(self._open_at(home, project), 0.0)
            found.asked = time.monotonic()
            self._open[key] = found  # the one asked for last stands last
            return found.workspace

    def of(self, home: Path) -> list[Workspace]:
        """The projects of a workspace that are open."""
        with self._lock:
            return [each.workspace for (at, _), each in self._open.items() if at == home]

    def all(self) -> list[Workspace]:
        """Every project that is open."""
        with self._lock:
            return [each.workspace for each in self._open.values()]

    def take_out(self, home: Path) -> list[Workspace]:
        """Let go of all projects of a workspace, for whoever closes them."""
        with self._lock:
            taken = self.of(home)
            self._open = {key: each for key, each in self._open.items() if key[0] != home}
            return taken

    def let_go(self, may: Callable[[Workspace], bool], *, most: int = MOST_OPEN, idle: float = IDLE_SECONDS) -> int:
        """Let go of those that nobody has asked for in a while, and of the rest where there are too many.

        Args:
            may: Whether one may go; asked of those alone that would, and without keeping others waiting.
            most: How many may stay.
            idle: After how many seconds.

        Returns:
            How many went.
        """
        with self._lock:
            late, over = time.monotonic() - idle, len(self._open) - most
            going = [
                (key, each.asked) for n, (key, each) in enumerate(self._open.items()) if each.asked < late or n < over
            ]
        gone = 0
        for key, asked in going:
            each = self._open.get(key)
            if each and each.asked == asked and may(each.workspace):
                with self._lock:
                    if self._open.get(key) is each and each.asked == asked:  # nobody has come in between
                        del self._open[key]
                        gone += 1
        return gone

    def close(self) -> None:
        """Close all."""
        for workspace in self.all():
            workspace.close()
