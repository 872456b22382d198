"""Loading a file: what is shown before the yes, what is appended, and what is told on the way."""

import threading

import pytest

from store import NotApproved, NotFound, Progress, StoreError, Workspace
from store.jobs import watched
from tests.data.conftest import Load, as_csv, rows_of
from tools import TOOLS, ToolError


def test_nothing_is_loaded_without_a_yes(empty: Workspace):
    (empty.uploads / "mails.csv").write_text(as_csv())
    with pytest.raises(NotApproved):
        TOOLS["load_dataset"].run(empty, {"source": "mails.csv"})
    assert empty.datasets.names() == []


def test_the_preview_shows_ten_rows_and_changes_nothing(empty: Workspace):
    lines = "".join(f"this is text number {n},{n % 2}\n" for n in range(30))
    (empty.uploads / "many.csv").write_text("text,label\n" + lines)
    shown = TOOLS["load_dataset"].show_first(empty, {"source": "many.csv"})
    assert shown.text.startswith("I would read 30 rows from many.csv")
    assert len(shown.tables[0].rows) == 10
    assert ("label", "label", "varchar") in shown.tables[1].rows
    assert ("delimiter", "comma") in shown.tables[2].rows
    assert empty.datasets.names() == []
    assert [p.name for p in empty.folder.iterdir() if p.name.startswith(".arriving")] == []


def test_a_test_file_is_appended_as_the_test_split(empty: Workspace, load: Load):
    load(as_csv(), "mails.csv")
    result = load(
        "body,class\nWhere is it now?,delivery\n", "later.csv", into="mails", split="test", text="body", label="class"
    )
    assert result.text.startswith(
        "Appended 1 row from later.csv as the test split. mails is now version 2 with 4 rows."
    )
    rows = rows_of(empty, "mails")
    assert [row["split"] for row in rows] == ["train", "train", "train", "test"]
    assert rows[3]["text"] == "Where is it now?"
    with empty.datasets.read("mails") as con:
        assert con.execute("select list(_row order by _row) from mails").fetchone() == ([1, 2, 3, 4],)


def test_appending_tells_what_column_is_missing(load: Load):
    load(as_csv(), "mails.csv")
    with pytest.raises(ToolError, match="no column for label of mails"):
        load("text,date\nsome more words,2024-01-01\n", "more.csv", into="mails")


def test_a_taken_name_is_refused_with_a_free_one(load: Load):
    load(as_csv(), "mails.csv")
    with pytest.raises(ToolError, match="already a dataset named mails. Give another name, such as mails_2"):
        load(as_csv(), "mails.csv")


def test_appending_to_an_unknown_dataset_names_those_there_are(load: Load):
    load(as_csv(), "mails.csv")
    with pytest.raises(NotFound, match="There is no dataset named 'letters'. Datasets here: mails"):
        load(as_csv(), "more.csv", into="letters")


def test_the_card_counts_one_row_as_one(empty: Workspace):
    (empty.uploads / "one.csv").write_text("text,label\nhello there,a\n")
    assert (
        "I would read 1 row from one.csv and save it as one."
        in TOOLS["load_dataset"].show_first(empty, {"source": "one.csv"}).text
    )


def test_loading_tells_how_far_it_is_and_can_be_stopped(empty: Workspace):
    lines = "".join(f"this is text number {n},{n % 2}\n" for n in range(60_000))
    (empty.uploads / "many.csv").write_text("text,label\n" + lines)
    told: list[Progress] = []
    with watched(told.append, stopping := threading.Event()):
        TOOLS["load_dataset"].show_first(empty, {"source": "many.csv"})
        stopping.set()
        with pytest.raises(StoreError, match="It was stopped; nothing was saved"):
            TOOLS["load_dataset"].show_first(empty, {"source": "many.csv"})
    assert [progress.text for progress in told] == [f"Read {n},000 lines of many.csv" for n in (20, 40, 60)]
    assert 0 < told[0].fraction < told[1].fraction <= 1
