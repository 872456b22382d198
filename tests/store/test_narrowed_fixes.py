"""A fix narrowed by its user: rows left out, values written otherwise, and what is remembered of it."""

import pytest

from store import Fix, Narrowing, NotApproved, StoreError, Workspace
from store.approvals import payload_hash

EDIT = "select _row, '{0}' as action, 'text' as column_name, text as before, {1} as after, 'why' as reason from parent"
DROP, SHOUT = EDIT.format("drop", "null"), EDIT.format("set", "upper(text)")
TEXTS = ("a hotel in Paris", "two invoices", "a flat in paris", "Zürich by train", "one invoice")


@pytest.fixture
def stays(empty: Workspace) -> Workspace:
    with empty.approvals.typed("load_dataset", {}):
        rows = ", ".join(f"('{text}', {n})" for n, text in enumerate(TEXTS))
        empty.datasets.add("stays", f"from (values {rows}) t(text, price)", sentence="x", recipe={})
    return empty


def shout(ws: Workspace, dataset: str = "stays") -> Fix:
    fix = ws.fixes.propose(
        dataset, "loud", "Shout in {rows:row|rows}.", "why", SHOUT, done="Shouted in {rows:row|rows}."
    )
    assert fix
    return fix


def rows(ws: Workspace, fix: Fix | None) -> list[int]:
    assert fix
    return [edit["_row"] for edit in ws.fixes.edits(fix.id, 100)]


def test_rows_are_left_out_by_number_and_counted_as_declined_with_the_reason(stays: Workspace):
    before = shout(stays)
    fix = stays.fixes.narrowed(before.id, Narrowing(without_rows=(1, 3)), "these are fine")
    assert rows(stays, fix) == [2, 4, 5]
    assert fix and (fix.sentence, fix.state) == ("Shout in 3 rows.", "open")
    assert fix.payload_hash != before.payload_hash
    assert stays.fixes.get(before.id).state == "replaced"
    (declined,) = stays.fixes.all(state="declined")
    assert (declined.sentence, declined.note, rows(stays, declined)) == ("Shout in 2 rows.", "these are fine", [1, 3])
    assert shout(stays) == fix, "what was left out is not proposed again"


@pytest.mark.parametrize(
    ("words", "left"),
    [("Paris", [1, 3]), ("paris hotel", [1]), ("zurich", [4]), ("invoices", [2, 5]), ("invoice", [2, 5]), ("par", [])],
)
def test_rows_are_left_out_by_what_they_are_about(stays: Workspace, words: str, left: list[int]):
    fix = shout(stays)
    assert stays.fixes.stays(fix.id, Narrowing(not_about=(words,))) == left
    kept = stays.fixes.narrowed(fix.id, Narrowing(not_about=(words,)))
    assert rows(stays, kept) == [n for n in range(1, 6) if n not in left]
    assert stays.fixes.page(kept.id if kept else "", 1, containing=words).found == 0


def test_words_from_a_user_are_no_pattern_and_no_sql(stays: Workspace):
    fix = shout(stays)
    for words in ("'); drop table x; --", ".*", "a' or 1=1", "%"):
        try:
            assert stays.fixes.stays(fix.id, Narrowing(not_about=(words,))) == []
        except StoreError as error:
            assert "has no word to look for" in str(error)


def test_a_new_value_is_written_by_hand_and_stays_so_when_looked_for_again(stays: Workspace):
    fix = stays.fixes.narrowed(shout(stays).id, Narrowing(edited={(4, "text"): "Zurich, by train"}))
    assert fix and fix.sentence == "Shout in 5 rows. 1 value as written by you."
    assert stays.fixes.edits(fix.id)[3]["after"] == "Zurich, by train"
    assert shout(stays) == fix
    again = stays.fixes.narrowed(fix.id, Narrowing(without_rows=(1,)))
    assert again and shout(stays) == again
    with stays.approvals.typed("apply_fixes", {}):
        version, changed = stays.fixes.apply(again.id)
    assert (changed, version.sentence) == (4, "Shouted in 4 rows. 1 value as written by hand.")
    with stays.datasets.read("stays") as con:
        texts = [text for (text,) in con.execute("select text from stays order by _row").fetchall()]
    assert texts == ["a hotel in Paris", "TWO INVOICES", "A FLAT IN PARIS", "Zurich, by train", "ONE INVOICE"]


