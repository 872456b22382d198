"""Projects in the states that requests are made in; small, made in a second, with no training run for it."""

import json
from pathlib import Path
from typing import Any

from store import Workspace
from store.processes import born
from store.worker import write_last
from tools import TOOLS

COMPLAINTS = """from (values
    ('The parcel never came', 'delivery', 'north'), ('The parcel never came', 'delivery', 'north'),
    ('Wrong size was sent', 'delivery', 'south'), ('I was charged twice', 'billing', 'north'),
    ('I was charged twice', 'refund', 'south'), ('Write to me: jo@example.org', 'billing', 'south'),
    (null, 'billing', 'north'), ('  My card was  declined ', 'billing', 'north'),
    ('App crashes on login', 'app', 'south'),
    ('Cannot reset the password', 'app', 'north')) t(message, category, region)"""
FAQ = """from (values ('How do I return a coat?', 'Use the label in the box.'),
    ('Where is my order?', 'See the tracking link.'),
    ('Do you ship to Norway?', 'Yes, it takes a week.'))
    t(question, answer)"""
LORA = {"technique": "lora", "base_model": "smollm2-135m", "task": "generate"}


def build(state: str, home: Path) -> Workspace:
    """A workspace in one of the states: the names in `STATES`."""
    ws = Workspace(home)
    for step in STATES[state]:
        step(ws)
    return ws


def _uploads(ws: Workspace) -> None:
    (ws.uploads / "complaints_2024.csv").write_text("message,category\nThe parcel never came,delivery\n")
    (ws.uploads / "notes.jsonl").write_text('{"note": "seen at noon"}\n')


def _goal(ws: Workspace) -> None:
    from store.goals import Goal

    with ws.approvals.typed("set_goal", {}):
        ws.goals.set(Goal("Sort complaints by what they are about", "classify", "macro_f1"))


def _complaints(ws: Workspace) -> None:
    roles = {"message": "text", "category": "label"}
    _add(ws, "complaints", COMPLAINTS, roles)


def _faq(ws: Workspace) -> None:
    _add(ws, "faq_pairs", FAQ, {"question": "prompt", "answer": "completion"})


def _fixes(ws: Workspace) -> None:
    TOOLS["propose_fixes"].run(ws, {"dataset": "complaints"})


def _applied(ws: Workspace) -> None:
    _typed(ws, "apply_fixes", {"kinds": ["exact_duplicates", "missing_text"]})


def _ready(ws: Workspace) -> None:
    _typed(ws, "split_dataset", {"dataset": "complaints", "test": 0.3})
    _typed(ws, "format_dataset", {"dataset": "complaints"})


def _run(ws: Workspace) -> None:
    write_last(training(ws, "result.json", {}) / "model" / "done.json", {})


def _running(ws: Workspace) -> None:
    training(ws, "process.json", {"process": born()})  # as long as this process lives


def _stopped(ws: Workspace) -> None:
    training(ws, "stopped.json", {"sentence": "Stopped after 20 of 60 steps."})


def _failed(ws: Workspace) -> None:
    training(ws, "failed.json", {"sentence": "The memory was used up at step 12 of 60. Take a smaller batch_size."})


def _evaluated(ws: Workspace) -> None:
    ws.reports.save("evaluation", {"task": "classify", "metrics": {}}, run="run-1", dataset="complaints", version=1)


def _exported(ws: Workspace) -> None:
    target = ws.folder / "exports" / "run-1-merged"
    target.mkdir(parents=True)
    (target / "README.md").write_text("# Model run-1\n")
    payload = {"run": "run-1", "form": "merged", "target": str(target)}
    _job(ws, "export", payload, "result.json", {"prompts": 3, "same_choice": 3, "largest_difference": 0.0, "files": []})


STATES = {
    "empty": [],
    "uploaded": [_uploads],
    "goal": [_goal],
    "one": [_goal, _complaints],
    "two": [_goal, _complaints, _faq],
    "fixes": [_goal, _complaints, _faq, _fixes],
    "applied": [_goal, _complaints, _faq, _fixes, _applied],
    "ready": [_goal, _complaints, _ready],
    "running": [_goal, _complaints, _running],
    "stopped": [_goal, _complaints, _stopped],
    "failed": [_goal, _complaints, _failed],
    "trained": [_goal, _complaints, _faq, _run, _evaluated, _run],
    "exported": [_goal, _complaints, _faq, _run, _evaluated, _run, _exported],
}


def _add(ws: Workspace, name: str, select: str, roles: dict[str, str]) -> None:
    with ws.approvals.typed("load_dataset", {}):
        ws.datasets.add(name, select, sentence=f"Loaded {name}.", recipe={}, roles=roles)


def _typed(ws: Workspace, tool: str, arguments: dict[str, Any]) -> None:
    with ws.approvals.typed(tool, arguments):
        TOOLS[tool].run(ws, arguments)


def training(
    ws: Workspace, ended: str, left: dict[str, Any], dataset: str = "complaints", plan: dict[str, Any] = LORA
) -> Path:
    """A run as the store has it, with what its worker would have left behind; gives the run's folder."""
    db = ws.runs._db
    with db.change():
        number = db.next_number("runs", ws.project)
        db.insert("runs", project=ws.project, number=number, dataset=dataset, version=1, plan=json.dumps(plan))
        job = _job(ws, "train", {"run": f"run-{number}"}, ended, left)
        db.insert("run_jobs", project=ws.project, run=number, job=job)
    folder = ws.runs.get(f"run-{number}").folder
    (folder / "model").mkdir(parents=True)
    return folder


def _job(ws: Workspace, kind: str, payload: dict[str, Any], ended: str, left: dict[str, Any]) -> int:
    db = ws.runs._db
    with db.change():
        stored = json.dumps(payload)
        job = db.insert("jobs", project=ws.project, kind=kind, module="", payload=stored, key=stored)
    folder = ws.home / "jobs" / str(job)
    folder.mkdir(parents=True)
    write_last(folder / "job.json", {})
    write_last(folder / ended, left)
    return job
