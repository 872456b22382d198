"""A bias audit in a process of its own: the statistics of the data, then the answers of both models."""

from typing import Any

from store import Workspace
from store.worker import Worker, serve
from tools.audit._data_worker import of_data
from tools.audit._model import audited
from tools.audit._show import shown
from tools.audit._show_findings import with_findings
from tools.evaluate._runs import usable

Json = dict[str, Any]


def work(worker: Worker) -> Json:
    """Audit; the payload is {"run", "weights", "dataset", "version", "group", "rows", "seed"}."""
    task = worker.payload
    with Workspace(worker.home, worker.project) as ws:
        version = ws.datasets.version(task["dataset"], task["version"])
        run = usable(ws, task["run"]) if task["run"] else None
        worker.progress(0.02, f"Comparing the groups in {version.dataset}")
        body: Json = {"settings": task, "data": of_data(ws, version, task)}
        body["model"] = audited(worker, ws, run, version, task["group"], task["rows"], task["seed"]) if run else None
        body["result"] = with_findings(shown(version.dataset, run.id if run else None, body), body["model"]).as_json()
        report = ws.reports.save(
            "audit", body, run=run.id if run else None, dataset=version.dataset, version=version.number
        )
        return {"report": report.id}


if __name__ == "__main__":
    serve(work)
