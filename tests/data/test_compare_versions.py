"""Two versions side by side: every count exact, every example real."""

import random

import pytest

from store import StoreError, Workspace
from tools import TOOLS, Result, ToolError


def derive(ws: Workspace, select: str) -> None:
    with ws.approvals.typed("change", {"select": select}):
        ws.datasets.derive("reviews", select, sentence="Changed it.", recipe={})


def compare(ws: Workspace, **versions: int) -> Result:
    return TOOLS["compare_versions"].run(ws, {"dataset": "reviews", **versions})


def test_cells_are_counted_by_column_with_what_was_filled_and_emptied(ws: Workspace):
    derive(ws, "select * replace (case _row when 1 then 'GOOD' when 2 then null else text end as text) from parent")
    derive(ws, "select * replace (coalesce(text, 'bad') as text, label + 1 as label) from parent")
    result = compare(ws, from_version=2)
    assert result.data and result.data["cells"] == {"text": 1, "label": 3} and result.data["changed"] == 3
    (cells, *_) = result.tables
    assert list(cells.rows) == [("text", 1, 1, 0), ("label", 3, 0, 0)]
    assert ("row 2, text", "", "bad") in result.changes[0].rows
    assert compare(ws, from_version=1).data["cells"] == {"text": 1, "label": 3}  # row 2 reads as it did


def test_rows_and_columns_that_came_and_went_are_told(ws: Workspace):
    more = "select (select max(_row) from parent) + 1 as _row, 'new' as text, 1 as label, true as fresh"
    derive(ws, f"select *, false as fresh from parent where _row <> 2 union all by name {more}")
    derive(ws, "select * exclude (label) from parent")
    result = compare(ws, from_version=1)
    assert result.text.startswith("From version 1 to version 3, reviews kept 3 rows: 1 row came, 1 row went")
    assert (result.data["columns_added"], result.data["columns_dropped"]) == (["fresh"], ["label"])
    assert [change.title for change in result.changes] == ["Rows that came", "Rows that went"]
    backwards = compare(ws, from_version=3, to_version=1)
    assert (backwards.data["come"], backwards.data["go"]) == (1, 1)


def test_labels_that_moved_are_measured(ws: Workspace):
    derive(ws, "select * replace (0 as label) from parent")
    result = compare(ws)
    assert "The labels moved by 66.7% of the rows." in result.text
    table = next(table for table in result.tables if table.title == "Rows by label")
    assert list(table.rows) == [("0", 1, 3, 2, "33.3%", "100.0%"), ("1", 2, 0, -2, "66.7%", "0.0%")]


def test_the_counts_are_those_of_a_comparison_row_by_row(ws: Workspace):
    rng = random.Random(5)
    with ws.approvals.typed("x", {}):
        ws.datasets.add("big", "select i, i % 7 as b, 'x' || i as c from range(3000) t(i)", sentence="x", recipe={})
        gone = rng.sample(range(1, 3001), 200)
        odd = rng.sample(range(1, 3001), 500)
        ws.datasets.derive(
            "big",
            f"select * replace (case when _row in {tuple(odd)} then -1 else b end as b) from parent"
            f" where _row not in {tuple(gone)}",
            sentence="x",
            recipe={},
        )
    data = TOOLS["compare_versions"].run(ws, {"dataset": "big"}).data
    assert data and (data["go"], data["cells"]) == (200, {"b": len(set(odd) - set(gone))})


def test_there_may_be_nothing_to_compare_with(ws: Workspace):
    with pytest.raises(ToolError, match="none before it to compare with"):
        compare(ws)
    with pytest.raises(ToolError, match="Both are version 1"):
        compare(ws, from_version=1)
    with pytest.raises(StoreError, match="no version named 'reviews 9'"):
        compare(ws, from_version=9)
