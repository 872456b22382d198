"""One question to the tuned and the untuned model, in a process of its own."""

from typing import Any

from store import Workspace
from store.worker import Worker, serve
from tools.evaluate._answers import SIDES, Side, both
from tools.evaluate._ask import one_question
from tools.evaluate._runs import usable


def work(worker: Worker) -> dict[str, Any]:
    """Ask both; the payload is {"run", "weights", "text", "row"}."""
    task = worker.payload
    with Workspace(worker.home, worker.project) as ws:
        run = usable(ws, task["run"])
        question = one_question(ws, run, task["text"], task["row"])
    worker.progress(0.0, f"Loading {run.id}")

    def hear(side: Side, done: int, rows: int) -> None:
        worker.progress((SIDES.index(side) + done / rows) / len(SIDES), f"Asked the {side} model")

    answered = both(run, [question], hear)
    sides: dict[str, Any] = {}
    for side in SIDES:
        answer = answered[side].answers[0]
        sides[side] = {"text": answer.text, "chances": answer.chances, "seconds": round(answered[side].seconds, 3)}
    cut = answered["tuned"].answers[0].cut
    return {"text": question.text, "reference": question.reference, "cut": cut, **sides}


if __name__ == "__main__":
    serve(work)
