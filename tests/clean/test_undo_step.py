"""One step in the middle is taken back, and what came later stays."""

import pytest

from store import NotApproved, StoreError, Workspace
from tests.clean.conftest import Make
from tools import TOOLS, Result, ToolError

ROWS = [
    ("one  two three", "a"),
    ("one  two three", "a"),
    ("four five six", "b"),
    ("write to me at ana@mail.example", "b"),
    ("seven eight nine", "a"),
]


def run(ws: Workspace, tool: str, **arguments: object) -> Result:
    with ws.approvals.typed(tool, arguments):
        return TOOLS[tool].run(ws, arguments)


def mend(ws: Workspace, *kinds: str) -> None:
    for kind in kinds:
        run(ws, "propose_fixes", dataset="mails", kinds=[kind])
        run(ws, "apply_fixes", dataset="mails", kinds=[kind])


def change(ws: Workspace, select: str, sentence: str) -> None:
    with ws.approvals.typed("change", {"select": select}):
        ws.datasets.derive("mails", select, sentence=sentence, recipe={"tool": "by_hand"})


@pytest.fixture
def mails(empty: Workspace, make: Make) -> Workspace:
    """Three steps: repeats dropped, addresses masked, spaces folded."""
    make("mails", ROWS)
    mend(empty, "exact_duplicates", "email_addresses", "stray_whitespace")
    return empty


def rows(ws: Workspace) -> list[tuple[int, str]]:
    with ws.datasets.read("mails") as con:
        return con.execute("select _row, text from mails order by _row").fetchall()


def test_the_others_stay_and_its_fix_is_open_again(mails: Workspace):
    result = run(mails, "undo_step", dataset="mails", step=3)
    assert [text for _, text in rows(mails)] == [
        "one two three",
        "four five six",
        "write to me at ana@mail.example",
        "seven eight nine",
    ]
    assert [fix.state for fix in mails.fixes.all()] == ["applied", "open", "applied"]
    assert "1 later step was kept. mails is now version 5 with 4 rows. fix-2 is open again." in result.text
    line = mails.datasets.lineage("mails", mails.datasets.head("mails").number)
    assert [version.number for version in line] == [1, 2, 5]


def test_rows_that_were_dropped_come_back_as_they_were(mails: Workspace):
    run(mails, "undo_step", dataset="mails", step=2)
    assert rows(mails)[:2] == [(1, "one two three"), (2, "one  two three")]


def test_it_can_be_undone_and_it_is_one_line_of_the_history(mails: Workspace):
    before = rows(mails)
    run(mails, "undo_step", dataset="mails", kind="email_addresses")
    assert mails.datasets.history("mails")[-1].sentence.startswith("Undid step 3 alone: Masked")
    run(mails, "undo_change", dataset="mails")
    assert rows(mails) == before
    assert {fix.state for fix in mails.fixes.all()} == {"applied"}


def test_the_card_shows_what_changes_and_changes_nothing(mails: Workspace):
    card = TOOLS["undo_step"].show_first(mails, {"dataset": "mails", "step": 2})
    assert card.text.startswith("Undo step 2 alone: Dropped 1 row")
    assert "From 4 to 5 rows: 1 row comes back." in card.text
    assert [row[0] for row in card.tables[0].rows] == [v.sentence for v in mails.datasets.versions("mails")[2:]]
    assert mails.datasets.head("mails").number == 4
    assert not [path for path in mails.folder.iterdir() if path.name.startswith(".replaying")]


def test_the_last_step_alone_is_simply_undone(mails: Workspace):
    run(mails, "undo_step", dataset="mails", step=4)
    assert mails.datasets.head("mails").number == 3
    assert mails.fixes.get("fix-3").state == "open"


def test_two_changes_of_one_cell_that_do_not_meet_are_kept_apart(empty: Workspace, make: Make):
    make("mails", [("write  to ana@mail.example  now", "a"), ("fine", "b")])
    mend(empty, "stray_whitespace", "email_addresses")
    run(empty, "undo_step", dataset="mails", step=2)
    assert rows(empty)[0][1] == "write  to <EMAIL>  now"


