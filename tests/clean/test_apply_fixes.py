import pytest

from store import NotApproved, StoreError, Workspace
from tests.clean.conftest import Make
from tools import TOOLS, Result


def run(ws: Workspace, tool: str, **arguments: object) -> Result:
    with ws.approvals.typed(tool, arguments):
        return TOOLS[tool].run(ws, arguments)


def test_nothing_is_applied_without_a_yes(ws: Workspace):
    TOOLS["propose_fixes"].run(ws, {"dataset": "reviews"})
    with pytest.raises(NotApproved):
        TOOLS["apply_fixes"].run(ws, {"dataset": "reviews"})
    with pytest.raises(NotApproved):
        ws.fixes.apply("fix-1")
    assert ws.datasets.head("reviews").number == 1


def test_a_yes_for_all_fixes_is_not_a_yes_for_one_found_later(empty: Workspace, make: Make):
    make("notes", [("hi", "a"), ("hi", "a"), ("me@x.org", "a")])
    TOOLS["propose_fixes"].run(empty, {"dataset": "notes", "kinds": ["exact_duplicates"]})
    asked = TOOLS["apply_fixes"].ask(empty, {"dataset": "notes"})
    empty.approvals.answer(asked.id, "yes")
    TOOLS["propose_fixes"].run(empty, {"dataset": "notes", "kinds": ["email_addresses"]})
    payload = TOOLS["apply_fixes"].payload(empty, {"dataset": "notes"})
    with pytest.raises(NotApproved, match="has changed since you saw it"), empty.approvals.spend(asked.id, payload):
        pass


def test_each_fix_is_a_version_and_a_sentence_in_the_past_tense(sample: Workspace):
    run(sample, "propose_fixes", dataset="tickets")
    result = run(sample, "apply_fixes", dataset="tickets")
    sentences = [change.sentence for change in sample.datasets.history("tickets")][1:]
    assert len(sentences) == 12
    assert "Mended the encoding of 10 rows." in sentences
    assert "Dropped 12 rows that repeated an earlier row exactly." in sentences
    assert "Masked the phone numbers in 8 rows as <PHONE>." in sentences
    assert sample.datasets.head("tickets").rows == 620 - 12 - 12 - 9 - 4 - 4 - 8
    assert "tickets is now version 13 with 571 rows." in result.text
    again = run(sample, "propose_fixes", dataset="tickets")
    assert again.data and set(again.data["found"].values()) == {0}


def test_the_card_shows_rows_of_each_fix_before_and_after_ten_where_there_are_few_fixes(sample: Workspace):
    TOOLS["propose_fixes"].run(sample, {"dataset": "tickets"})
    many = TOOLS["apply_fixes"].show_first(sample, {"dataset": "tickets"})
    assert max(len(change.rows) for change in many.changes) == 2
    kinds = ["exact_duplicates", "phone_numbers"]
    preview = TOOLS["apply_fixes"].show_first(sample, {"dataset": "tickets", "kinds": kinds})
    assert sample.datasets.head("tickets").number == 1
    by_fix = {change.title.split(": ")[1]: change.rows for change in preview.changes}
    assert len(by_fix["Drop 12 rows that repeat an earlier row exactly."]) == 10
    where, before, after = by_fix["Mask the phone numbers in 8 rows as <PHONE>."][0]
    assert where == "row 1, phone number"
    assert "312-555-0187" in before and "<PHONE>" in after


def test_rows_about_something_and_rows_by_number_stay_as_they_are(empty: Workspace, make: Make, texts):
    make("trips", [("to Paris,  jo@x.org", "a"), ("a@x.org to Rome", "a"), ("b@x.org", "a"), ("paris  again", "a")])
    TOOLS["propose_fixes"].run(empty, {"dataset": "trips", "kinds": ["email_addresses", "stray_whitespace"]})
    arguments = {"dataset": "trips", "not_about": "Paris", "without_rows": [3]}
    preview = TOOLS["apply_fixes"].show_first(empty, arguments)
    assert preview.text.endswith("These stay as they are: 2 rows about Paris; row 3.")
    result = run(empty, "apply_fixes", **arguments)
    assert texts("trips") == ["to Paris,  jo@x.org", "<EMAIL> to Rome", "b@x.org", "paris  again"]
    assert "Masked the e-mail addresses in 1 row as <EMAIL>." in result.text
    assert {fix.note for fix in empty.fixes.all(state="declined")} == {"rows about Paris and row 3"}
    again = TOOLS["propose_fixes"].run(empty, {"dataset": "trips", "kinds": ["email_addresses", "stray_whitespace"]})
    assert again.data and set(again.data["found"].values()) == {0}
    assert "(rows about Paris and row 3)" in again.text


