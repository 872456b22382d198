import json
from pathlib import Path

import pytest

from store import Workspace
from store.goals import Goal
from tests.data.conftest import Load, rows_of, said_yes
from tools import TOOLS, ToolError
from tools.data._format import format_of
from tools.data._tokens import BaseTokens
from tools.data._turns import pieces


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
    assert pieces(BaseTokens("small", tmp_path), turns) == [
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


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The folder of a tiny chat model that reads 512 tokens."""
    from tests.tiny_model import build  # noqa: PLC0415 - loads torch

    return str(build(tmp_path_factory.mktemp("base") / "tiny"))


def test_the_preview_shows_the_very_tokens_and_which_are_trained(empty: Workspace, load: Load, base: str):
    load("prompt,completion\nWhere is my card?,It has not arrived\nMy money?,Second payment\n", "asks.csv")
    arguments = {"dataset": "asks", "instruction": "Help.", "base_model": base}
    shown = TOOLS["format_dataset"].show_first(empty, arguments)
    rows = [row for row in shown.tables[0].rows if row[0] == 1]
    assert [row[1] for row in rows] == ["no", "yes"]
    asked, answered = (str(row[4]).split("|") for row in rows)
    assert "<" in rows[0][4] and (asked, answered) == (str(rows[0][4]).split("|"), str(rows[1][4]).split("|"))
    whole = "".join(str(row[3]) for row in rows)
    assert (
        whole
        == "<|im_start|>user\nHelp.\n\nWhere is my card?<|im_end|>\n<|im_start|>assistant\nIt has not arrived<|im_end|>"
    )
    from transformers import AutoTokenizer  # noqa: PLC0415

    ids = AutoTokenizer.from_pretrained(base)(whole, add_special_tokens=False)["input_ids"]
    assert sum(row[2] for row in rows) == len(ids)


def test_rows_beyond_the_context_are_counted_and_said(empty: Workspace, load: Load, base: str):
    rows = [{"prompt": f"Question number {n} here", "completion": "zq" * (700 if n == 3 else 5)} for n in range(20)]
    load(json.dumps(rows), "long.json")
    shown = TOOLS["format_dataset"].show_first(empty, {"dataset": "long", "instruction": "Say.", "base_model": base})
    assert "1 row is longer than the 512 tokens that it reads: training would cut the end" in shown.text
    told = shown.data and shown.data["tokens"]
    assert told and told["too_long"] == 1 and told["context"] == 512 and told["p50"] < 60 < told["longest"]
    assert shown.tables[1].title == "Tokens a row"


def test_a_model_that_is_not_here_is_named(empty: Workspace, load: Load):
    load("prompt,completion\nhello to you,hi\nhello again,hey\n", "asks.csv")
    arguments = {"dataset": "asks", "instruction": "Help.", "base_model": "someone/unknown"}
    shown = TOOLS["format_dataset"].show_first(empty, arguments)
    assert "they come with someone/unknown, which is not here yet" in shown.text


def test_a_system_prompt_begins_every_conversation(empty: Workspace, load: Load):
    load("prompt,completion\nsay hello to me,hello to you\nsay bye to me,bye to you\n", "asks.csv")
    said_yes(empty, "format_dataset", dataset="asks", style="messages", system="Be brief.")
    first = {"role": "system", "content": "Be brief."}
    assert [row["messages"][0] for row in rows_of(empty, "asks")] == [first, first]
    with pytest.raises(ToolError, match="say style messages"):
        TOOLS["format_dataset"].show_first(empty, {"dataset": "asks", "style": "pairs", "system": "Be brief."})


CHATS = [
    {"messages": [{"role": "user", "content": "Hi there"}, {"role": "assistant", "content": "Hello"}]},
    {
        "messages": [
            {"role": "system", "content": "Be kind."},
            {"role": "user", "content": "Hi"},
            {"role": "assistant", "content": "Hello"},
        ]
    },
    {"messages": [{"role": r, "content": f"{r} {n}"} for n in range(2) for r in ("user", "assistant")]},
]


def test_conversations_get_a_system_prompt_where_they_have_none(empty: Workspace, load: Load):
    load(json.dumps(CHATS), "chat.json")
    said_yes(empty, "format_dataset", dataset="chat", style="messages", system="Be brief.")
    turns = [row["messages"] for row in rows_of(empty, "chat")]
    assert [turn[0]["content"] for turn in turns] == ["Be brief.", "Be kind.", "Be brief."]
    assert [len(turn) for turn in turns] == [3, 3, 5]


def test_conversations_of_one_exchange_become_pairs_and_longer_ones_are_said(empty: Workspace, load: Load):
    load(json.dumps(CHATS), "chat.json")
    result = said_yes(empty, "format_dataset", dataset="chat", style="pairs")
    made = [(row["prompt"], row["completion"]) for row in rows_of(empty, "chat")]
    assert made == [("Hi there", "Hello"), ("Be kind.\n\nHi", "Hello"), (None, None)]
    assert "1 conversation is not one question with one answer; it stays, and training leaves it out." in result.text
    said_yes(empty, "format_dataset", dataset="chat", style="pairs", instruction="Answer.")
    assert rows_of(empty, "chat")[0]["prompt"] == "Answer.\n\nHi there"
    found = format_of(empty, empty.datasets.head("chat"))
    assert found and (found.style, found.prompt, found.completion) == ("pairs", "prompt", "completion")


def test_answers_that_are_labels_become_a_classification(empty: Workspace, load: Load):
    rows = "".join(f"Is request number {n} urgent?,{('yes', 'no')[n % 2]}\n" for n in range(12))
    load("prompt,completion\n" + rows, "urgent.csv")
    said_yes(empty, "format_dataset", dataset="urgent", style="classification")
    head = empty.datasets.head("urgent")
    assert (head.column("text"), head.column("label"), head.column("prompt")) == ("text", "label", None)
    assert rows_of(empty, "urgent")[0]["label"] == "yes"
    load("prompt,completion\n" + "".join(f"Tell {n},An answer of its own {n}\n" for n in range(9)), "free.csv")
    with pytest.raises(ToolError, match="free text rather than labels"):
        TOOLS["format_dataset"].show_first(empty, {"dataset": "free", "style": "classification"})


def test_preference_pairs_keep_both_answers_and_the_better_one_is_trained(empty: Workspace, load: Load):
    rows = [{"question": f"Which tea {n}?", "chosen": "Green tea.", "rejected": f"No {n}."} for n in range(6)]
    load(json.dumps(rows), "votes.json", text="question", label="chosen")
    arguments = {"dataset": "votes", "style": "preference", "text": "question", "label": "chosen"}
    shown = TOOLS["format_dataset"].show_first(empty, arguments)
    assert "learns to prefer the chosen answer" in shown.text
    said_yes(empty, "format_dataset", **arguments)
    row = rows_of(empty, "votes")[1]
    assert (row["prompt"], row["chosen"], row["rejected"]) == ("Which tea 1?", "Green tea.", "No 1.")
    found = format_of(empty, empty.datasets.head("votes"))
    assert found and (found.style, found.prompt, found.completion) == ("preference", "prompt", "chosen")
    load("prompt,completion\nsay hello to me,hello to you\nsay bye to me,bye to you\n", "asks.csv")
    with pytest.raises(ToolError, match="has no second, worse answer"):
        TOOLS["format_dataset"].show_first(empty, {"dataset": "asks", "style": "preference"})