def test_a_step_that_changed_the_same_words_is_named_with_its_row(empty: Workspace, make: Make):
    make("mails", [("one two", "a"), ("three", "b")])
    change(empty, "select * replace (replace(text, 'two', '2') as text) from parent", "Wrote two as a figure.")
    change(empty, "select * replace (replace(text, '2', 'II') as text) from parent", "Wrote Roman figures.")
    with pytest.raises(ToolError, match="step 3 depends on it .Wrote Roman figures.: it changed the same text as this"):
        run(empty, "undo_step", dataset="mails", step=2)
    with pytest.raises(ToolError, match=r"in 1 row \(1\). Undo step 3 first"):
        TOOLS["undo_step"].show_first(empty, {"dataset": "mails", "step": 2})
    assert empty.datasets.head("mails").number == 3


def test_rows_and_columns_that_the_step_added_hold_later_steps_fast(empty: Workspace, make: Make):
    make("mails", [("one", "a"), ("two", "b")])
    more = "select (select max(_row) from parent) + 1 as _row, 'three' as text, 'a' as label"
    change(empty, f"from parent union all by name {more}", "Added a row.")
    change(empty, "select *, length(text) as size from parent", "Measured them.")
    change(empty, "select * replace (size + 1 as size) from parent where text <> 'three'", "Dropped three.")
    with pytest.raises(ToolError, match=r"step 4 .* it changed or dropped 1 row \(3\) that this step had added"):
        run(empty, "undo_step", dataset="mails", step=2)
    with pytest.raises(ToolError, match=r"it changed 2 rows \(1, 2\) in size, which this step had added"):
        run(empty, "undo_step", dataset="mails", step=3)


def test_a_row_that_was_dropped_for_what_the_step_made_of_it_is_a_reason(empty: Workspace, make: Make):
    make("mails", [("ana@mail.example", "a"), ("bob@mail.example", "a")])
    mend(empty, "email_addresses", "exact_duplicates")
    with pytest.raises(ToolError, match=r"it dropped 1 row \(2\) that this step had changed"):
        run(empty, "undo_step", dataset="mails", step=2)


def test_a_split_and_a_formatting_are_computed_anew(empty: Workspace, make: Make):
    make("mails", [(f"mail  number {n // 2}", "ab"[n // 2 % 2]) for n in range(40)])
    mend(empty, "exact_duplicates")
    run(empty, "split_dataset", dataset="mails", seed=3)
    run(empty, "format_dataset", dataset="mails")
    result = run(empty, "undo_step", dataset="mails", step=2)
    head = empty.datasets.head("mails")
    assert head.rows == 40 and "Computed anew, since they look at all rows: Split into" in result.text
    with empty.datasets.read("mails") as con:
        assert con.execute("select count(*) from mails where prompt is null or split is null").fetchone() == (0,)
        apart = "select count(*) from (select text from mails group by text having count(distinct split) > 1)"
        assert con.execute(apart).fetchone() == (0,)


def test_a_column_that_was_made_once_for_every_row_cannot_be_guessed(empty: Workspace, make: Make):
    make("mails", [("one", "a"), ("one", "a"), ("two", "b")])
    mend(empty, "exact_duplicates")
    change(empty, "select *, 'calm' as mood from parent", "Wrote down the mood.")
    with pytest.raises(ToolError, match=r"it gave each row its mood, and 1 row \(2\) that would come back had none"):
        run(empty, "undo_step", dataset="mails", step=2)


def test_it_needs_a_yes_and_a_step_that_is_there(mails: Workspace):
    with pytest.raises(NotApproved):
        TOOLS["undo_step"].run(mails, {"dataset": "mails", "step": 2})
    for arguments, told in (
        ({}, "Which step. mails has these: 1. Loaded 5 rows"),
        ({"step": 9}, "mails has no step 9"),
        ({"step": 1}, "Step 1 made mails"),
        ({"kind": "phone_numbers"}, "No step of mails mended phone numbers"),
    ):
        with pytest.raises(StoreError, match=told):
            run(mails, "undo_step", dataset="mails", **arguments)
    assert mails.datasets.head("mails").number == 4
