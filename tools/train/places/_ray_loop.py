"""What each worker of a Ray cluster does: lay the parcel out, train as everywhere, and send the news to the board."""
# pyright: basic, reportMissingImports=false, reportAttributeAccessIssue=false

import os
import tempfile
import threading
from pathlib import Path
from typing import Any

import ray

from store import StoreError
from store.worker import Stopped, write_last
from tools.train import _ranks as ranks
from tools.train._worker import train
from tools.train.places._away import Files, Mirror, unpack

LOOK_SECONDS = 0.5


@ray.remote(num_cpus=0)
class Board:
    """Where the workers and whoever waits for them meet; it holds what a worker that takes over needs.

    No file system has to be shared: all that is exchanged goes through it.
    """

    def __init__(self, files: Files) -> None:
        self._files = files
        self._news: list[dict[str, str]] = []
        self._checkpoint: Files = {}
        self._fresh = self._stop = False
        self._end: Files = {}
        self._starts = 0

    def parcel(self) -> Files:
        """What is needed to begin, or to go on."""
        if not self._checkpoint:
            return self._files
        kept = {name: content for name, content in self._files.items() if not name.startswith("run/checkpoints/")}
        return {**kept, **self._checkpoint}

    def started(self) -> None:
        """Count a start of the workers."""
        self._starts += 1

    def tell(self, lines: dict[str, str], checkpoint: Files) -> bool:
        """Take news; answers whether the training shall stop."""
        self._news.append(lines)
        if checkpoint:
            self._checkpoint, self._fresh = checkpoint, True
        return self._stop

    def close(self, files: Files) -> None:
        """Take the model, and how it ended."""
        self._end = files

    def ended(self) -> Files:
        """The model and how it ended, once it did."""
        return self._end

    def take(self, stop: bool) -> tuple[list[dict[str, str]], Files, int]:
        """Give what is new: lines, a checkpoint, and how often the workers were started. `stop` asks for a stop."""
        self._stop = self._stop or stop
        news, self._news = self._news, []
        checkpoint = self._checkpoint if self._fresh else {}
        self._fresh = False
        return news, checkpoint, self._starts


def loop(config: dict[str, Any]) -> None:
    """Train, in one worker of the cluster."""
    board: Any = ray.get_actor(config["board"], namespace=config["namespace"])
    if ray.get(board.ended.remote()):
        return  # the others were told to start again, but there is nothing left to do
    folder = Path(tempfile.gettempdir()) / f"tunewright-{config['board']}"
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    ranks.once_a_machine(lambda: unpack(ray.get(board.parcel.remote()), folder), lambda: None)
    job = folder / "job"
    over = threading.Event()
    posting = threading.Thread(target=_post, args=[board, folder, over], daemon=True)
    if ranks.first():
        ray.get(board.started.remote())
        posting.start()
    try:
        ended = {"state": "done", "facts": train(ranks.worker_of(job))}
    except Stopped as stop:
        ended = {"state": "stopped", "sentence": str(stop)}
    except StoreError as error:
        write_last(job / "ended.json", {"state": "failed", "sentence": str(error)})
        ray.get(board.close.remote(Mirror(folder).end()))
        raise
    finally:
        over.set()
        if ranks.first():
            posting.join()
    if ranks.first():
        write_last(job / "ended.json", ended)
        ray.get(board.close.remote(Mirror(folder).end()))


def _post(board: Any, folder: Path, over: threading.Event) -> None:
    """Send what is new to the board, and hear of a stop from it; once more after the end."""
    mirror, last = Mirror(folder), False
    while not last:
        last = over.wait(LOOK_SECONDS)
        if ray.get(board.tell.remote(mirror.lines(), mirror.checkpoint())):
            (folder / "job" / "stop").touch()
