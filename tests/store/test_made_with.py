"""Results say what they were made with."""

import re
from importlib.metadata import version

from store import Workspace
from store.made_with import LIBRARIES, ROOT, made_with


def test_a_report_keeps_the_code_the_libraries_and_the_machine(ws: Workspace):
    kept = ws.reports.get(ws.reports.save("evaluation", {}).id).made_with
    assert kept["libraries"]["duckdb"] == version("duckdb") and kept["libraries"]["torch"] == version("torch")
    assert {*kept["libraries"]} <= {"python", *LIBRARIES}
    assert kept["machine"]["cores"] >= 1 and kept["machine"]["system"]
    assert kept["code"]["version"] == version("tunewright")


def test_in_a_checkout_the_commit_is_named():
    code = made_with()["code"]
    assert ("commit" in code) == (ROOT / ".git").exists()
    assert re.fullmatch(r"[0-9a-f]{40}", code.get("commit", "0" * 40))


def test_a_run_keeps_the_yes_it_was_started_by(trained: Workspace):
    run = trained.runs.get("run-1")
    assert run.approval is not None and trained.approvals.get(run.approval).tool == "start_training"
    assert trained.approvals.get(run.approval).answered_at and run.made_with["libraries"]["torch"]
