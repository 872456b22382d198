"""Who is at work in this process: few turns at once, and the others in line.

All threads share one interpreter, so fifty turns at work at once are not done sooner than two; but the page, which has
to have its moment among them, is slow for everybody. Whoever waits for something else, a job in its own process or the
language model, makes room meanwhile.
"""

import threading
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager

from assistant.line import Line, Stop, Tell, told_in_talk

LEAST_AT_WORK, MOST_AT_WORK = 2, 4
"""Turns at once: as many as there are processors, within these; more would only wait for the interpreter."""
OWN_SECONDS = 5.0
"""How long a turn at work keeps others waiting: a long query, or a file from far away, is no reason to."""

MOST_AHEAD_SECONDS = 60.0
"""How long before others one stands at most for having begun before them: nobody waits for ever for a long plan."""


def line_of_work(processors: int) -> Line:
    """The line of a process.

    Args:
        processors: How many it may use.
    """
    return Line(min(max(processors, LEAST_AT_WORK), MOST_AT_WORK), OWN_SECONDS)


class Shift:
    """The place of one conversation among those at work; alone in its line if none is given.

    Args:
        line: Where its turns stand in line.
        who: Whose they are; see `Line.turn`.
    """

    def __init__(self, line: Line | None = None, who: str = "") -> None:
        self._line, self._who = line or Line(), who
        self._lock = threading.Lock()
        self._place: ExitStack | None = None
        self._aside = 0
        self._stop: Stop = bool
        self._begun = 0.0

    @contextmanager
    def at_work(self, stop: Stop, tell: Tell) -> Generator[bool]:
        """Wait in line, and be at work until the block ends; see `Line.turn`."""
        self._stop, self._place, self._begun = stop, ExitStack(), time.monotonic()
        try:
            yield self._place.enter_context(self._line.turn(self._who, stop, tell))
        finally:
            with self._lock:
                self._place.close()
                self._place = None

    @contextmanager
    def aside(self) -> Generator[None]:
        """Make room while waiting for something else; after that, wait in line to go on, before those who began later.

        Whoever does not want to go on comes back at once, to end. Inside another `aside`, or where nothing is at work,
        nothing happens.
        """
        with self._lock:
            self._aside += 1
            if self._aside == 1 and self._place:
                self._place.close()
        try:
            yield
        finally:
            with self._lock:
                self._aside -= 1
                if not self._aside and self._place:
                    ahead = min(time.monotonic() - self._begun, MOST_AHEAD_SECONDS)
                    again = self._line.turn(self._who, self._stop, told_in_talk("work"), ahead=ahead)
                    self._place.enter_context(again)
