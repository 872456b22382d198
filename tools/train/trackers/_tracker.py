"""What every tracker can do for the mirror."""

from collections.abc import Sequence
from typing import Protocol

from tools.train.trackers._figures import Facts, Point


class Opened(Protocol):
    """A run in a tracker, open for writing. Each tracker's file has an `open_run` that gives one, and its `ERRORS`."""

    def write(self, points: Sequence[Point]) -> None:
        """Add points. Those that the tracker has already, from before a kill, are left out."""
        ...

    def end(self, state: str, final: dict[str, float], step: int) -> None:
        """Say how the run ended, and write its final figures; also a second time, when there are more."""
        ...

    def close(self) -> None:
        """Let go of it; all that was written is kept."""
        ...


class Module(Protocol):
    """A tracker's file."""

    ERRORS: tuple[type[Exception], ...]
    """What its library raises when the tracker cannot be written to, and trying again may help."""
    KEEPS: bool
    """Whether what was written before a kill is kept; else opening a run discards it, and all points are given."""

    @staticmethod
    def open_run(name: str, server: str | None, run: Facts, again: bool) -> Opened:
        """Open a run.

        Args:
            name: The project or experiment in the tracker.
            server: Where it is; None for this machine.
            run: What it is told of the run.
            again: Discard what was written of it: steps were made again since.
        """
        ...
