"""Projects in the states that requests are made in; small, made in a second, with no training run for it."""

import json
from pathlib import Path

from store import Workspace
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


def _run(ws: Workspace) -> None:
    _training(ws, "result.json", {})


def _running(ws: Workspace) -> None:
    _training(ws, "", {})


def _stopped(ws: Workspace) -> None:
    _training(ws, "stopped.json", {"sentence": "Stopped after 20 of 60 steps."})


def _evaluated(ws: Workspace) -> None:
    ws.reports.save("evaluation", {"task": "classify", "metrics": {}}, run="run-1", dataset="complaints", version=1)


STATES = {
    "empty": [],
    "uploaded": [_uploads],
    "one": [_goal, _complaints],
    "two": [_goal, _complaints, _faq],
    "fixes": [_goal, _complaints, _faq, _fixes],
    "running": [_goal, _complaints, _running],
    "stopped": [_goal, _complaints, _stopped],
    "trained": [_goal, _complaints, _faq, _run, _evaluated, _run],
}


def _add(ws: Workspace, name: str, select: str, roles: dict[str, str]) -> None:
    with ws.approvals.typed("load_dataset", {}):
        ws.datasets.add(name, select, sentence=f"Loaded {name}.", recipe={}, roles=roles)


def _training(ws: Workspace, ended: str, left: dict[str, str]) -> None:
    """A run as the store has it, with what its worker would have left behind."""
    db = ws.runs._db
    with db.change():
        number = db.next_number("runs", ws.project)
        db.insert("runs", project=ws.project, number=number, dataset="complaints", version=1, plan=json.dumps(LORA))
        payload = json.dumps({"run": f"run-{number}"})
        job = db.insert("jobs", project=ws.project, kind="train", module="", payload=payload, key=f"run-{number}")
        db.insert("run_jobs", project=ws.project, run=number, job=job)
    folder = ws.home / "jobs" / str(job)
    folder.mkdir(parents=True)
    write_last(folder / "job.json", {})
    if ended:
        write_last(folder / ended, left)
