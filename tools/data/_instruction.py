"""The labels of a column, and the instruction that asks for one of them."""

import duckdb

from store import Workspace

MOST_LABELS = 200
"""A column with more distinct values is an answer in free text, not a label."""
NAMED_LABELS = 20
NAMED_CHARACTERS = 400
"""An instruction lists the labels if they are no more and no longer than this: each row carries it."""


def labels_of(con: duckdb.DuckDBPyConnection, value: str) -> list[str] | None:
    """The labels that an SQL expression gives, in order; None if it gives free text."""
    found = con.execute(
        f"select {value} as label, count(*) as rows from parent where {value} is not null group by label"
        f" order by label limit {MOST_LABELS + 1}"
    ).fetchall()
    if not found or len(found) > MOST_LABELS or max(len(row[0]) for row in found) > 100:
        return None
    repeats = sum(row[1] for row in found) >= 2 * len(found)
    return [row[0] for row in found] if repeats or len(found) <= 3 else None


def instruction_for(ws: Workspace, column: str, labels: list[str]) -> str:
    """The task of the project, if it is to classify, and what to answer with."""
    goal = ws.goals.get()
    task = f"{goal.description.rstrip('.!')}." if goal and goal.task == "classify" else "Classify the text."
    if len(labels) <= NAMED_LABELS and len(", ".join(labels)) <= NAMED_CHARACTERS:
        return f"{task} Answer with one of: {', '.join(labels)}."
    return f"{task} Answer with its {column.replace('_', ' ')} alone."
