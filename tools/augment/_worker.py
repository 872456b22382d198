"""Have rows rewritten by a model, in a process of its own."""

from typing import Any

from store import Workspace
from store.worker import Stopped, Worker, serve
from tools.augment._paraphrase import exemplified, paraphrased
from tools.augment._rows import read_rows
from tools.augment._translation import back_translated

WRITING = 0.98


def work(worker: Worker) -> dict[str, Any]:
    """Write; the payload is {"method", "dataset", "version", "rows": [[row, texts], ...], "seed", "writer"}."""
    task = worker.payload
    with Workspace(worker.home, worker.project) as ws:
        training, _ = read_rows(ws.datasets.version(task["dataset"], task["version"]))
    by_row = {source.row: source for source in training}
    drawn = [(by_row[row], count) for row, count in task["rows"]]

    def hear(fraction: float, text: str) -> None:
        if worker.stopping:
            raise Stopped("The writing was stopped, and nothing was added.")
        worker.progress(WRITING * fraction, text)

    match task["method"]:
        case "back_translation":
            drafts, by = back_translated(drawn, hear, task["seed"])
        case "paraphrase":
            drafts, by = paraphrased(drawn, hear, task["seed"])
        case _:
            drafts, by = exemplified(drawn, training, hear, task["seed"])
    worker.progress(1, f"Written by {by}")
    return {"drafts": drafts, "by": by}


if __name__ == "__main__":
    serve(work)
