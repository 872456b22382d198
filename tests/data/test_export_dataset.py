"""Rows leave as files that other programs read as they are."""

import csv
import json
from pathlib import Path

import pytest
from pyarrow import parquet

from store import StoreError, Workspace
from tests.data.conftest import Load, rows_of, said_yes
from tools import TOOLS, ToolError

ODD = 'text,label\n"=HYPERLINK(""http://x"")",a\n"two\nlines, and ""quotes""",b\n-5 degrees,a\nplain é 漢,b\n'


def exported(ws: Workspace, **arguments: object) -> list[Path]:
    return [Path(file) for file in said_yes(ws, "export_dataset", **arguments).files]


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_what_is_exported_loads_as_it_was(empty: Workspace, load: Load, form: str):
    load(ODD)
    (file,) = exported(empty, dataset="data", format=form)
    assert file == empty.folder / "exports" / f"data-v1.{form}"
    (empty.uploads / f"back.{form}").write_bytes(file.read_bytes())
    said_yes(empty, "load_dataset", source=f"back.{form}", name="back")
    assert rows_of(empty, "back") == rows_of(empty, "data")


def test_a_cell_that_a_spreadsheet_would_run_is_told_and_on_demand_disarmed(empty: Workspace, load: Load):
    load(ODD)
    card = TOOLS["export_dataset"].show_first(empty, {"dataset": "data", "format": "csv"})
    assert "2 cells begin as a formula does, with =, +, - or @ (text 2): a spreadsheet would run them." in card.text
    (file,) = exported(empty, dataset="data", format="csv", for_spreadsheet=True)
    assert file.read_bytes().startswith("\ufeff".encode())
    with file.open(encoding="utf-8-sig", newline="") as opened:
        cells = [row[0] for row in csv.reader(opened)][1:]
    assert cells == ['\'=HYPERLINK("http://x")', 'two\nlines, and "quotes"', "'-5 degrees", "plain é 漢"]


def test_conversations_are_json_in_a_csv_and_lists_elsewhere(empty: Workspace, load: Load):
    turns = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]
    load(json.dumps({"messages": turns}) + "\n", "chats.jsonl")
    (lines,) = exported(empty, dataset="chats")
    assert json.loads(lines.read_text()) == {"messages": turns}
    (table,) = exported(empty, dataset="chats", format="csv")
    with table.open(newline="") as opened:
        assert json.loads(list(csv.reader(opened))[1][0]) == turns
    (columns,) = exported(empty, dataset="chats", format="parquet")
    assert parquet.read_table(columns).to_pylist() == [{"messages": turns}]


def test_each_split_may_have_its_own_file_and_no_row_is_lost(empty: Workspace, load: Load):
    load("text,label\n" + "".join(f"mail {n},{n % 2}\n" for n in range(40)))
    with pytest.raises(ToolError, match="data has no splits"):
        TOOLS["export_dataset"].show_first(empty, {"dataset": "data", "by_split": True})
    said_yes(empty, "split_dataset", dataset="data")
    files = exported(empty, dataset="data", by_split=True)
    assert [file.name for file in files] == ["data-v2-test.jsonl", "data-v2-train.jsonl", "data-v2-validation.jsonl"]
    texts = [json.loads(line)["text"] for file in files for line in file.read_text().splitlines()]
    assert sorted(texts) == sorted(f"mail {n}" for n in range(40))


def test_an_older_version_can_be_had_and_an_export_is_replaced_when_it_is_whole(empty: Workspace, load: Load):
    load(ODD)
    said_yes(empty, "split_dataset", dataset="data", validation=0.0)
    (file,) = exported(empty, dataset="data", version=1)
    assert "split" not in json.loads(file.read_text().splitlines()[0])
    card = TOOLS["export_dataset"].show_first(empty, {"dataset": "data", "version": 1})
    assert "data-v1.jsonl is there already and replaced." in card.text
    exported(empty, dataset="data", version=1)
    assert [path.name for path in file.parent.iterdir()] == ["data-v1.jsonl"]
    with pytest.raises(StoreError, match="no version named 'data 7'"):
        exported(empty, dataset="data", version=7)
    with pytest.raises(ToolError, match="not for spreadsheets"):
        exported(empty, dataset="data", for_spreadsheet=True)
