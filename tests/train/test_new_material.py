"""What the data of tags, pairs, rewards and plain text is recognised by, and what is said when it is wrong."""

from pathlib import Path
from typing import Any

import pytest

from assistant.own_words import read
from store import Workspace
from tests.tiny_model import build
from tests.tiny_tasks import ADD, DATASET, add, task_plan
from tools.tool import ToolError
from tools.train._examples import IGNORED
from tools.train._learned import learned
from tools.train._material import examine
from tools.train._rewards import reward_of
from tools.train._rows import read_rows
from tools.train._tags import Odd, entities, listed, tagged
from tools.train._weights import load_tokenizer
from tools.train._wishes import Wishes
from tools.train.tasks import TASKS


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return load_tokenizer(build(tmp_path_factory.mktemp("base") / "tiny"))


@pytest.mark.parametrize("task", ["tag", "dpo", "pretrain"])
def test_the_task_follows_the_columns(task: str, empty: Workspace):
    ADD[task](empty)
    found = examine(empty, DATASET[task], None)
    assert found.task == task
    assert found.leaked == 0 or task == "tag"
    assert found.looked.notes == ()


def test_a_named_reward_makes_it_a_run_for_rewards(empty: Workspace):
    ADD["grpo"](empty)
    assert examine(empty, "sums", None).task == "generate"
    found = examine(empty, "sums", None, "json")
    assert found.task == "grpo"
    assert [(each.name, each.value) for each in learned(found, Wishes(reward="json", pattern="name"))] == [
        ("reward", "json"),
        ("pattern", "name"),
    ]
    with pytest.raises(ToolError, match="belongs to the task grpo, and not to classify"):
        examine(empty, "sums", "classify", "json")


PAIRS = {"prompt": "prompt", "chosen": "completion", "rejected": "rejected"}


@pytest.mark.parametrize(
    ("select", "roles", "task", "sentence"),
    [
        ("select 'a' as prompt, 'b' as completion", {"prompt": "prompt", "completion": "completion"}, "dpo", "no pref"),
        ("select 'q' as prompt, 'b' as chosen, 'b' as rejected", PAIRS, "dpo", "None of the 1 training rows"),
        ("select 'a b' as text", {"text": "text"}, "tag", "nothing to learn tags from"),
        ("select ['a', 'b'] as tokens, ['B-X'] as tags", {}, "tag", "has 2 words and 1 tags"),
        ("select ['a', 'b'] as tokens, ['O', 'O'] as tags", {}, "tag", "nothing to learn"),
        ("select ['a', 'b'] as tokens, ['X', 'X'] as tags", {}, "tag", "has the tag X"),
        (
            "select 'ab' as text, '[[0, 9, \"X\"]]' as spans",
            {"text": "text"},
            "tag",
            "a span from 0 to 9 in a text of 2",
        ),
        ("select ' ' as text from range(3)", {"text": "text"}, "pretrain", "hold no text"),
        ("select 1 as price", {}, "pretrain", "no column that reads as plain text"),
        ("select 1 as price", {}, "grpo", "no column with questions"),
    ],
)
def test_what_cannot_teach_a_task_is_refused_in_words(
    select: str, roles: dict[str, str], task: Any, sentence: str, empty: Workspace
):
    add(empty, "odd", select, **roles)
    with pytest.raises(ToolError, match=sentence):
        examine(empty, "odd", task)


def test_rows_that_teach_nothing_are_told_of_and_left_out(empty: Workspace, tokenizer: Any, tmp_path: Path):
    rows = "('q', 'good', 'bad'), ('q', 'same', 'same'), ('q', 'good', null), ('p', 'fine', 'poor')"
    add(empty, "votes", f"from (values {rows}) t(prompt, chosen, rejected)", **PAIRS)
    assert "2 rows of 4 are no preference pairs" in examine(empty, "votes", None).looked.notes[0]
    plan = task_plan(tmp_path, "dpo", split=None)
    found = read_rows(empty.datasets.head("votes").path, plan, tokenizer, tmp_path / "cache")
    assert (len(found.train), found.left_out) == (2, 2)
    row = found.train[0]
    assert tokenizer.decode(row["chosen_ids"]) == "good<|im_end|>"
    assert tokenizer.decode(row["rejected_ids"]) == "bad<|im_end|>"
    assert tokenizer.decode(row["prompt_ids"]).endswith("assistant\n")


def test_a_tag_that_only_other_rows_have_is_told_of(empty: Workspace):
    rows = "(['a', 'b'], ['B-X', 'O'], 'train'), (['a', 'b'], ['B-Y', 'O'], 'test')"
    add(empty, "few", f"from (values {rows}) t(tokens, tags, split)", split="split")
    found = examine(empty, "few", None)
    assert found.labels == ["O", "B-X"]
    assert "never have B-Y" in found.looked.notes[0]


