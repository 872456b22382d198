from store import Workspace
from tests.clean.conftest import Make
from tools import TOOLS


def test_what_was_declined_is_not_proposed_again_even_among_new_rows(empty: Workspace, make: Make):
    make("notes", [("a", "x"), ("a", "x"), ("b", "x"), ("b  ", "x")])
    TOOLS["propose_fixes"].run(empty, {"dataset": "notes", "kinds": ["exact_duplicates"]})
    TOOLS["decline_fixes"].run(empty, {"fixes": ["fix-1"], "note": "two people wrote it"})
    again = TOOLS["propose_fixes"].run(empty, {"dataset": "notes", "kinds": ["exact_duplicates"]})
    assert again.data["found"] == {"exact_duplicates": 0}
    assert (
        "Left out because you declined it: Drop 1 row that repeats an earlier row exactly. (two people wrote it)"
        in again.text
    )
    with empty.approvals.typed("load_dataset", {}):
        more = "from parent union all by name select 5 as _row, 'b' as text, 'x' as label"
        empty.datasets.derive("notes", more, sentence="x", recipe={})
    again = TOOLS["propose_fixes"].run(empty, {"dataset": "notes", "kinds": ["exact_duplicates"]})
    (fix,) = again.data["fixes"]
    assert [edit["_row"] for edit in empty.fixes.edits(fix)] == [5]


def test_declining_keeps_the_words_and_changes_no_data(ws: Workspace):
    TOOLS["propose_fixes"].run(ws, {"dataset": "reviews"})
    result = TOOLS["decline_fixes"].run(ws, {"dataset": "reviews", "note": "they are votes"})
    assert ws.fixes.get("fix-1").note == "they are votes"
    assert ws.datasets.head("reviews").number == 1
    assert result.data == {"declined": ["fix-1"], "note": "they are votes"}
