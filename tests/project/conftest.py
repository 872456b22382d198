"""A project with results, whose names and labels try to be markup."""

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from store import Workspace
from store.made_with import made_with
from tests.tiny_run import add_tickets, plan
from tools.plot import Plot
from tools.result import Result, Table

NASTY = (
    "<script>alert(1)</script> | [x](javascript:alert(1)) `$\\frac{1}{2}$` & \\textbf{b} **b** <img src=x onerror=y>"
)
SCRIPTS = "日本語 हिन्दी العربية עברית Привет ไทย 한국어 Ωμέγα"
FIGURE = {"value": 0.8721, "low": 0.7956, "high": 0.9219}
BEFORE = {"value": 0.4131, "low": 0.31, "high": 0.52}


def body(label: str = "refund") -> dict[str, Any]:
    """An evaluation as `_judge` makes it, in the parts that documents read."""
    metric = {
        "tuned": FIGURE,
        "untuned": BEFORE,
        "difference": {"value": 0.459, "low": 0.352, "high": 0.556},
        "test": "McNemar's exact test",
        "p": 0.0001,
        "told_apart": True,
    }
    shown = Result(
        f"run-1 reaches accuracy 87.2 % on 117 test rows ({label}).",
        tables=[
            Table("Scores on 117 rows", ("", "run-1", "untuned"), [("accuracy", "87.2 %", "41.3 %")]),
            Table("Mistakes it was surest of", ("row", "text", "right"), [(7, f"secret words {NASTY}", label)]),
        ],
        plots=[Plot(f"F1 of {label}", "bar", [{"label": label, "F1": 0.5}], "F1", "label")],
    )
    return {
        "answers": "labels",
        "primary": "accuracy",
        "metrics": {"accuracy": metric, "macro_f1": metric | {"tuned": FIGURE | {"value": 0.80654321}}},
        "rows": 117,
        "split": "test",
        "seed": 3,
        "labels": [{"label": label, "rows": 9, "f1_tuned": 0.31415, "f1_untuned": 0.5}],
        "settings": {"run": "run-1", "dataset": "tickets", "version": 1, "rows": 1000, "seed": 3, "wanted": None},
        "result": shown.as_json(),
    }


def filled(ws: Workspace, folder: Path) -> Workspace:
    """As `told`; the run's process is one that ends at once."""
    add_tickets(ws)
    job = ws.jobs.start("train", "tests.project.ends_at_once", {})
    with ws.approvals.typed("start_training", {"dataset": "tickets"}):
        kept = {
            "plan": json.dumps(plan(folder / "gone", technique="full", seed=7)),
            "made_with": json.dumps(made_with()),
        }
        approval = ws.approvals.needed("training")
        ws._db.insert("runs", project="main", number=1, dataset="tickets", version=1, approval=approval, **kept)
    ws._db.insert("run_jobs", project="main", run=1, job=job.id)
    ws.reports.save("evaluation", body(NASTY), run="run-1", dataset="tickets", version=1)
    return ws


@pytest.fixture
def told(empty: Workspace, tmp_path: Path) -> Workspace:
    """Tickets, a run that ended without weights, and an evaluation of it."""
    return filled(empty, tmp_path)


def said_yes(ws: Workspace, tool: str, **arguments: Any) -> Result:
    """Run a tool as when it was typed in full."""
    from tools import TOOLS  # noqa: PLC0415 - walks the folder

    with ws.approvals.typed(tool, arguments):
        return TOOLS[tool].run(ws, arguments)


class Elements(HTMLParser):
    """The names of the elements of a page, and of their attributes with values."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names, self.attributes = set[str](), set[tuple[str, str]]()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {(name, value or "") for name, value in attrs}


def tags(page: str) -> set[str]:
    return Elements(page).names
