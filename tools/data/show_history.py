"""What happened to a dataset, as a list of sentences."""

from store import Version, Workspace
from store.datasets import Change
from tools.data._rejects import kept_rejects
from tools.kinds import Dataset
from tools.result import Result, Table
from tools.tool import tool


@tool(
    asks=[
        ("what has been done to the reviews dataset so far?", {"dataset": "reviews"}),
        ("show me the history of reviews", {"dataset": "reviews"}),
        ("which versions of tickets are there", {"dataset": "tickets"}),
        ("show who changed leads, and when", {"dataset": "leads"}),
        ("what did you do to my claims data yesterday", {"dataset": "claims"}),
        ("changelog of notes", {"dataset": "notes"}),
        ("list the edits on orders from the beginning", {"dataset": "orders"}),
        ("I need the audit trail of contracts for compliance", {"dataset": "contracts"}),
        ("which steps made letters what it is today", {"dataset": "letters"}),
        ("is calls still the original or was it touched already?", {"dataset": "calls"}),
    ],
)
def show_history(ws: Workspace, dataset: Dataset) -> Result:
    """List every change made to a dataset, oldest first.

    The lines that could not be read when its files were loaded come with it, as files.

    Args:
        dataset: The dataset whose history to show.

    Example:
        >>> print(show_history(ws, "reviews"))
        reviews is at version 1. 1. Loaded 3 rows from reviews.csv.
    """
    head, changes = ws.datasets.head(dataset), ws.datasets.history(dataset)
    lines = " ".join(f"{place}. {change.sentence}" for place, change in enumerate(changes, 1))
    rows = [
        (place, change.made_at, f"version {change.after}", change.sentence) for place, change in enumerate(changes, 1)
    ]
    return Result(
        f"{dataset} is at version {head.number}. {lines}",
        files=[file for version in ws.datasets.versions(dataset) for file in kept_rejects(version)],
        tables=[Table(f"History of {dataset}", ("", "when (UTC)", "gives", "what"), rows), *_steps(ws, head, changes)],
    )


def _steps(ws: Workspace, head: Version, changes: list[Change]) -> list[Table]:
    """The steps that are in effect, numbered as `undo_step` counts them, where the history has others, too."""
    line = ws.datasets.lineage(head.dataset, head.number)
    if [version.number for version in line] == [change.after for change in changes]:
        return []
    rows = [(place, f"version {version.number}", version.sentence) for place, version in enumerate(line, 1)]
    return [Table(f"Steps that made {head.dataset} what it is now", ("step", "gives", "what"), rows)]