def test_a_row_that_was_written_by_hand_and_then_left_out_is_not_proposed_again(stays: Workspace):
    fix = stays.fixes.narrowed(shout(stays).id, Narrowing(edited={(4, "text"): "Zurich"}))
    kept = stays.fixes.narrowed(fix.id if fix else "", Narrowing(without_rows=(4,)))
    assert rows(stays, kept) == [1, 2, 3, 5]
    assert shout(stays) == kept


def test_what_leaves_nothing_out_is_the_same_fix_and_what_leaves_nothing_is_none(stays: Workspace):
    fix = shout(stays)
    assert stays.fixes.narrowed(fix.id, Narrowing(without_rows=(99,))) == fix
    assert stays.fixes.narrowed(fix.id, Narrowing(without_rows=(1, 2, 3, 4, 5))) is None
    assert [one.state for one in stays.fixes.all()] == ["replaced", "declined"]


@pytest.mark.parametrize(
    ("row", "column", "text", "says"),
    [
        (99, "price", "1", "There is no new value for price in row 99"),
        (1, "text", "1", "There is no new value for text in row 1"),
        (1, "price", "ten", "'ten' cannot stand in price of row 1: the column holds integer"),
    ],
)
def test_a_value_that_cannot_stand_there_is_refused(stays: Workspace, row: int, column: str, text: str, says: str):
    edits = EDIT.format("set", "'7'").replace("text", "price")
    fix = stays.fixes.propose("stays", "prices", "x", "why", edits)
    with pytest.raises(StoreError, match=says):
        stays.fixes.narrowed(fix.id if fix else "", Narrowing(edited={(row, column): text}))
    assert fix and stays.fixes.get(fix.id).state == "open"


def test_a_yes_to_the_whole_fix_is_none_to_the_narrowed_one(stays: Workspace):
    fix = shout(stays)
    first = payload_hash("apply_fixes", {}, {fix.id: [fix.payload_hash, fix.state]})
    asked = stays.approvals.ask("apply_fixes", {}, first)
    stays.approvals.answer(asked.id, "yes")
    narrow = stays.fixes.narrowed(fix.id, Narrowing(without_rows=(1,)))
    assert narrow
    second = payload_hash("apply_fixes", {}, {narrow.id: [narrow.payload_hash, narrow.state]})
    with pytest.raises(NotApproved, match="has changed since"), stays.approvals.spend(asked.id, second):
        pass


def test_a_page_holds_no_more_than_asked_for_and_the_last_one_is_the_end(empty: Workspace):
    with empty.approvals.typed("load_dataset", {}):
        empty.datasets.add("big", "select 'text ' || i as text from range(1000) t(i)", sentence="x", recipe={})
    fix = shout(empty, "big")
    page = empty.fixes.page(fix.id, 2)
    assert [edit["_row"] for edit in page.edits] == list(range(26, 51))
    assert (page.number, page.pages, page.found) == (2, 40, 1000)
    assert empty.fixes.page(fix.id, 99).number == 40
    assert [edit["_row"] for edit in empty.fixes.page(fix.id, 1, containing="text 77").edits] == [78]


def test_a_draft_outlives_the_process_and_changes_nothing(stays: Workspace):
    fix = shout(stays)
    draft = Narrowing((2,), ("Paris",), {(4, "text"): "Zurich"})
    stays.fixes.draft(fix.id, draft)
    with Workspace(stays.home) as again:
        assert again.fixes.get(fix.id).draft == draft
        assert again.fixes.get(fix.id).payload_hash == fix.payload_hash
