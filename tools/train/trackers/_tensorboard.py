"""TensorBoard: an event file for each run, written anew when the mirror begins again: no point is there twice."""
# pyright: basic, reportMissingImports=false, reportAttributeAccessIssue=false

from collections.abc import Sequence
from time import time

from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.plugins.scalar.summary_v2 import scalar_pb
from tensorboard.plugins.text.summary_v2 import text_pb
from tensorboard.summary.writer.event_file_writer import EventFileWriter

from tools.train.trackers._figures import Facts, Point

ERRORS = (OSError,)
KEEPS = False
SUFFIX = ".tunewright"


class Opened:
    """A run in TensorBoard."""

    def __init__(self, run: Facts, folder: str) -> None:
        self._writer = EventFileWriter(folder, filename_suffix=SUFFIX)
        rows = "\n".join(f"| {key} | {value} |" for key, value in run.config.items())
        self._add(text_pb("settings", f"| setting | value |\n|---|---|\n{rows}"), 0)
        self._writer.flush()

    def write(self, points: Sequence[Point]) -> None:
        """Add points."""
        for step, measured in points:
            for name, value in measured.items():
                self._add(scalar_pb(name, value), step)
        self._writer.flush()

    def end(self, state: str, final: dict[str, float], step: int) -> None:
        """The final figures at the last step, and the state as a text."""
        self.write([(step, final)])
        self._add(text_pb("state", state), step)
        self._writer.flush()

    def close(self) -> None:
        """Close the file."""
        self._writer.close()

    def _add(self, summary: object, step: int) -> None:
        self._writer.add_event(Event(wall_time=time(), step=step, summary=summary))


def open_run(name: str, server: str | None, run: Facts, again: bool) -> Opened:
    """Open a run; see `_tracker.Module`."""
    folder = run.folder / run.id.rpartition("-")[0]
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob(f"events.out.tfevents.*{SUFFIX}"):
        old.unlink()
    return Opened(run, str(folder))
