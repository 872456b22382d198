"""A worker that breaks with keys in its words."""

import os

from store import StoreError
from store.worker import Worker, serve


def work(worker: Worker) -> dict[str, object]:
    words = f"the server refused {os.environ['HF_TOKEN']} and {worker.payload['said']}"
    if worker.payload["known"]:
        raise StoreError(words)
    raise RuntimeError(words)


if __name__ == "__main__":
    serve(work)
