"""Labels in the chat: opening rows, showing, importing and applying what was said."""

import csv
import json
from pathlib import Path

import pytest

from store import NotApproved, Workspace
from tools import TOOLS, ToolError
from tools.clean.undo_change import undo_change
from tools.data.apply_labels import apply_labels
from tools.data.import_labels import import_labels
from tools.data.label_rows import label_rows
from tools.data.show_labels import show_labels

MAILS = ["where is my parcel", "money back", "app is broken", "too slow", "parcel lost", "charged twice"]


@pytest.fixture
def mails(empty: Workspace) -> Workspace:
    """Six mails without a label."""
    values = ", ".join(f"('{text}')" for text in MAILS)
    with empty.approvals.typed("load_dataset", {}):
        empty.datasets.add(
            "mails", f"from (values {values}) t(message)", sentence="Loaded.", recipe={}, roles={"message": "text"}
        )
    label_rows(empty, "mails", labels=["delivery", "refund"], share=1)
    return empty


def say(ws: Workspace, who: str, **said: str) -> None:
    ws.labellings.write_all(1, [(int(row[1:]), who, "labelled", value) for row, value in said.items()])


def column(ws: Workspace, name: str = "label") -> list[object]:
    with ws.datasets.read("mails") as con:
        return [value for (value,) in con.execute(f"select {name} from mails order by _row").fetchall()]


def test_rows_are_opened_with_new_labels_and_nothing_changes(mails: Workspace):
    found = mails.labellings.newest()
    assert found and (found.text, found.column, found.labels) == ("message", "label", ("delivery", "refund"))
    assert mails.datasets.head("mails").number == 1


def test_opening_again_goes_on_with_what_was_said(mails: Workspace):
    say(mails, "Ana", r1="delivery")
    told = label_rows(mails, "mails")
    assert "1 row has been labelled before" in str(told)
    assert len(mails.labellings.all()) == 1


def test_questions_without_answers_are_opened_for_answering(empty: Workspace):
    with empty.approvals.typed("load_dataset", {}):
        roles = {"prompt": "prompt", "completion": "completion"}
        select = "from (values ('What is a lease?', null::varchar), ('Who pays?', 'The tenant.')) t(prompt, completion)"
        empty.datasets.add("faq", select, sentence="Loaded.", recipe={}, roles=roles)
    assert "1 row of faq is open for answering" in str(label_rows(empty, "faq"))
    empty.labellings.write_all(1, [(1, "Ana", "labelled", "A contract\nfor a flat.")])
    with empty.approvals.typed("apply_labels", {}):
        apply_labels(empty, "faq")
    with empty.datasets.read("faq") as con:
        assert con.execute("select completion from faq order by _row").fetchall() == [
            ("A contract\nfor a flat.",), ("The tenant.",)
        ]  # fmt: skip


def test_a_dataset_without_text_says_what_to_name(empty: Workspace):
    with empty.approvals.typed("load_dataset", {}):
        empty.datasets.add("sums", "select 1 as a, 2 as b", sentence="Loaded.", recipe={})
    with pytest.raises(ToolError, match="Name one of a, b as text"):
        label_rows(empty, "sums")


def test_the_majority_is_written_and_ties_stay_open(mails: Workspace):
    say(mails, "Ana", r1="delivery", r2="refund", r3="broken")
    say(mails, "Ben", r1="delivery", r2="delivery", r3="broken")
    say(mails, "Cy", r1="refund")
    with pytest.raises(NotApproved):
        apply_labels(mails, "mails")
    with mails.approvals.typed("apply_labels", {}):
        told = str(apply_labels(mails, "mails"))
    assert told == (
        "Wrote the label of 2 rows, as labelled by Ana, Ben and Cy. mails is now version 2."
        " 1 row stays open, since people disagree without a majority."
    )
    assert column(mails) == ["delivery", None, "broken", None, None, None]
    assert mails.datasets.head("mails").column("label") == "label"
    with mails.approvals.typed("undo_change", {}):
        undo_change(mails, "mails")
    assert mails.datasets.head("mails").columns.keys() == {"message"}
    assert len(mails.labellings.standing(1)) == 7


def test_what_was_settled_holds_against_the_majority(mails: Workspace):
    say(mails, "Ana", r1="delivery")
    say(mails, "Ben", r1="delivery")
    mails.labellings.write(1, 1, "Ana", "settled", "refund", seconds=1.0)
    with mails.approvals.typed("apply_labels", {}):
        apply_labels(mails, "mails")
    assert column(mails)[0] == "refund"


def test_a_yes_holds_only_for_the_labels_that_were_shown(mails: Workspace):
    say(mails, "Ana", r1="delivery")
    before = TOOLS["apply_labels"].payload(mails, {"dataset": "mails"})
    say(mails, "Ana", r2="refund")
    assert TOOLS["apply_labels"].payload(mails, {"dataset": "mails"}) != before


def test_rows_that_changed_or_went_since_are_left_out_and_said(mails: Workspace):
    say(mails, "Ana", r1="delivery", r2="refund", r3="broken")
    with mails.approvals.typed("x", {}):
        select = "select * replace (if(_row = 2, 'nothing like it', message) as message) from parent where _row <> 3"
        mails.datasets.derive("mails", select, sentence="x", recipe={})
        told = str(apply_labels(mails, "mails"))
    assert "1 row was left out, since the text has changed since; 1 row is gone from the dataset" in told
    assert column(mails) == ["delivery", None, None, None, None]