def test_one_piece_of_each_word_is_trained(tokenizer: Any, tmp_path: Path):
    plan = task_plan(tmp_path, "tag")
    line = TASKS["tag"].lines(tokenizer, plan)
    row = {"tokens": ["Anna", "went", "to", "Quito"], "tags": ["B-PER", "O", "O", "B-LOC"]}
    made = line(row)
    trained = [(place, label) for place, label in enumerate(made["labels"]) if label != IGNORED]
    assert [plan["labels"][label] for _, label in trained] == row["tags"]
    ends = [tokenizer.decode(made["input_ids"][: place + 1]) for place, _ in trained]
    assert ends == ["Anna", "Anna went", "Anna went to", "Anna went to Quito"], "the last piece knows the whole word"
    short = TASKS["tag"].lines(tokenizer, {**plan, "max_length": 12})(row)
    assert short["cut"] and len(short["input_ids"]) == 12
    assert sum(label != IGNORED for label in short["labels"]) < 4


def test_tags_are_read_however_they_are_written():
    lists = {"tokens": "tokens", "tags": "tags"}
    for tokens, tags in ((["A", "b"], ["B-X", "O"]), ('["A", "b"]', '["B-X", "O"]'), ("['A', 'b']", "['B-X', 'O']")):
        found = tagged({"tokens": tokens, "tags": tags}, lists)
        assert (found.text, found.words, found.tags) == ("A b", [(0, 1), (2, 3)], ["B-X", "O"])
    assert listed("B-X O") == ["B-X", "O"]
    spans = {"text": "text", "spans": "spans"}
    text = "Anna Lee met Bo."
    found = tagged({"text": text, "spans": '[{"start": 0, "end": 8, "label": "PER"}, [13, 15, "PER"]]'}, spans)
    assert found.tags == ["B-PER", "I-PER", "O", "B-PER", "O"]
    assert entities(found.tags) == {(0, 2, "PER"), (3, 4, "PER")}
    assert entities(["PER", "PER", "O", "I-LOC", "B-LOC"]) == {(0, 2, "PER"), (3, 4, "LOC"), (4, 5, "LOC")}
    with pytest.raises(Odd, match="without a start"):
        tagged({"text": text, "spans": '[{"label": "PER"}]'}, spans)


def test_plain_text_fills_its_blocks_and_every_document_ends_with_the_mark(
    empty: Workspace, tokenizer: Any, tmp_path: Path
):
    ADD["pretrain"](empty)
    plan = task_plan(tmp_path, "pretrain", max_length=48)
    found = read_rows(empty.datasets.head("manuals").path, plan, tokenizer, tmp_path / "cache")
    assert (found.taken, found.left_out, found.cut) == (40, 0, 0)
    lengths = found.train["length"]
    assert set(lengths[:-1]) == {48}
    tokens = [token for row in found.train["input_ids"] for token in row]
    assert tokens.count(tokenizer.eos_token_id) == 40
    assert found.train[0]["labels"] == found.train[0]["input_ids"]


def test_only_the_last_answer_is_trained_where_that_is_wanted(tokenizer: Any, tmp_path: Path):
    turns = [("user", "Hi"), ("assistant", "Hello!"), ("user", "My card?"), ("assistant", "On its way.")]
    row = {"talk": [{"role": role, "content": content} for role, content in turns]}
    for answers, trained in (("all", "Hello!<|im_end|>On its way.<|im_end|>"), ("last", "On its way.<|im_end|>")):
        plan = {"messages": "talk", "max_length": 200, "answers": answers, "prompt": None}
        made = TASKS["generate"].lines(tokenizer, plan)(row)
        assert tokenizer.decode([label for label in made["labels"] if label != IGNORED]) == trained
        assert answers in TASKS["generate"].told(plan)


@pytest.mark.parametrize(
    ("reward", "pattern", "answer", "reference", "worth"),
    [
        ("exact_match", "", " Refund ", "refund", 1),
        ("exact_match", "", "a refund", "refund", 0),
        ("exact_match", "", "", "", 0),
        ("pattern", "^[A-D]$", "B\n", "", 1),
        ("pattern", "^[A-D]$", "E", "", 0),
        ("pattern", "(a+)+$", "a" * 40 + "b", "", 0),
        ("json", "", '{"a": 1}', "", 1),
        ("json", "", "```json\n[1]\n```", "", 1),
        ("json", "", "7", "", 0),
        ("json", "name and age", '{"name": "A", "age": 3}', "", 1),
        ("json", "name, age", '{"name": "A"}', "", 0),
        ("json", '{"type": "object", "required": ["x"]}', '{"x": 1}', "", 1),
        ("json", '{"type": "object", "required": ["x"]}', '{"y": 1}', "", 0),
        ("length", "2-4", "one two three", "", 1),
        ("length", "2-4", "one", "", 0.5),
        ("length", "4", "one two three four five six", "", 0.5),
    ],
)
def test_a_reward_is_what_a_program_checks(reward: str, pattern: str, answer: str, reference: str, worth: float):
    assert reward_of({"reward": reward, "pattern": pattern})(answer, reference) == worth


@pytest.mark.parametrize(
    ("wish", "pattern"),
    [
        ("run grpo on sums and reward answers that match the regex ^[A-D]$", "^[A-D]$"),
        ("reward the pattern '[0-9]+ EUR' please", "[0-9]+ EUR"),
        ("grpo on x, reward valid JSON with the keys name and age", "name and age"),
        ("reward 5 to 20 words on letters with grpo", "5 to 20"),
        ("train on tickets with lora", None),
    ],
)
def test_a_pattern_is_read_from_the_words(wish: str, pattern: str | None):
    assert read("pattern", wish) == pattern
