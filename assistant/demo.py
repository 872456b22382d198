"""The main job on the sample that ships, from goal to report, with every step printed."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from store import Progress, Workspace
from store.jobs import watched
from tools import TOOLS, Result, Table
from tools.project.sample import PLANTED, TICKETS

Show = Callable[[str, Result], None]
Tell = Callable[[Progress], None]
Call = tuple[str, dict[str, Any]]

GOAL = {
    "description": "Sort support tickets by what they are about, so that each reaches the right team.",
    "task": "classify",
    "metric": "macro_f1",
    "domain": "customer support",
}
BEFORE: list[Call] = [
    ("set_goal", GOAL),
    ("load_dataset", {"source": str(TICKETS), "name": "tickets"}),
    ("profile_dataset", {"dataset": "tickets"}),
    ("propose_fixes", {"dataset": "tickets"}),
]
TRAINING: list[Call] = [
    ("apply_fixes", {"dataset": "tickets"}),
    ("split_dataset", {"dataset": "tickets"}),
    ("format_dataset", {"dataset": "tickets"}),
    ("start_training", {"dataset": "tickets", "technique": "lora", "task": "generate", "epochs": 1}),
]
AFTER: list[Call] = [
    ("check_training", {}),
    ("evaluate_run", {}),
    ("audit_bias", {"dataset": "tickets"}),
    ("write_report", {}),
    ("show_project", {}),
]
FOUND_BY = {
    "exact_duplicate": "exact_duplicates",
    "normalised_duplicate": "normalised_duplicates",
    "conflicting_label": "conflicting_labels",
    "missing_message": "missing_text",
    "missing_label": "missing_label",
    "broken_encoding": "broken_encoding",
    "stray_whitespace": "stray_whitespace",
    "email_address": "email_addresses",
    "phone_number": "phone_numbers",
    "leakage": "leakage",
}
"""Which check is there for which planted defect."""


def run_demo(ws: Workspace, show: Show, tell: Tell) -> bool:
    """Walk the main job in a project that has nothing in it yet.

    The person who typed the command approves every step of it.

    Args:
        ws: The workspace, open on a new project.
        show: Gets each step's name and result.
        tell: Gets the progress of long steps.

    Returns:
        Whether the tuned model is better than the untuned one, with an interval that excludes zero.
    """
    began = time.monotonic()
    results: dict[str, Result] = {}
    for name, arguments in _calls(ws, show, tell):
        with ws.approvals.typed(name, arguments), watched(tell, threading.Event()):
            results[name] = TOOLS[name].run(ws, arguments)
        show(name, results[name])
    difference = ws.reports.all(kind="evaluation")[-1].body["metrics"][GOAL["metric"]]["difference"]
    minutes = (time.monotonic() - began) / 60
    verdict = "better than" if difference["low"] > 0 else "not shown to be better than"
    words = (
        f"The tuned model is {verdict} the untuned one: {GOAL['metric']} {difference['value']:+.3f}, "
        f"95 % interval {difference['low']:+.3f} to {difference['high']:+.3f}. All of it took {minutes:.1f} minutes."
    )
    show("result", Result(words))
    return difference["low"] > 0


def _calls(ws: Workspace, show: Show, tell: Tell) -> Iterator[Call]:
    yield from BEFORE
    show("found against planted", found_against_planted(ws))
    yield from TRAINING
    with watched(tell, threading.Event()):
        ws.jobs.wait(ws.runs.all()[-1].job.id)
    yield from AFTER


def found_against_planted(ws: Workspace) -> Result:
    """Compare the rows of the open fixes with the record of what was planted in the sample."""
    planted = json.loads(PLANTED.read_text())["planted"]
    found = {fix.kind: _tickets(ws, fix.id) for fix in ws.fixes.all("tickets", state="open")}
    rows: list[tuple[str, int, int, int]] = []
    for defect, record in planted.items():
        meant = {row["ticket_id"] for row in record["rows"]} | {row.get("repeats") for row in record["rows"]} - {None}
        hit = found.get(FOUND_BY[defect], set())
        rows.append((defect.replace("_", " "), record["count"], len(hit), len(hit & meant)))
    total, seen = sum(row[1] for row in rows), sum(min(row[1], row[3]) for row in rows)
    return Result(
        f"{seen} of {total} planted defects were found.",
        tables=[Table("Found against planted", ("defect", "planted", "rows found", "of them planted"), rows)],
        data={"planted": total, "found": seen},
    )


def _tickets(ws: Workspace, fix: str) -> set[str]:
    return {str(edit["row"]["ticket_id"]) for edit in ws.fixes.edits(fix, limit=10_000)}