@pytest.mark.parametrize(
    "arguments, says",
    [
        ({"not_about": "London"}, "These fixes change no row about London"),
        ({"without_rows": [7]}, "These fixes change no row with the number 7"),
        ({"not_about": "x"}, "Nothing is left of these fixes"),
    ],
)
def test_leaving_out_nothing_or_everything_is_said(
    empty: Workspace, make: Make, arguments: dict[str, object], says: str
):
    make("trips", [("jo@x.org x", "a")])
    TOOLS["propose_fixes"].run(empty, {"dataset": "trips", "kinds": ["email_addresses"]})
    with pytest.raises(StoreError, match=says):
        run(empty, "apply_fixes", **arguments)
    assert empty.fixes.get("fix-1").state == "open"


def test_some_can_be_chosen_by_id_or_by_kind(sample: Workspace):
    TOOLS["propose_fixes"].run(sample, {"dataset": "tickets"})
    kinds = {fix.kind: fix.id for fix in sample.fixes.all()}
    run(sample, "apply_fixes", fixes=[kinds["leakage"], kinds["missing_text"]])
    run(sample, "apply_fixes", dataset="tickets", kinds=["phone_numbers"])
    applied = {fix.kind for fix in sample.fixes.all(state="applied")}
    assert applied == {"leakage", "missing_text", "phone_numbers"}


def test_two_fixes_of_one_cell_both_count_in_either_order(empty: Workspace, make: Make, texts):
    for name, order in (
        ("one", ["email_addresses", "stray_whitespace"]),
        ("two", ["stray_whitespace", "email_addresses"]),
    ):
        make(name, [("  ask  jo@x.org   or +1 415-555-0132 ", "a")])
        TOOLS["propose_fixes"].run(empty, {"dataset": name})
        for kind in [*order, "phone_numbers"]:
            run(empty, "apply_fixes", dataset=name, kinds=[kind])
        assert texts(name) == ["ask <EMAIL> or <PHONE>"]


def test_a_row_dropped_by_one_fix_is_no_trouble_for_another(empty: Workspace, make: Make, texts):
    make("notes", [("jo@x.org", "a"), ("jo@x.org", "a"), ("ann@x.org", "b")])
    TOOLS["propose_fixes"].run(empty, {"dataset": "notes"})
    run(empty, "apply_fixes", dataset="notes", kinds=["exact_duplicates"])
    result = run(empty, "apply_fixes", dataset="notes", kinds=["email_addresses"])
    assert texts("notes") == ["<EMAIL>", "<EMAIL>"]
    assert "Masked the e-mail addresses in 2 rows as <EMAIL>. 1 row of 3 had changed or gone since." in result.text


def test_what_no_longer_fits_is_said_and_the_rest_is_done(empty: Workspace, make: Make):
    make("notes", [("jo@x.org", None), ("fine  words", "a")])
    TOOLS["propose_fixes"].run(empty, {"dataset": "notes"})
    run(empty, "apply_fixes", dataset="notes", kinds=["missing_label"])
    result = run(empty, "apply_fixes", dataset="notes")
    assert "no longer fits notes: its rows have changed. Propose fixes again." in result.text
    assert "Tidied stray spaces" in result.text


@pytest.mark.parametrize(
    "arguments, says",
    [
        ({"fixes": ["fix-9"]}, "There is no fix named 'fix-9'"),
        ({"dataset": "reviews", "kinds": ["leakage"]}, "No open fix fits that. Open: fix-1"),
        ({"fixes": ["fix-2"]}, "fix-2 is declined"),
    ],
)
def test_what_cannot_be_applied_is_said_plainly(empty: Workspace, make: Make, arguments: dict[str, object], says: str):
    make("reviews", [("a", "x"), ("a", "x"), ("jo@x.org", "y")])
    for kind in ("exact_duplicates", "email_addresses"):
        TOOLS["propose_fixes"].run(empty, {"dataset": "reviews", "kinds": [kind]})
    TOOLS["decline_fixes"].run(empty, {"fixes": ["fix-2"]})
    with pytest.raises(StoreError, match=says):
        run(empty, "apply_fixes", **arguments)


def test_with_fixes_of_two_datasets_it_asks_which(empty: Workspace, make: Make):
    for name in ("one", "two"):
        make(name, [("a", "x"), ("a", "x")])
        TOOLS["propose_fixes"].run(empty, {"dataset": name})
    with pytest.raises(StoreError, match="Fixes are open for one and two. Say for which dataset."):
        run(empty, "apply_fixes")
