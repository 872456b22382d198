import json
import threading

import pyarrow as pa
import pytest
from pyarrow import parquet

from store import NotApproved, NotFound, Progress, StoreError, Workspace
from store.jobs import watched
from tests.data.conftest import Load, rows_of, said_yes
from tools import TOOLS, ToolError

MAILS = [("Where is my parcel?", "delivery"), ("It broke, I want my money back", "refund"), ("Hello", "other")]


def as_csv(delimiter: str = ",") -> str:
    lines = [f'"{text}"{delimiter}{label}' for text, label in MAILS]
    return "\n".join([f"text{delimiter}label", *lines]) + "\n"


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


def test_labels_that_look_like_numbers_stay_text(empty: Workspace, load: Load):
    load("id,text,label,age\n007,good words here,01,31\n008,more words here,02,45\n", "codes.csv")
    assert rows_of(empty, "codes") == [
        {"id": "007", "text": "good words here", "label": "01", "age": 31},
        {"id": "008", "text": "more words here", "label": "02", "age": 45},
    ]


def test_a_split_column_is_recognised_and_renamed(empty: Workspace, load: Load):
    load("text,label,Set\none text here,a,Training\nanother text,b,dev\nthird text,a,TEST\n", "parts.csv")
    assert [row["split"] for row in rows_of(empty, "parts")] == ["train", "validation", "test"]
    assert empty.datasets.head("parts").roles["split"] == "split"


def test_lists_named_after_splits_become_one_dataset(empty: Workspace, load: Load):
    on, off = ["please turn the lamp on", "on"], ["now turn it off again", "off"]
    value = {"train": [on, off] * 4, "val": [on], "test": [off]}
    load(json.dumps(value), "voice.json")
    rows = rows_of(empty, "voice")
    assert [row["split"] for row in rows] == ["train"] * 8 + ["validation", "test"]
    assert rows[0] == {"text": "please turn the lamp on", "label": "on", "split": "train"}


def test_conversations_become_messages_from_either_spelling(empty: Workspace, load: Load):
    rows = [
        {"conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello"}]},
        {"conversations": [{"from": "human", "value": "Bye"}, {"from": "gpt", "value": "See you"}]},
    ]
    load("\n".join(json.dumps(row) for row in rows), "chat.jsonl")
    head = empty.datasets.head("chat")
    assert head.roles == {"conversations": "messages"}
    assert rows_of(empty, "chat")[0]["conversations"] == [
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "content": "Hello"},
    ]


def test_objects_inside_objects_become_columns(empty: Workspace, load: Load):
    load(json.dumps([{"meta": {"lang": "en"}, "text": "some words here"}, {"text": "more words here"}]), "deep.json")
    assert rows_of(empty, "deep") == [
        {"meta_lang": "en", "text": "some words here"},
        {"meta_lang": None, "text": "more words here"},
    ]


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


def test_a_missing_column_names_those_there_are(load: Load):
    with pytest.raises(ToolError, match="no column 'body' to be the text. The columns are text, label"):
        load(as_csv(), "mails.csv", text="body")


def test_a_column_is_found_in_other_spelling(empty: Workspace, load: Load):
    load(
        "Customer Message,Queue Name\nhello to you,a\nbye to you,b\n",
        "q.csv",
        text="customer_message",
        label="queue name",
    )
    assert empty.datasets.head("q").roles == {"Customer Message": "text", "Queue Name": "label"}


def test_a_taken_name_is_refused_with_a_free_one(load: Load):
    load(as_csv(), "mails.csv")
    with pytest.raises(ToolError, match="already a dataset named mails. Give another name, such as mails_2"):
        load(as_csv(), "mails.csv")


def test_appending_to_an_unknown_dataset_names_those_there_are(load: Load):
    load(as_csv(), "mails.csv")
    with pytest.raises(NotFound, match="There is no dataset named 'letters'. Datasets here: mails"):
        load(as_csv(), "more.csv", into="letters")


def test_column_names_become_different_and_none_is_ours(empty: Workspace, load: Load):
    load("text,text,,_row\na b c,d e f,1,2\ng h i,j k l,3,4\n", "names.csv")
    assert list(empty.datasets.head("names").columns) == ["text", "text_2", "column_3", "row"]


def test_a_file_of_lines_is_a_column_of_texts(empty: Workspace, load: Load):
    load("The first sentence, with a comma.\nThe second one.\n\nA third, too.\n", "lines.txt")
    assert [row["text"] for row in rows_of(empty, "lines")] == [
        "The first sentence, with a comma.",
        "The second one.",
        "A third, too.",
    ]


