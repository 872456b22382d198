"""One of several processes that train together: started by `tools.train.places._processes_worker`, never by hand."""
# pyright: basic

import json
import os
import sys
import threading
import time
from pathlib import Path

from store import StoreError
from store.processes import alive
from store.worker import Stopped, write_last
from tools.train._ranks import first, worker_of
from tools.train._worker import train
from tools.train.places._ended import ENDED

LOOK_SECONDS = 1.0


def main(folder: Path) -> None:
    """Train, and leave word how it ended. What was not foreseen ends the process with its traceback in the log."""
    threading.Thread(target=_end_with, args=[folder / "process.json"], daemon=True).start()
    try:
        facts = train(worker_of(folder))
    except Stopped as stop:
        ended = {"state": "stopped", "sentence": str(stop)}
    except StoreError as error:
        write_last(folder / ENDED, {"state": "failed", "sentence": str(error)})
        sys.exit(1)
    else:
        ended = {"state": "done", "facts": facts}
    if first():
        write_last(folder / ENDED, ended)


def _end_with(starter: Path) -> None:
    """End this process when the one that it works for is gone: nobody would hear of it, and it holds the cores."""
    while not starter.exists() or alive(json.loads(starter.read_text())["process"]):
        time.sleep(LOOK_SECONDS)
    os._exit(1)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
