import re
from typing import Any

import pytest

from store import StoreError, Workspace
from tests.clean.conftest import Make
from tools import TOOLS, Result


def propose(ws: Workspace, **arguments: Any) -> Result:
    return TOOLS["propose_fixes"].run(ws, arguments)


def test_proposing_changes_nothing_and_needs_no_yes(sample: Workspace):
    before = sample.datasets.head("tickets")
    result = propose(sample, dataset="tickets")
    assert sample.datasets.head("tickets") == before
    assert len(result.changes) == len(sample.fixes.all(state="open")) == 12
    assert "12 fixes wait for your yes; nothing was changed." in result.text
    assert result.next[0] == "apply all fixes to tickets"


def test_in_the_sample_it_finds_what_was_planted_and_nothing_else(sample: Workspace):
    import json  # noqa: PLC0415

    from assistant.demo import FOUND_BY  # noqa: PLC0415
    from tools.project.sample import PLANTED  # noqa: PLC0415

    planted = json.loads(PLANTED.read_text())["planted"]
    propose(sample, dataset="tickets")
    found = {
        fix.kind: {edit["row"]["ticket_id"] for edit in sample.fixes.edits(fix.id, 1000)}
        for fix in sample.fixes.all(state="open")
    }
    for defect, record in planted.items():
        meant = {row["ticket_id"] for row in record["rows"]}
        originals = {row["repeats"] for row in record["rows"] if "repeats" in row}
        kind = FOUND_BY[defect]
        if kind == "leakage":  # of each pair the training copy goes
            meant = originals
        if kind == "conflicting_labels":  # nobody can say which of the two is right
            meant |= originals
        assert found[kind] == meant, kind


def test_it_says_what_it_did_not_find_and_what_it_could_not_look_for(empty: Workspace, make: Make):
    make("notes", [("one",), ("two",)], "text")
    few = ["exact_duplicates", "conflicting_labels"]
    text = propose(empty, dataset="notes", kinds=few).text
    assert "Nothing found of: exact duplicates. Not looked for: conflicting labels (no label column)." in text
    assert "There is nothing to approve." in text


def test_of_many_kinds_the_text_says_how_many_and_a_table_says_why(empty: Workspace, make: Make):
    make("notes", [("one",), ("two",)], "text")
    result = propose(empty, dataset="notes")
    assert re.search(r"Nothing found of \d+ kinds\. \d+ kinds do not apply here\. There is nothing", result.text)
    (skipped,) = result.tables
    assert ("leakage", "no split column and no second dataset") in skipped.rows
    assert len(result.text) < 200


def test_many_fixes_are_told_in_groups_those_with_most_rows_first(sample: Workspace):
    result = propose(sample, dataset="tickets")
    told = re.findall(r"([a-z ]+) \(([\d,]+) rows, (\d+) fix(?:es)?\)", result.text)
    assert {"duplicates", "personal data", "text", "labels"} <= {name.strip() for name, *_ in told}
    rows = [int(count.replace(",", "")) for _, count, _ in told]
    assert rows == sorted(rows, reverse=True)
    assert sum(int(count) for *_, count in told) == 12
    assert len(result.text) < 600


def test_proposing_again_gives_the_same_fixes(ws: Workspace):
    assert propose(ws, dataset="reviews").data == propose(ws, dataset="reviews").data
    assert [fix.id for fix in ws.fixes.all()] == ["fix-1"]


def test_a_column_can_be_named_where_its_role_is_not_known(empty: Workspace, make: Make):
    make("raw", [("a", "1"), ("a", "1")], "body, topic", roles={})
    with pytest.raises(StoreError, match="There is no column named 'text'. Columns here: body, topic"):
        propose(empty, dataset="raw", text="text")
    result = propose(empty, dataset="raw", text="body", label="topic")
    assert result.data["found"]["exact_duplicates"] == 1


def test_a_table_without_a_text_is_looked_at_as_a_table(empty: Workspace, make: Make):
    rows = [("1", "bolt", "0.20"), ("2", "nut", "0.10"), ("2", "nut", "0.10"), ("3", "nut", "0.10"), (None, None, None)]
    make("parts", rows, "number, part, price", roles={"number": "id"})
    result = propose(empty, dataset="parts")
    assert "Looked at 5 rows of parts as a table, since no column is known to hold text." in result.text
    assert ("conflicting labels", "no label column") in result.tables[1].rows
    assert any("nothing or only a placeholder in any column" in fix.sentence for fix in empty.fixes.all())
    assert result.data["found"]["exact_duplicates"] == result.data["found"]["missing_text"] == 1
    (fix,) = (fix for fix in empty.fixes.all(state="open") if fix.kind == "exact_duplicates")
    assert "The same cells in all columns" in fix.why


@pytest.mark.parametrize(
    "arguments, says",
    [
        ({"dataset": "reviws"}, "There is no dataset named 'reviws'"),
        ({"dataset": "reviews", "kinds": ["dupes"]}, "must be one of .*exact_duplicates"),
        ({"dataset": "reviews", "against": "reviews"}, "cannot be held against itself"),
        ({"dataset": "reviews", "text": "body"}, "body"),
    ],
)
def test_what_cannot_be_done_is_said_plainly(ws: Workspace, arguments: dict[str, Any], says: str):
    with pytest.raises(StoreError, match=says):
        propose(ws, **arguments)


def test_columns_with_odd_names_do_not_trip_it(empty: Workspace, make: Make):
    make("odd", [("x", None), ("", "b")], '"the {text}", "a ""label"""', {"the {text}": "text", 'a "label"': "label"})
    result = propose(empty, dataset="odd")
    assert result.data["found"]["missing_text"] == result.data["found"]["missing_label"] == 1
    assert "nothing or only a placeholder in the {text}" in result.text


def test_ten_thousand_edits_are_proposed_and_applied_in_seconds(empty: Workspace):
    import time  # noqa: PLC0415

    with empty.approvals.typed("load_dataset", {}):
        empty.datasets.add(
            "many",
            "select 'reach me at user' || i || '@example.org  today' as text from range(10000) t(i)",
            sentence="x",
            recipe={},
            roles={"text": "text"},
        )
        began = time.process_time()
        propose(empty, dataset="many")
        TOOLS["apply_fixes"].run(empty, {"dataset": "many"})
    with empty.datasets.read("many") as con:
        assert con.execute("select distinct text from many").fetchall() == [("reach me at <EMAIL> today",)]
    assert time.process_time() - began < 30