def test_a_split_column_of_other_values_is_told(empty: Workspace, load: Load):
    told = load("text,label,split\nhello there,a,train\nbye for now,b,foo\n", "odd.csv").text
    assert "The column 'split' has values that do not say train, validation or test" in told
    assert [row["split_given"] for row in rows_of(empty, "odd")] == ["train", "foo"]


@pytest.mark.parametrize(
    ("content", "roles"),
    [
        (
            "text,label\n" + "".join(f"message number {n},urgent\n" for n in range(40)),
            {"text": "text", "label": "label"},
        ),
        ("text,text,label\nhello there,a longer text that says more,a\n", {"text": "text", "text_2": "other"}),
        ("q,a\nHow do I pay?,You pay at the desk.\nWho calls?,The nurse calls.\n", {"q": "prompt", "a": "completion"}),
        ("review,stars\n" + "".join(f"a fine place {n},{n % 5 + 1}\n" for n in range(60)), {"stars": "label"}),
    ],
)
def test_columns_are_understood_by_their_names(load: Load, content: str, roles: dict[str, str]):
    data = load(content).data
    assert data and data["roles"].items() >= roles.items()


def test_a_file_without_a_text_says_how_to_name_it(load: Load):
    told = load("age,income\n" + "".join(f"{n},{n * 100}\n" for n in range(20, 60)), "people.csv").text
    assert told.endswith(
        "No column reads as text. Say which one does, and which holds the answer, such as text=age and label=income."
    )


def test_binary_columns_are_left_out(empty: Workspace):
    table = pa.table({"text": ["a picture of a cat", "and one of a dog"], "picture": [b"\x01", b"\x02"]})
    parquet.write_table(table, empty.uploads / "pictures.parquet")
    told = said_yes(empty, "load_dataset", source="pictures.parquet").text
    assert "left out: picture." in told
    assert list(rows_of(empty, "pictures")[0]) == ["text"]


def test_the_card_counts_one_row_as_one(empty: Workspace):
    (empty.uploads / "one.csv").write_text("text,label\nhello there,a\n")
    assert (
        "I would read 1 row from one.csv and save it as one."
        in TOOLS["load_dataset"].show_first(empty, {"source": "one.csv"}).text
    )


def chat(*turns: str) -> list[dict[str, str]]:
    return [{"role": ("user", "assistant")[n % 2], "content": turn} for n, turn in enumerate(turns)]


@pytest.mark.parametrize(
    ("row", "said", "roles"),
    [
        ({"text": "hello there", "label": "a"}, "texts with labels", {"label": "label"}),
        ({"text": "hello there, how are you"}, "plain texts", {"text": "text"}),
        ({"messages": chat("Hi", "Hello")}, "conversations (messages with role and content)", {"messages": "messages"}),
        (
            {"conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello"}]},
            "conversations (ShareGPT)",
            {"conversations": "messages"},
        ),
        (
            {"instruction": "Add these", "input": "1 and 2", "output": "The sum is 3"},
            "instructions with answers (Alpaca)",
            {"instruction": "prompt", "input": "context", "output": "completion"},
        ),
        (
            {"prompt": "What is it?", "completion": "It is a parcel."},
            "prompts with completions",
            {"completion": "completion"},
        ),
        (
            {"prompt": "What is it?", "chosen": "It is a parcel.", "rejected": "No idea at all."},
            "preference pairs: a better and a worse answer",
            {"prompt": "prompt", "chosen": "completion", "rejected": "rejected"},
        ),
        (
            {"chosen": chat("Hi", "Hello"), "rejected": chat("Hi", "Go away")},
            "preference pairs: a better and a worse answer",
            {"chosen": "messages", "rejected": "rejected"},
        ),
        (
            {"prompt": "Why?", "chosen": "So it is.", "rejected": "No.", "score_chosen": 5, "score_rejected": 1},
            "preference pairs: a better and a worse answer",
            {"score_chosen": "other", "score_rejected": "other"},
        ),
    ],
)
def test_what_the_rows_are_is_said(load: Load, row: dict[str, object], said: str, roles: dict[str, str]):
    result = load("\n".join([json.dumps(row)] * 2), "rows.jsonl")
    assert f"These are {said}." in result.text
    assert result.data and result.data["roles"].items() >= roles.items()


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
