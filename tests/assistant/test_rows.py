"""What the rows on a card show, and what their buttons do."""

from typing import Any

import pytest

from assistant.rows import View, acted, marked, rows_html
from store import Fix, Narrowing, StoreError, Workspace

EDIT = "select _row, '{0}' as action, 'text' as column_name, text as before, {1} as after, 'why' as reason from parent"
DROP, SHOUT = EDIT.format("drop", "null"), EDIT.format("set", "upper(text)")


@pytest.fixture
def fix(ws: Workspace) -> Fix:
    found = ws.fixes.propose("reviews", "loud", "Shout in {rows:row|rows}.", "why", SHOUT)
    assert found
    return found


def do(ws: Workspace, fix: Fix, view: View = View(), **told: Any) -> Narrowing:  # noqa: B008 - frozen
    acted(ws, ws.fixes.get(fix.id), view, told)
    return ws.fixes.get(fix.id).draft


def test_a_row_is_left_and_taken_back(ws: Workspace, fix: Fix) -> None:
    assert do(ws, fix, act="leave", row="2").without_rows == (2,)
    html = rows_html(ws, ws.fixes.get(fix.id), View())
    assert html.count("stays as it is") == 2 and "Change it after all" in html
    assert marked([ws.fixes.get(fix.id)]) == "Marked by you: in fix-1 1 row stays."
    assert not do(ws, fix, act="change", row="2")


def test_a_value_is_written_and_given_back(ws: Workspace, fix: Fix) -> None:
    assert do(ws, fix, act="write", row="1", column="text", text="fine").edited == {(1, "text"): "fine"}
    html = rows_html(ws, ws.fixes.get(fix.id), View())
    assert "<ins>fine</ins>" in html and "As proposed" in html
    assert not do(ws, fix, act="unwrite", row="1", column="text")


def test_what_is_found_is_left_as_a_whole_and_said_how_to_undo(ws: Workspace, fix: Fix) -> None:
    assert acted(ws, fix, View(3), {"act": "find", "text": " bad "}) == View(1, "bad")
    assert do(ws, fix, View(1, "bad"), act="leave found").not_about == ("bad",)
    assert "1 row stays as it is" in rows_html(ws, ws.fixes.get(fix.id), View())
    assert not do(ws, fix, act="forget", text="bad")


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"act": "drop table"},
        {"act": "leave found"},
        {"act": "write", "row": "99", "column": "text", "text": "x"},
        {"act": "write", "row": "1", "column": "label", "text": "x"},
    ],
)
def test_what_the_browser_makes_up_is_refused(ws: Workspace, fix: Fix, told: dict[str, Any]) -> None:
    with pytest.raises(StoreError):
        acted(ws, fix, View(), told)
    assert not ws.fixes.get(fix.id).draft


def test_data_and_words_are_shown_as_text(ws: Workspace) -> None:
    with ws.approvals.typed("load_dataset", {}):
        ws.datasets.add("nasty", "select '<img src=x> \"quoted\" ${x}' as text", sentence="x", recipe={})
    fix = ws.fixes.propose("nasty", "loud", "x", "why", SHOUT)
    assert fix
    html = rows_html(ws, fix, View(1, "img <b>"))
    assert "<img" not in html and "<b>" not in html
    assert 'value="img &lt;b&gt;"' in html


def test_a_row_that_goes_has_no_value_to_write(ws: Workspace) -> None:
    fix = ws.fixes.propose("reviews", "gone", "x", "why", DROP)
    assert fix
    html = rows_html(ws, fix, View())
    assert "the row goes" in html and "textarea" not in html


def test_words_without_a_letter_are_answered_in_a_sentence(ws: Workspace, fix: Fix) -> None:
    assert "has no word to look for" in rows_html(ws, fix, View(1, "%"))
