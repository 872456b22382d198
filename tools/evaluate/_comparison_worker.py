"""The statistics of a comparison, in a process of its own: they load the metrics."""

from pathlib import Path

from store.worker import Worker, serve
from tools.evaluate._comparison import Json, answers, compared


def work(worker: Worker) -> Json:
    """Compare; the payload is {"runs", "predictions", "labels", "wanted", "seed"}."""
    task = worker.payload
    one, other = (Path(file) for file in task["predictions"])
    both = answers(one, other)
    if not both.rows:
        return {"rows": 0}
    first, second = task["runs"]
    return compared((first, second), both, labels=task["labels"], wanted=task["wanted"], seed=task["seed"])


if __name__ == "__main__":
    serve(work)
