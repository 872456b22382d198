"""Excel workbooks: sheets, formulas, and what is above and around the table."""

import io
import re
import zipfile
from datetime import datetime

import pytest

from store import Workspace
from tests.data.conftest import Load, rows_of
from tests.data.made import packed, workbook
from tools import ToolError

ROWS = [["text", "label", "n"], ["hello there", "a", 1], ["bye for now", "b", 2]]


def test_the_first_sheet_with_rows_is_read_and_the_others_are_named(empty: Workspace, load: Load):
    result = load(workbook({"Empty": [], "Mails": ROWS, "More": [["x", "y"], [1, 2]]}), "mails.xlsx")
    assert "has 2 sheets; this is 'Mails'. The others: More. Name one with subset, such as subset=More." in result.text
    assert rows_of(empty, "mails") == [
        {"text": "hello there", "label": "a", "n": 1},
        {"text": "bye for now", "label": "b", "n": 2},
    ]


def test_a_sheet_is_chosen_by_name_and_one_that_is_not_there_is_told(empty: Workspace, load: Load):
    content = workbook({"Mails": ROWS, "More": [["x", "y"], [1, 2]]})
    load(content, "mails.xlsx", subset="more")
    assert rows_of(empty, "mails") == [{"x": 1, "y": 2}]
    with pytest.raises(ToolError, match="has no sheet 'June'. Its sheets: Mails, More"):
        load(content, "mails.xlsx", subset="June", name="june")


def test_formulas_are_read_as_saved_values_and_never_computed(empty: Workspace, load: Load):
    content = workbook({"Sums": [["text", "n", "m"], ["one two", "=1+1", "=2+2"], ["three four", 5, "=A1"]]})
    cached = _replaced(content, "xl/worksheets/sheet1.xml", rb"<f>1\+1</f><v[^>]*>(</v>)?", b"<f>1+1</f><v>99</v>")
    result = load(cached, "sums.xlsx")
    assert [row["n"] for row in rows_of(empty, "sums")] == [99, 5]
    assert [row["m"] for row in rows_of(empty, "sums")] == [None, None]
    assert "1 cell with a formula was read as the value that was saved with it." in result.text
    assert "2 cells with a formula and no saved value are empty (C2, C3)." in result.text


def test_a_title_above_the_table_is_left_out_and_dates_and_blank_rows_are_read(empty: Workspace, load: Load):
    rows = [["Report of June"], [], ["text", "day"], ["one two", datetime(2024, 6, 1)], [None, None], ["three", None]]
    result = load(workbook({"S": rows}), "june.xlsx")
    assert rows_of(empty, "june") == [{"text": "one two", "day": "2024-06-01 00:00:00"}, {"text": "three", "day": None}]
    assert "1 line above the table's header" in result.text


def test_a_row_with_more_values_than_columns_is_left_out_and_shown(empty: Workspace, load: Load):
    rows = [*ROWS, *([["more of this", "a", 3]] * 300), ["too", "many", 1, "values"]]
    result = load(workbook({"S": rows}), "wide.xlsx")
    assert len(rows_of(empty, "wide")) == 302
    assert result.tables[0].rows == [(304, "4 values where the table has 3 columns", "too | many | 1 | values")]


def test_a_workbook_called_csv_is_read_as_what_it_is(empty: Workspace, load: Load):
    result = load(workbook({"S": ROWS}), "mails.csv")
    assert "By its content mails.csv is an Excel workbook, and was read as one." in result.text
    assert len(rows_of(empty, "mails")) == 2


def test_locked_old_and_damaged_workbooks_are_told_apart(load: Load):
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    with pytest.raises(ToolError, match="is protected by a password. Save it without one"):
        load(ole + "EncryptedPackage".encode("utf-16-le"), "locked.xlsx")
    with pytest.raises(ToolError, match="old.xls is not a text file: it is an old Office document"):
        load(ole, "old.xls")
    with pytest.raises(ToolError, match="is damaged, or not a whole Excel workbook"):
        load(packed({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<broken"}), "cut.xlsx")
    with pytest.raises(ToolError, match="is called an Excel workbook, and by its content it is none"):
        load(b"text,label\na,b\n", "really.xlsx")
    with pytest.raises(ToolError, match="slides.pptx is a PowerPoint file"):
        load(packed({"[Content_Types].xml": "<Types/>", "ppt/presentation.xml": "<x/>"}), "slides.pptx")


def _replaced(content: bytes, name: str, old: bytes, new: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {each: archive.read(each) for each in archive.namelist()}
    return packed({**files, name: re.sub(old, new, files[name])})
