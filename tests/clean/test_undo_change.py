import pytest

from store import NotApproved, StoreError, Workspace
from tools import TOOLS, Result


def run(ws: Workspace, tool: str, **arguments: object) -> Result:
    with ws.approvals.typed(tool, arguments):
        return TOOLS[tool].run(ws, arguments)


@pytest.fixture
def mended(ws: Workspace) -> Workspace:
    run(ws, "propose_fixes", dataset="reviews")
    run(ws, "apply_fixes", dataset="reviews")
    return ws


def test_undo_needs_a_yes(mended: Workspace):
    with pytest.raises(NotApproved):
        TOOLS["undo_change"].run(mended, {"dataset": "reviews"})
    assert mended.datasets.head("reviews").number == 2


def test_undo_brings_the_rows_back_and_opens_the_fix_again(mended: Workspace):
    result = run(mended, "undo_change", dataset="reviews")
    assert mended.datasets.head("reviews").rows == 3
    assert mended.fixes.get("fix-1").state == "open"
    assert "fix-1 is open again." in result.text


def test_undo_of_an_undo_is_a_redo_and_so_on(mended: Workspace):
    states = []
    for _ in range(4):
        run(mended, "undo_change", dataset="reviews")
        states.append((mended.datasets.head("reviews").number, mended.fixes.get("fix-1").state))
    assert states == [(1, "open"), (2, "applied")] * 2
    told = [change.sentence for change in mended.datasets.history("reviews")]
    dropped = "Dropped 1 row that repeated an earlier row exactly."
    assert told == ["Loaded 3 rows from reviews.csv.", dropped, *[f"Undid: {dropped}", f"Redid: {dropped}"] * 2]


def test_a_fix_that_was_undone_can_be_applied_again(mended: Workspace):
    run(mended, "undo_change", dataset="reviews")
    run(mended, "apply_fixes", fixes=["fix-1"])
    assert mended.datasets.head("reviews").rows == 2
    assert mended.datasets.head("reviews").parent == 1


def test_any_version_can_be_gone_back_to_with_its_fixes(sample: Workspace):
    run(sample, "propose_fixes", dataset="tickets")
    run(sample, "apply_fixes", dataset="tickets")
    last = sample.datasets.head("tickets").number
    run(sample, "undo_change", dataset="tickets", to_version=4)
    states = [fix.state for fix in sample.fixes.all()]
    assert states == ["applied"] * 3 + ["open"] * (last - 4)
    run(sample, "undo_change", dataset="tickets", to_version=last)
    assert {fix.state for fix in sample.fixes.all()} == {"applied"}
    assert sample.datasets.history("tickets")[-1].sentence == f"Went to version {last}."


def test_the_card_says_what_comes_back(sample: Workspace):
    run(sample, "propose_fixes", dataset="tickets", kinds=["exact_duplicates", "phone_numbers"])
    run(sample, "apply_fixes", dataset="tickets")
    preview = TOOLS["undo_change"].show_first(sample, {"dataset": "tickets", "to_version": 1})
    assert preview.text.startswith("Go to version 1. tickets goes from version 3 to version 1.")
    assert "From 608 to 620 rows: 12 rows come back, 8 rows read otherwise." in preview.text
    back, otherwise = preview.changes
    assert len(back.rows) == 10 and all(before == "" and after for _, before, after in back.rows)
    assert "<PHONE>" in otherwise.rows[0][1] and "<PHONE>" not in otherwise.rows[0][2]
    assert sample.datasets.head("tickets").number == 3


def test_a_card_asks_and_does_not_say_that_it_is_done(sample: Workspace):
    run(sample, "propose_fixes", dataset="tickets", kinds=["exact_duplicates"])
    run(sample, "apply_fixes", dataset="tickets")
    assert TOOLS["undo_change"].show_first(sample, {"dataset": "tickets"}).text.startswith("Undo: Dropped 12 rows")
    run(sample, "undo_change", dataset="tickets")
    assert TOOLS["undo_change"].show_first(sample, {"dataset": "tickets"}).text.startswith("Redo: Dropped 12 rows")


def test_there_may_be_nothing_to_undo(ws: Workspace):
    with pytest.raises(StoreError, match="as it was loaded"):
        run(ws, "undo_change", dataset="reviews")
    with pytest.raises(StoreError, match="at version 1 already"):
        run(ws, "undo_change", dataset="reviews", to_version=1)
    with pytest.raises(StoreError, match="There is no version named 'reviews 7'"):
        run(ws, "undo_change", dataset="reviews", to_version=7)