def test_labels_keep_the_type_of_their_column_where_they_fit_it(ws: Workspace):
    label_rows(ws, "reviews", which="existing")
    ws.labellings.write_all(1, [(1, "Ana", "labelled", "0")])
    with ws.approvals.typed("x", {}):
        apply_labels(ws, "reviews")
    assert ws.datasets.head("reviews").columns["label"] == "INTEGER"
    ws.labellings.write_all(1, [(2, "Ana", "labelled", "neither")])
    with ws.approvals.typed("x", {}):
        apply_labels(ws, "reviews")
    with ws.datasets.read("reviews") as con:
        assert con.execute("select label from reviews order by _row").fetchall() == [("0",), ("neither",), ("1",)]


def test_agreement_and_disagreements_are_shown(mails: Workspace):
    say(mails, "Ana", r1="delivery", r2="refund", r3="refund", r4="delivery", r5="delivery")
    say(mails, "Ben", r1="delivery", r2="refund", r3="delivery", r4="delivery", r5="delivery")
    told = show_labels(mails, "mails")
    assert "Cohen's kappa is 0.55" in told.text
    assert "Krippendorff's alpha 0.57" in told.text
    assert told.data and told.data["disputed"] == 1
    assert any(row[0] == "app is broken" for table in told.tables for row in table.rows)


@pytest.mark.parametrize("form", ["csv", "jsonl", "label_studio"])
def test_a_file_of_labels_comes_back_as_it_went(mails: Workspace, form: str):
    say(mails, "Ana", r1="delivery", r2='say "so", now')
    say(mails, "Ben", r1="refund")
    (file,) = show_labels(mails, "mails", export=form).files  # pyright: ignore[reportArgumentType]
    (mails.uploads / Path(file).name).write_bytes(Path(file).read_bytes())
    for _ in range(2):
        mails.labellings.undo(1, "Ana")
    before = {(each.row, each.annotator): each.value for each in mails.labellings.standing(1)}
    import_labels(mails, Path(file).name, "mails")
    assert {(each.row, each.annotator): each.value for each in mails.labellings.standing(1)} == before


def test_label_studio_annotations_are_taken_and_predictions_are_not(mails: Workspace):
    result = [{"type": "choices", "value": {"choices": ["delivery"]}}]
    tasks = [
        {"data": {"text": MAILS[0]}, "annotations": [{"completed_by": 4, "result": result}], "predictions": []},
        {"data": {"text": MAILS[1]}, "annotations": [], "predictions": [{"result": result}]},
        {"data": {"text": MAILS[2]}, "annotations": [{"was_cancelled": True, "result": result}]},
    ]
    (mails.uploads / "project.json").write_text(json.dumps(tasks))
    assert "Took in 1 label for mails from project.json, by annotator 4." in str(import_labels(mails, "project.json"))


def test_labels_of_a_file_go_to_every_row_of_that_text_and_the_rest_is_said(mails: Workspace):
    with (mails.uploads / "labels.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("message", "label"), (MAILS[0], "late"), ("never seen", "x"), (MAILS[1], "")])
    told = import_labels(mails, "labels.csv", "mails")
    assert "1 label is for no row that is there" in told.text
    assert [(each.row, each.annotator, each.value) for each in mails.labellings.standing(1)] == [(1, "labels", "late")]
    found = mails.labellings.newest()
    assert found and "late" in found.labels


@pytest.mark.parametrize(
    ("text", "why"), [("a,b\n1,2\n", "Labels need a column"), ("message,label\nunseen,x\n", "is for a row of mails")]
)
def test_a_file_without_fitting_labels_says_what_it_lacks(mails: Workspace, text: str, why: str):
    (mails.uploads / "other.csv").write_text(text)
    with pytest.raises(ToolError, match=why):
        import_labels(mails, "other.csv", "mails")


def test_asking_whether_to_import_begins_nothing(ws: Workspace):
    (ws.uploads / "ana.csv").write_text("text,label\nbad,1\n")
    TOOLS["import_labels"].show_first(ws, {"source": "ana.csv", "dataset": "reviews"})
    assert not ws.labellings.all()


def test_what_is_not_said_anew_stays_as_it_was_and_applied_rows_stay_counted(mails: Workspace):
    label_rows(mails, "mails", rows=4, share=0.5)
    say(mails, "Ana", r1="delivery", r2="refund")
    with mails.approvals.typed("x", {}):
        apply_labels(mails, "mails")
    label_rows(mails, "mails")
    found = mails.labellings.newest()
    assert found and (found.goal, found.share, found.checks, found.version) == (4, 0.5, False, 2)


def test_once_all_rows_have_a_label_they_are_checked(mails: Workspace):
    say(mails, "Ana", **{f"r{n}": "delivery" for n in range(1, 7)})
    with mails.approvals.typed("x", {}):
        apply_labels(mails, "mails")
    assert "open for checking their labels" in str(label_rows(mails, "mails"))
