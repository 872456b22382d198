"""Explaining one answer, in a process of its own."""

from dataclasses import asdict
from typing import Any

from store import Workspace
from store.worker import Worker, serve
from tools.audit._attribution import attributed, read
from tools.audit._nearest import nearest
from tools.evaluate._answers import answer, sides
from tools.evaluate._ask import one_question
from tools.evaluate._runs import usable


def work(worker: Worker) -> dict[str, Any]:
    """Explain; the payload is {"run", "weights", "text", "row"}."""
    task = worker.payload
    with Workspace(worker.home, worker.project) as ws:
        run = usable(ws, task["run"])
        question = one_question(ws, run, task["text"], task["row"])
        worker.progress(0.1, f"Loading {run.id}")
        _, loaded = next(sides(run))
        (said,) = answer(loaded, run.plan, [question])
        worker.progress(0.4, "Weighing the words")
        weights = attributed(loaded, read(loaded, run.plan, question, said.text))
        worker.progress(0.9, "Looking for similar training rows")
        neighbours = nearest(ws, run, question.text, question.row)
    return {
        "text": question.text,
        "reference": question.reference,
        "answer": said.text,
        "chance": said.chances.get(said.text),
        **asdict(weights),
        "nearest": [asdict(each) for each in neighbours],
    }


if __name__ == "__main__":
    serve(work)
