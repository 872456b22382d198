import json
from pathlib import Path

import pytest

from store import Workspace
from store.goals import Goal
from tests.data.conftest import Load, rows_of, said_yes
from tools import TOOLS, ToolError
from tools.data._format import format_of
from tools.data._tokens import BaseTokens
from tools.data.format_dataset import _pieces


def test_labels_are_named_in_the_instruction(ws: Workspace):
    said_yes(ws, "format_dataset", dataset="reviews")
    assert rows_of(ws, "reviews")[0] == {
        "text": "good",
        "label": 1,
        "prompt": "Classify the text. Answer with one of: 0, 1.\n\ngood",
        "completion": "1",
    }


def test_the_goal_makes_the_instruction(ws: Workspace):
    with ws.approvals.typed("set_goal", {}):
        ws.goals.set(Goal("Tell good reviews from bad ones", "classify", "accuracy"))
    shown = TOOLS["format_dataset"].show_first(ws, {"dataset": "reviews"})
    assert shown.data and shown.data["instruction"] == "Tell good reviews from bad ones. Answer with one of: 0, 1."


def test_the_format_is_found_again_after_later_changes(ws: Workspace):
    assert format_of(ws, ws.datasets.head("reviews")) is None
    said_yes(ws, "format_dataset", dataset="reviews", style="messages", instruction="Good or not?")
    with ws.approvals.typed("split_dataset", {}):
        ws.datasets.derive("reviews", "select *, 'train' as split from parent", sentence="Split.", recipe={})
    found = format_of(ws, ws.datasets.head("reviews"))
    assert found
    assert (found.style, found.messages, found.text, found.label) == ("messages", "messages", "text", "label")
    assert (found.instruction, found.labels) == ("Good or not?", ["0", "1"])
    assert rows_of(ws, "reviews")[1]["messages"] == [
        {"role": "user", "content": "Good or not?\n\nbad"},
        {"role": "assistant", "content": "0"},
    ]


def test_formatting_again_starts_from_the_same_columns(ws: Workspace):
    said_yes(ws, "format_dataset", dataset="reviews")
    said_yes(ws, "format_dataset", dataset="reviews", instruction="Rate it.")
    assert rows_of(ws, "reviews")[0]["prompt"] == "Rate it.\n\ngood"


def test_an_instruction_goes_with_its_input(empty: Workspace, load: Load):
    rows = [
        {"instruction": "Mend the spelling.", "input": "freind", "output": "The right spelling is friend."},
        {"instruction": "Name a colour.", "input": "", "output": "Blue is a colour."},
    ]
    load(json.dumps(rows), "tasks.json")
    said_yes(empty, "format_dataset", dataset="tasks")
    assert [row["prompt"] for row in rows_of(empty, "tasks")] == ["Mend the spelling.\n\nfreind", "Name a colour."]


def test_rows_with_nothing_to_learn_are_told(empty: Workspace, load: Load):
    load("text,label\ngood one here,a\n,b\nno label here,\nanother text,b\n", "gaps.csv")
    result = said_yes(empty, "format_dataset", dataset="gaps")
    assert "2 rows have no text or no answer; they stay, and training leaves them out." in result.text
    assert [row["prompt"] is None for row in rows_of(empty, "gaps")] == [False, True, True, False]


def test_many_labels_are_not_listed_in_every_row(empty: Workspace, load: Load):
    rows = "".join(f"some request number {n},intent_{n % 40}\n" for n in range(200))
    load("text,intent\n" + rows, "wide.csv")
    shown = TOOLS["format_dataset"].show_first(empty, {"dataset": "wide"})
    assert shown.data and shown.data["instruction"] == "Classify the text. Answer with its intent alone."
    assert len(shown.data["labels"]) == 40


def test_what_cannot_be_formatted_says_why(empty: Workspace, load: Load):
    load("age,income\n" + "".join(f"{20 + n},{1000 * n}\n" for n in range(20)), "people.csv")
    with pytest.raises(ToolError, match="Which column of people holds the text"):
        TOOLS["format_dataset"].show_first(empty, {"dataset": "people"})
    load("prompt,completion\nsay hello to me,hello to you\nsay bye to me,bye to you\n", "ready.csv")
    with pytest.raises(ToolError, match="ready holds prompts and completions already"):
        TOOLS["format_dataset"].show_first(empty, {"dataset": "ready"})
    chat = [{"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]}]
    load(json.dumps(chat), "chat.json")
    with pytest.raises(ToolError, match="chat holds whole conversations already"):
        TOOLS["format_dataset"].show_first(empty, {"dataset": "chat"})


def test_the_trained_part_is_the_answer_in_the_models_own_template(tmp_path: Path):
    """The template is rendered as transformers renders it, here from files like those of a small chat model."""
    template = (
        "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"
        "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
    )
    (tmp_path / "chat_template.jinja").write_text(template)
    (tmp_path / "tokenizer_config.json").write_text(json.dumps({"eos_token": {"content": "<|im_end|>"}}))
    turns = [{"role": "user", "content": "good"}, {"role": "assistant", "content": "1"}]
    assert _pieces(BaseTokens("small", tmp_path), turns) == [
        ("<|im_start|>user\ngood<|im_end|>\n<|im_start|>assistant\n", False),
        ("1<|im_end|>", True),
    ]


def test_columns_of_the_users_own_are_kept_under_another_name(empty: Workspace, load: Load):
    load("text,label,Prompt,completion\n" + "some words,a,mine,too\nother words,b,mine,too\n" * 4, "own.csv")
    arguments = {"dataset": "own", "text": "text", "label": "label"}
    shown = TOOLS["format_dataset"].show_first(empty, arguments)
    assert "The column Prompt of your own is kept as Prompt_given." in shown.text
    said_yes(empty, "format_dataset", **arguments)
    assert rows_of(empty, "own")[0] == {
        "text": "some words",
        "label": "a",
        "Prompt_given": "mine",
        "completion_given": "too",
        "prompt": "Classify the text. Answer with one of: a, b.\n\nsome words",
        "completion": "a",
    }
    said_yes(empty, "format_dataset", **arguments, style="messages")
    assert list(rows_of(empty, "own")[0]) == ["text", "label", "Prompt_given", "completion_given", "messages"]


def test_prompts_get_an_instruction_without_losing_what_they_were(empty: Workspace, load: Load):
    load("prompt,completion\nfreind,The right spelling is friend.\nwierd,The right spelling is weird.\n", "spell.csv")
    for instruction in ("Mend the spelling.", "Spell it right."):
        said_yes(empty, "format_dataset", dataset="spell", instruction=instruction)
        first = rows_of(empty, "spell")[0]
        assert first["prompt"] == f"{instruction}\n\nfreind"
        assert (first["prompt_given"], first["completion_given"]) == ("freind", "The right spelling is friend.")
