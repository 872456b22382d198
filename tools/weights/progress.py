"""How far a download is: bytes, speed, time left."""

import sys
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TextIO

WINDOW_SECONDS = 5.0
EVERY_SECONDS = 0.2
LINE_EVERY_SECONDS = 5.0


@dataclass(frozen=True)
class Progress:
    """A moment of a download.

    Attributes:
        name: The model that is loaded.
        source: Where it comes from, in words.
        bytes: How much is here, counting what an earlier try left behind.
        total: How much it will be, or None while that is unknown.
        bytes_per_second: Speed over the last few seconds.
        seconds_left: Time to go at that speed, or None while it cannot be told.
    """

    name: str
    source: str
    bytes: int
    total: int | None
    bytes_per_second: float
    seconds_left: float | None

    def __str__(self) -> str:
        """Read as one line, for a terminal or a chat."""
        share = f"{self.bytes / self.total:4.0%} of {size(self.total)}" if self.total else size(self.bytes)
        left = "" if self.seconds_left is None else f", {duration(self.seconds_left)} left"
        return f"{self.name} from {self.source}: {share}, {size(int(self.bytes_per_second))}/s{left}"


OnProgress = Callable[[Progress], None]
"""Called as bytes arrive. It may raise to break the download off; what has come so far is kept."""


class Meter:
    """Counts arriving bytes and tells a callback, a few times a second."""

    def __init__(self, name: str, source: str, total: int | None, tell: OnProgress | None) -> None:
        self._name, self._source, self._total, self._tell = name, source, total, tell
        self._bytes = 0
        self._told = time.monotonic()
        self._recent = deque([(self._told, 0)])

    def have(self, count: int) -> None:
        """Count bytes that were here already; a negative count takes back bytes that must come again."""
        self._bytes += count

    def add(self, count: int) -> None:
        """Count bytes that just arrived."""
        now = time.monotonic()
        self._bytes += count
        self._recent.append((now, count))
        while len(self._recent) > 1 and self._recent[0][0] < now - WINDOW_SECONDS:
            self._recent.popleft()
        if now - self._told >= EVERY_SECONDS:
            self._told = now
            self.tell()

    def tell(self) -> None:
        """Tell the callback where things stand now."""
        if self._tell is None:
            return
        elapsed = time.monotonic() - self._recent[0][0]
        speed = sum(count for _, count in self._recent) / elapsed if elapsed > 0 else 0.0
        left = (self._total - self._bytes) / speed if self._total and speed else None
        self._tell(Progress(self._name, self._source, self._bytes, self._total, speed, left))


class PrintProgress:
    """Writes progress to a terminal as one line that is rewritten; elsewhere as a line every few seconds."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._printed = 0.0
        self._width = 0

    def __call__(self, progress: Progress) -> None:
        """Show one moment."""
        done = progress.total is not None and progress.bytes >= progress.total
        line = str(progress)
        if self._stream.isatty():
            self._stream.write("\r" + line.ljust(self._width) + ("\n" if done else ""))
            self._width = 0 if done else len(line)
        elif done or time.monotonic() - self._printed >= LINE_EVERY_SECONDS:
            self._printed = time.monotonic()
            self._stream.write(line + "\n")
        self._stream.flush()


def size(count: int) -> str:
    """Bytes as a reader wants them.

    Example:
        >>> size(1117320768)
        '1.1 GB'
    """
    amount = float(count)
    for unit in ("B", "kB", "MB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}"
        amount /= 1000
    return f"{amount:.1f} GB"


def duration(seconds: float) -> str:
    """Seconds as a reader wants them.

    Example:
        >>> duration(75)
        '1 min 15 s'
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s" if minutes else f"{rest} s"
