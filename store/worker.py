"""The other side of a job: what a worker process uses to read its task and tell how it goes."""

import json
import logging
import os
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from store.errors import NoSpace, StoreError, disk_is_full

log = logging.getLogger(__name__)


class Stopped(Exception):
    """The user asked for a stop, and what was done so far is saved."""


class Worker:
    """A running job, from inside."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        job = json.loads((folder / "job.json").read_text())
        self.home, self.project = Path(job["home"]), str(job["project"])
        self.payload: dict[str, Any] = job["payload"]
        self._began = time.monotonic()

    @property
    def stopping(self) -> bool:
        """Whether the user asked for a stop."""
        return (self.folder / "stop").exists()

    def progress(self, fraction: float, text: str, *, seconds_left: float | None = None, **data: Any) -> None:
        """Tell how far it is, from 0 to 1, in words, with numbers to plot.

        The estimate of the seconds left follows from the time so far unless it is given.
        """
        if seconds_left is None and 0 < fraction <= 1:
            seconds_left = (time.monotonic() - self._began) * (1 - fraction) / fraction
        line = {"at": time.time(), "fraction": fraction, "text": text, "seconds_left": seconds_left, "data": data}
        with (self.folder / "progress.jsonl").open("a") as file:
            file.write(json.dumps(line) + "\n")


def serve(work: Callable[[Worker], dict[str, Any]]) -> None:
    """Run a job as `python -m tools.chapter._worker FOLDER`: do the work, leave the result or a sentence."""
    worker = Worker(Path(sys.argv[1]))
    if hasattr(os, "nice"):
        os.nice(10)  # whoever chats comes first
    try:
        write_last(worker.folder / "result.json", work(worker))
    except Stopped as stop:
        write_last(worker.folder / "stopped.json", {"sentence": str(stop)})
    except StoreError as error:
        _fail(worker, str(error))
    except MemoryError:
        _fail(worker, "The machine ran out of memory. Use a smaller model, shorter rows or smaller batches.")
    except Exception as error:  # the edge of the process: every bug is logged once, with a reference
        reference = uuid.uuid4().hex[:8]
        log.exception("job broke, reference %s", reference)
        broke = f"Something broke that was not foreseen; the log has it as {reference}."
        _fail(worker, str(NoSpace()) if disk_is_full(error) else broke)


def _fail(worker: Worker, sentence: str) -> None:
    write_last(worker.folder / "failed.json", {"sentence": sentence})
    sys.exit(1)


def write_last(path: Path, value: dict[str, Any]) -> None:
    """Write a small JSON file whole or not at all: beside, flushed, then renamed."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    with beside.open("w") as file:
        json.dump(value, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, path)
