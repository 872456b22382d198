"""A bias audit in a process of its own: the statistics of the data, then the answers of both models."""

import random
from typing import Any

from store import TrainingRun, Workspace
from store.worker import Stopped, Worker, serve
from tools.audit._counterfactual import compared, pairs
from tools.audit._data_worker import of_data
from tools.audit._show import shown
from tools.evaluate._answers import SIDES, Answered, Hear, Side, both
from tools.evaluate._rows import exam
from tools.evaluate._runs import usable
from tools.tool import ToolError

Json = dict[str, Any]
MOST_EXAMINED = 5000


def work(worker: Worker) -> Json:
    """Audit; the payload is the task that audit_bias writes."""
    task = worker.payload
    with Workspace(worker.home, worker.project) as ws:
        version = ws.datasets.version(task["dataset"], task["version"])
        run = usable(ws, task["run"]) if task["run"] else None
        worker.progress(0.02, f"Comparing the groups in {version.dataset}")
        body: Json = {"settings": task, "data": of_data(ws, version, task)}
        body["model"] = _model(worker, ws, run, task["rows"], task["seed"]) if run else None
        body["result"] = shown(version.dataset, run.id if run else None, body).as_json()
        report = ws.reports.save(
            "audit", body, run=run.id if run else None, dataset=version.dataset, version=version.number
        )
        return {"report": report.id}


def _model(worker: Worker, ws: Workspace, run: TrainingRun, rows: int, seed: int) -> Json:
    try:
        asked = exam(ws, run, None, None, MOST_EXAMINED, seed)
    except ToolError as error:
        return {"why_not": str(error)}
    found = pairs(asked.questions)
    named = sorted({pair.asked.row for pair in found})
    if len(named) > rows:
        chosen = set(random.Random(seed).sample(named, rows))
        found = [pair for pair in found if pair.asked.row in chosen]
    told: Json = {"split": asked.split, "rows": len(asked.questions), "with_terms": len(named), "kinds": {}}
    if not found:
        return told
    answered = both(run, [*(pair.asked for pair in found), *(pair.swapped for pair in found)], _hearing(worker, run.id))
    worker.progress(0.97, "Working out the intervals")
    before, after = _half(answered, slice(len(found))), _half(answered, slice(len(found), None))
    return told | {"kinds": compared(found, before, after, seed)}


def _half(answered: dict[Side, Answered], part: slice) -> dict[Side, Answered]:
    return {side: Answered(answered[side].answers[part], answered[side].seconds) for side in SIDES}


def _hearing(worker: Worker, run: str) -> Hear:
    def hear(side: Side, done: int, rows: int) -> None:
        if worker.stopping:
            raise Stopped(f"The audit of {run} was stopped; nothing was kept of it.")
        who = run if side == "tuned" else "the untuned model"
        fraction = 0.05 + 0.9 * (SIDES.index(side) + done / rows) / len(SIDES)
        worker.progress(fraction, f"Asked {who} {done} of {rows} texts")

    return hear


if __name__ == "__main__":
    serve(work)
