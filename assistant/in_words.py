"""A result as Markdown: its text, then its tables, changes and files, for whoever only reads text."""

from typing import Any

from assistant.printing import plain
from tools import Change, Result, Table

ROWS_TOLD = 20
"""Rows of a table that are written out."""
CELL_CHARACTERS = 200


def in_words(result: Result) -> str:
    """The text of a result, then its tables, changes and files."""
    parts = [plain(result.text), *map(_table, result.tables), *map(_change, result.changes)]
    if result.files:
        parts.append("Files:\n" + "\n".join(f"- {plain(file)}" for file in result.files))
    if result.next:
        parts.append("Next could be: " + "; ".join(map(plain, result.next)))
    return "\n\n".join(parts)


def _table(table: Table) -> str:
    head = [f"| {' | '.join(map(_cell, table.columns))} |", f"|{'---|' * len(table.columns)}"]
    rows = [f"| {' | '.join(map(_cell, row))} |" for row in table.rows[:ROWS_TOLD]]
    left = len(table.rows) - len(rows)
    more = [f"{left} more rows are not shown here."] if left else []
    return "\n".join([f"{plain(table.title)}:", "", *head, *rows, *more])


def _change(change: Change) -> str:
    rows = [
        f"- {_cell(where)}: {_cell(before) or '(new)'} → {_cell(after) or '(the row goes)'}"
        for where, before, after in change.rows[:ROWS_TOLD]
    ]
    return "\n".join([f"{plain(change.title)}:", *rows])


def _cell(value: Any) -> str:
    text = " ".join(plain("" if value is None else value).split()).replace("|", "\\|")
    return text if len(text) <= CELL_CHARACTERS else f"{text[:CELL_CHARACTERS]} …"
