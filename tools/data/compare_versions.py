"""What is different between two versions of a dataset."""

from typing import Annotated

from pydantic import Field

from store import Version, Workspace
from store.counted import Count
from tools.data._difference import Difference, difference
from tools.data._shares import Shift, shift
from tools.kinds import Dataset, near
from tools.result import Result, Table
from tools.tool import ToolError, tool

Number = Annotated[int, Field(ge=1, le=100_000), near("version number")]
SHOWN = 10
SHOWN_VALUES = 25
NAMED = {"come": "Rows that came", "go": "Rows that went", "changed": "Cells that read otherwise"}


@tool(
    asks=[
        ("compare versions 1 and 3 of tickets", {"dataset": "tickets", "from_version": 1, "to_version": 3}),
        ("what is the difference between reviews now and as it was loaded", {"dataset": "reviews", "from_version": 1}),
        ("diff leads 2 against 5", {"dataset": "leads", "from_version": 2, "to_version": 5}),
        ("what did the last step really do to my calls, row by row?", {"dataset": "calls"}),
        ("which cells of orders differ from version 4", {"dataset": "orders", "from_version": 4}),
        ("has the label balance of claims moved since version 2", {"dataset": "claims", "from_version": 2}),
        (
            "how many rows went missing from notes between 3 and 6",
            {"dataset": "notes", "from_version": 3, "to_version": 6},
        ),
        (
            "show me before and after for everything that was edited in letters",
            {"dataset": "letters", "from_version": 1},
        ),
        (
            "the auditor asks what is not the same any more in contracts v2",
            {"dataset": "contracts", "from_version": 1, "to_version": 2},
        ),
        ("did cleaning change more of menus than it should have?", {"dataset": "menus", "from_version": 1}),
        ("list columns added or dropped in forms since the original", {"dataset": "forms", "from_version": 1}),
    ],
)
def compare_versions(
    ws: Workspace, dataset: Dataset, from_version: Number | None = None, to_version: Number | None = None
) -> Result:
    r"""Count and show what differs between two versions of a dataset: rows, cells by column, labels, splits.

    Args:
        dataset: The dataset.
        from_version: The earlier version; the one that the later was made from if left out.
        to_version: The later version; the one it is at now if left out.

    Example:
        >>> print(propose_fixes(ws, "reviews", kinds=["exact_duplicates"]))
        Looked at 3 rows of reviews. ...
        >>> print(apply_fixes(ws, dataset="reviews"))
        Dropped 1 row that repeated an earlier row exactly. ...
        >>> print(compare_versions(ws, "reviews"))
        From version 1 to version 2, reviews went from 3 to 2 rows: 1 row went. The labels moved by 16.7% of the rows.
    """
    before, after = _two(ws, dataset, from_version, to_version)
    apart = difference(before, after, SHOWN, NAMED)
    shifts = [found for column in _told_apart(before, after) if (found := shift(before, after, column))]
    moved = [each for each in shifts if each.moved > 0]
    told = f"From version {before.number} to version {after.number}, {dataset} {_in_words(apart)}"
    told += "".join(f" {_by_role(after, before, each)} moved by {each.moved:.1%} of the rows." for each in moved)
    return Result(
        told,
        tables=[*_columns(apart), *(_shares(each) for each in moved), *_steps(ws, before, after)],
        changes=apart.changes,
        next=[f"go back to version {before.number} of {dataset}", f"show the history of {dataset}"],
        data=_figures(apart) | {"moved": {each.column: each.moved for each in shifts}},
    )


def _two(ws: Workspace, dataset: str, from_version: int | None, to_version: int | None) -> tuple[Version, Version]:
    head = ws.datasets.head(dataset)
    after = head if to_version is None else ws.datasets.version(dataset, to_version)
    if from_version is None and after.parent is None:
        raise ToolError(
            f"Version {after.number} of {dataset} is as it was loaded: there is none before it to compare with. "
            f"Name two of its versions: {', '.join(str(v.number) for v in ws.datasets.versions(dataset))}."
        )
    before = ws.datasets.version(dataset, from_version or after.parent or 1)
    if before.number == after.number:
        raise ToolError(f"Both are version {after.number} of {dataset}. Name two different ones.")
    return before, after


def _in_words(apart: Difference) -> str:
    told = [f"{Count(apart.come):row|rows} came"] if apart.come else []
    told += [f"{Count(apart.go):row|rows} went"] if apart.go else []
    by_column = ", ".join(f"{name} in {those.cells:,}" for name, those in apart.columns.items())
    told += [f"{Count(apart.changed):row reads|rows read} otherwise ({by_column})"] if apart.changed else []
    told += [f"{Count(len(apart.new)):new column|new columns} ({', '.join(apart.new)})"] if apart.new else []
    told += [f"{Count(len(apart.old)):column|columns} gone ({', '.join(apart.old)})"] if apart.old else []
    rows = f"from {apart.before.rows:,} to {apart.after.rows:,}"
    size = f"went {rows} rows" if apart.before.rows != apart.after.rows else f"kept {Count(apart.after.rows):row|rows}"
    return f"{size}: {', '.join(told) or 'the rows are the same'}."


def _told_apart(before: Version, after: Version) -> list[str]:
    """The columns whose values are counted: labels and splits that both versions have."""
    roles = {**before.roles, **after.roles}
    both = [name for name in roles if name in before.columns and name in after.columns]
    return [name for role in ("label", "split") for name in both if roles[name] == role]


def _by_role(after: Version, before: Version, moved: Shift) -> str:
    role = {**before.roles, **after.roles}[moved.column]
    return "The labels" if role == "label" else "The splits"


def _columns(apart: Difference) -> list[Table]:
    rows = [(name, those.cells, those.filled, those.emptied) for name, those in apart.columns.items()]
    lines = [(name, "new", "", apart.after.columns[name].lower()) for name in apart.new]
    lines += [(name, "gone", apart.before.columns[name].lower(), "") for name in apart.old]
    tables = [Table("Cells that read otherwise", ("column", "cells", "were missing", "are missing now"), rows)]
    tables += [Table("Columns that came or went", ("column", "", "type before", "type after"), lines)]
    return [table for table in tables if table.rows]


def _shares(moved: Shift) -> Table:
    rows = moved.rows()
    more = f", the {SHOWN_VALUES} largest of {len(rows):,}" if len(rows) > SHOWN_VALUES else ""
    heads = (moved.column, "rows before", "rows after", "difference", "share before", "share after")
    return Table(f"Rows by {moved.column}{more}", heads, rows[:SHOWN_VALUES])


def _steps(ws: Workspace, before: Version, after: Version) -> list[Table]:
    """What was done from the one to the other, where it was made from it."""
    line = ws.datasets.lineage(after.dataset, after.number)
    numbers = [version.number for version in line]
    if before.number not in numbers:
        return []
    steps = line[numbers.index(before.number) + 1 :]
    return [Table("What was done between them", ("version", "step"), [(v.number, v.sentence) for v in steps])]


def _figures(apart: Difference) -> dict[str, object]:
    return {
        "dataset": apart.after.dataset,
        "from": apart.before.number,
        "to": apart.after.number,
        "come": apart.come,
        "go": apart.go,
        "changed": apart.changed,
        "cells": {name: those.cells for name, those in apart.columns.items()},
        "columns_added": apart.new,
        "columns_dropped": apart.old,
    }
