"""A worker for the tests of jobs: counts, and ends in the way it is told to. Run as `python -m`."""

import errno
import time
from typing import Any

from store import StoreError
from store.worker import Stopped, Worker, serve


def count(worker: Worker) -> dict[str, Any]:
    """Count to `to`, or until stopped, then do as `then` says; as a training, the plan of the run says it."""
    asked = worker.payload.get("plan", worker.payload)
    for n in range(asked["to"]):
        worker.progress((n + 1) / asked["to"], f"At {n + 1}", number=n + 1)
        if worker.stopping:
            raise Stopped(f"Stopped at {n + 1}.")
        time.sleep(asked.get("seconds", 0))
    match asked.get("then", "done"):
        case "refuse":
            raise StoreError("There is nothing to count. Give a number.")
        case "break":
            raise ZeroDivisionError("a secret")
        case "fill the disk":
            raise OSError(errno.ENOSPC, "No space left on device")
        case "write without end":
            with (worker.folder / "endless").open("wb") as file:
                while True:
                    file.write(b"1" * 4096)
                    file.flush()
        case "fill the memory":
            raise MemoryError
        case _:
            return {"counted": asked["to"]}


if __name__ == "__main__":
    serve(count)
