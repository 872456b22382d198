"""The rows that a file holds, in every format, however it is quoted or named."""

import json

import pyarrow as pa
import pytest
from pyarrow import parquet

from store import Workspace
from tests.data.conftest import MAILS, Load, as_csv, rows_of, said_yes

EXPECTED = [{"text": text, "label": label} for text, label in MAILS]


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("mails.csv", as_csv()),
        ("mails.csv", as_csv(";")),
        ("mails.txt", as_csv("|")),
        ("mails.tsv", as_csv("\t")),
        ("mails.csv", as_csv().replace("\n", "\r\n")),
        ("mails.csv", as_csv().replace("\n", "\r")),
        ("mails.json", json.dumps(EXPECTED)),
        ("mails.json", json.dumps({"version": 2, "data": EXPECTED}, indent=2)),
        ("mails.json", json.dumps({"text": [t for t, _ in MAILS], "label": [n for _, n in MAILS]})),
        ("mails.jsonl", "\n".join(json.dumps(row) for row in EXPECTED)),
        ("mails.json", "\n".join(json.dumps(row) for row in EXPECTED)),
        ("mails", "\n".join(json.dumps(row) for row in EXPECTED)),
    ],
)
def test_every_format_gives_the_same_rows(empty: Workspace, load: Load, file: str, content: str):
    result = load(content, file)
    assert rows_of(empty, "mails") == EXPECTED
    assert result.data and result.data["roles"] == {"text": "text", "label": "label"}


def test_parquet_keeps_types_and_names_numbered_classes(empty: Workspace, load: Load):
    table = pa.table({"utterance": ["hi there", "bye now"], "mood": [1, 0], "score": [0.5, 2.0], "seen": [True, False]})
    features = {"mood": {"_type": "ClassLabel", "names": ["sad", "glad"]}}
    table = table.replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})})
    parquet.write_table(table, empty.uploads / "talk.parquet")
    said_yes(empty, "load_dataset", source="talk.parquet", label="mood")
    assert rows_of(empty, "talk") == [
        {"utterance": "hi there", "mood": "glad", "score": 0.5, "seen": True},
        {"utterance": "bye now", "mood": "sad", "score": 2.0, "seen": False},
    ]


def test_a_quote_inside_a_text_swallows_no_line(empty: Workspace, load: Load):
    """As in message collections: tab separated, no header, quotes that never close."""
    lines = [f"ham\tmessage number {n}, nothing special" for n in range(200)]
    lines[3] = 'ham\t"Be home at six'
    lines[50] = 'spam\tyou "won a prize'
    lines[90] = 'ham\t"Ok" he said'
    lines[120] = 'spam\t"whole line quoted"'
    load("\n".join(lines), "sms")
    rows = rows_of(empty, "sms")
    assert [f"{row['label']}\t{row['text']}" for row in rows] == lines


def test_quoted_values_may_hold_delimiters_newlines_and_quotes(empty: Workspace, load: Load):
    load('text,label\n"a, b\n\nand ""c""",x\nplain,y\n', "odd.csv")
    assert rows_of(empty, "odd") == [{"text": 'a, b\n\nand "c"', "label": "x"}, {"text": "plain", "label": "y"}]


def test_one_broken_quote_in_a_quoted_file_costs_no_other_row(empty: Workspace, load: Load):
    good = [f'"text {n}, with a comma","label {n % 3}"' for n in range(50)]
    lines = [*good[:10], '"this quote never closes, alas', *good[10:]]
    load("text,label\n" + "\n".join(lines), "broken.csv")
    rows = rows_of(empty, "broken")
    assert len(rows) == 51
    assert sum(row["text"].endswith("with a comma") for row in rows) == 50


def test_a_file_of_lines_is_a_column_of_texts(empty: Workspace, load: Load):
    load("The first sentence, with a comma.\nThe second one.\n\nA third, too.\n", "lines.txt")
    assert [row["text"] for row in rows_of(empty, "lines")] == [
        "The first sentence, with a comma.",
        "The second one.",
        "A third, too.",
    ]


def test_binary_columns_are_left_out(empty: Workspace):
    table = pa.table({"text": ["a picture of a cat", "and one of a dog"], "picture": [b"\x01", b"\x02"]})
    parquet.write_table(table, empty.uploads / "pictures.parquet")
    told = said_yes(empty, "load_dataset", source="pictures.parquet").text
    assert "left out: picture." in told
    assert list(rows_of(empty, "pictures")[0]) == ["text"]


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("rows.csv", '{"text": "hello there", "label": "a"}\n', "By its content rows.csv is JSON Lines"),
        ("rows.jsonl", "text,label\nhello there,a\n", "No line of rows.jsonl begins as JSON does"),
    ],
)
def test_a_text_file_whose_name_lies_is_read_as_what_it_holds(
    empty: Workspace, load: Load, file: str, content: str, said: str
):
    assert said in load(content, file).text
    assert rows_of(empty, "rows") == [{"text": "hello there", "label": "a"}]
