"""Projects as `assistant/lessons/projects.jsonl` describes them, made real in a second, with rows that say nothing."""

import json
from pathlib import Path
from typing import Any

from assistant.scene import Scene
from benchmarks.states import training
from store import Workspace
from store.goals import Goal
from store.processes import born
from store.services import ServedModel

ENDED = {
    "done": ("result.json", {}),
    "running": ("process.json", {"process": born()}),  # as long as this process lives
    "stopped": ("stopped.json", {"sentence": "Stopped after 20 of 60 steps."}),
    "failed": ("failed.json", {"sentence": "The memory was used up at step 12 of 60. Take a smaller batch_size."}),
}
VALUES = {"gender": "female male", "sex": "f m", "author_gender": "woman man", "country": "Norway Spain"}
"""What stands in columns whose values people mean them by."""


def build(scene: Scene, home: Path) -> Workspace:
    """A workspace with a project like this one."""
    ws = Workspace(home)
    if scene.goal:
        with ws.approvals.typed("set_goal", {}):
            ws.goals.set(Goal(scene.goal[0], "classify" if scene.goal[1] == "classify" else "generate", scene.goal[2]))
    for dataset in scene.datasets:
        _dataset(ws, **dataset)
    for fix in scene.fixes:
        _fix(ws, **fix)
    for run in scene.runs:
        plan = {"technique": run["technique"], "base_model": run["base_model"], "task": "generate"}
        training(ws, *ENDED[run["state"]], dataset=run["dataset"], plan=plan)
        if "name" in run:
            with ws.approvals.typed("rename_run", {}):
                ws.runs.rename(run["id"], run["name"])
    for report in scene.reports:
        kept = {"run": report["run"], "dataset": scene.runs[0]["dataset"], "version": 1}
        ws.reports.save(report["kind"], {"task": "classify", "metrics": {}}, **kept)
    for name in scene.uploads:
        (ws.uploads / name).write_text("text,label\nhello,greeting\n")
    for service in scene.services:
        _service(ws, **service)
    return ws


def _dataset(ws: Workspace, name: str, rows: int, version: int, columns: dict[str, str]) -> None:
    told = ", ".join(f"{_value(column)} as {column}" for column in columns)
    roles = {column: role for column, role in columns.items() if role}
    with ws.approvals.typed("load_dataset", {}):
        select = f"select {told} from range({rows}) t(i)"
        ws.datasets.add(name, select, sentence=f"Loaded {name}.", recipe={}, roles=roles)
        for _ in range(version - 1):
            ws.datasets.derive(name, "select * from parent", sentence="Left as it was.", recipe={})


def _service(ws: Workspace, name: str, state: str, runs: list[str]) -> None:
    models = tuple(ServedModel(run, run, "", "llama", "generate", 1 / len(runs)) for run in runs)
    with ws.approvals.typed("deploy_run", {}):
        ws.services.set(name, models, {})
        if state == "ended":
            ws.services.end(name)


def _value(column: str) -> str:
    values = VALUES.get(column, f"{column}_a {column}_b").split()
    return f"case i % 2 when 0 then '{values[0]}' else '{values[1]}' end"


def _fix(ws: Workspace, id: str, dataset: str, kind: str, rows: int) -> None:
    """A proposal as the store has it."""
    db, number = ws.fixes._db, int(id.rpartition("-")[2])
    told: dict[str, Any] = {"sentence": f"Mend {rows} rows.", "done": "", "why": kind, "file": f"{id}.parquet"}
    with db.change():
        head = ws.datasets.head(dataset).number
        made = {"dataset": dataset, "version": head, "kind": kind, "rows": rows, "payload_hash": json.dumps([id, kind])}
        db.insert("fixes", project=ws.project, number=number, **made, **told)
