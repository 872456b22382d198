"""Explaining one answer, in a process of its own."""

from typing import Any

from store import Workspace
from store.worker import Stopped, Worker, serve
from tools.audit._explained import explained
from tools.evaluate._answers import sides
from tools.evaluate._ask import one_question
from tools.evaluate._runs import usable


def work(worker: Worker) -> dict[str, Any]:
    """Explain; the payload is {"run", "weights", "text", "row", "instead"}."""
    task = worker.payload

    def tell(fraction: float, text: str) -> None:
        if worker.stopping:
            raise Stopped(f"The explanation of {task['run']} was stopped; nothing was kept of it.")
        worker.progress(fraction, text)

    with Workspace(worker.home, worker.project) as ws:
        run = usable(ws, task["run"])
        question = one_question(ws, run, task["text"], task["row"])
        tell(0.05, f"Loading {run.id}")
        _, loaded = next(sides(run))
        return explained(ws, run, loaded, question, task["instead"], tell)


if __name__ == "__main__":
    serve(work)
