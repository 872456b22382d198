"""A worker that works until it is asked to stop."""

import time
from typing import Any

from store.worker import Worker, serve


def work(worker: Worker) -> dict[str, Any]:
    """Wait for the stop."""
    worker.progress(0.0, "Waiting")
    while not worker.stopping:
        time.sleep(0.05)
    return {}


if __name__ == "__main__":
    serve(work)
