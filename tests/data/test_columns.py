"""What the columns of a file are taken for: their types, names and roles, and what their rows are."""

import json

import pytest

from store import Workspace
from tests.data.conftest import Load, as_csv, rows_of
from tools import ToolError


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


def test_column_names_become_different_and_none_is_ours(empty: Workspace, load: Load):
    load("text,text,,_row\na b c,d e f,1,2\ng h i,j k l,3,4\n", "names.csv")
    assert list(empty.datasets.head("names").columns) == ["text", "text_2", "column_3", "row"]


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
