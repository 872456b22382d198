"""A bias audit of data alone, in a process of its own that needs no torch."""

from typing import Any

from store import Version, Workspace
from store.reports import Report
from store.worker import Worker, serve
from tools.audit._before import changes, earlier
from tools.audit._data import audited
from tools.audit._show import shown

Json = dict[str, Any]


def work(worker: Worker) -> Json:
    """Audit; the payload is the task that audit_bias writes."""
    with Workspace(worker.home, worker.project) as ws:
        worker.progress(0.02, f"Comparing the groups in {worker.payload['dataset']}")
        return {"report": saved(ws, worker.payload).id}


def saved(ws: Workspace, task: Json) -> Report:
    """Audit the data of a task, and keep the report."""
    version = ws.datasets.version(task["dataset"], task["version"])
    body: Json = {"settings": task, "data": of_data(ws, version, task), "model": None}
    body["result"] = shown(version.dataset, None, body).as_json()
    return ws.reports.save("audit", body, dataset=version.dataset, version=version.number)


def of_data(ws: Workspace, version: Version, task: Json) -> Json:
    """The figures, and what they were in an audit of an earlier version."""
    beside = ws.datasets.version(*task["beside"]) if task.get("beside") else None
    told = audited(version, task["group"], ws.folder / "words", task.get("reference"), beside)
    before = earlier(ws, version, task)
    if before:
        kept = {name: before[name] for name in ("report", "version")}
        told["before"] = kept | {"changes": changes(before["data"], told)}
    return told


if __name__ == "__main__":
    serve(work)
