"""Which tokens of a row are trained."""

from pathlib import Path
from typing import Any

import pytest

from store import Workspace
from tests.tiny_model import build
from tests.tiny_run import add_tickets, plan
from tools.train._examples import answer_example, conversation, prompt_text, segments, text_example
from tools.train._rows import read_rows
from tools.train._trainer import LengthGrouped
from tools.train._weights import PLAIN_TEMPLATE, load_tokenizer

PAIRS = {"prompt": "asked", "completion": "answered"}


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return load_tokenizer(build(tmp_path_factory.mktemp("base") / "tiny"))


def learned(tokenizer: Any, messages: list[dict[str, str]], max_length: int = 500) -> str:
    example = answer_example(tokenizer, messages, max_length)
    return tokenizer.decode([token for token, yes in zip(example.tokens, example.trained, strict=True) if yes])


def test_only_the_answer_and_its_end_are_trained(tokenizer: Any):
    messages = conversation({"asked": "Where is my card?", "answered": "delivery"}, PAIRS)
    assert learned(tokenizer, messages) == "delivery<|im_end|>"
    whole = tokenizer.decode(answer_example(tokenizer, messages, 500).tokens)
    assert whole == prompt_text(tokenizer, messages) + "delivery<|im_end|>"


def test_every_answer_of_a_conversation_is_trained(tokenizer: Any):
    turns = [("user", "Hi"), ("assistant", "Hello!"), ("user", "My card?"), ("assistant", "On its way.")]
    row = {"talk": [{"role": role, "content": content} for role, content in turns]}
    messages = conversation(row, {"messages": "talk"})
    assert learned(tokenizer, messages) == "Hello!<|im_end|>On its way.<|im_end|>"
    rendered = tokenizer.apply_chat_template(messages, tokenize=False)
    assert "".join(text for text, _ in segments(tokenizer, messages)) == rendered.rstrip("\n")


def test_a_model_without_a_template_gets_a_plain_one(tokenizer: Any):
    messages = conversation({"asked": "Where?", "answered": "Here."}, PAIRS)
    given, tokenizer.chat_template = tokenizer.chat_template, PLAIN_TEMPLATE
    try:
        assert prompt_text(tokenizer, messages) == "User: Where?\nAssistant: "
        assert learned(tokenizer, messages) == "Here.<|im_end|>"
    finally:
        tokenizer.chat_template = given


def test_a_long_row_is_cut_and_says_so(tokenizer: Any):
    messages = conversation({"asked": "Where is my card?" * 20, "answered": "delivery"}, PAIRS)
    example = answer_example(tokenizer, messages, 20)
    assert (len(example.tokens), example.cut, any(example.trained)) == (20, True, False)
    assert text_example(tokenizer, "card " * 50, 10).cut


def test_a_row_without_an_answer_is_a_question(tokenizer: Any):
    assert conversation({"asked": "Where?"}, PAIRS) == [{"role": "user", "content": "Where?"}]


def test_labels_of_the_rows_decode_to_the_answers(empty: Workspace, tokenizer: Any, tmp_path: Path):
    add_tickets(empty)
    rows = read_rows(empty.datasets.head("tickets").path, plan(tmp_path), tokenizer, tmp_path / "cache")
    assert (len(rows.train), len(rows.evaluation or [])) == (72, 12)
    answers = {tokenizer.decode([label for label in row["labels"] if label >= 0]) for row in rows.train}
    assert answers == {"delivery<|im_end|>", "refund<|im_end|>", "technical<|im_end|>"}


def test_without_validation_rows_some_originals_are_held_out_with_their_copies(
    empty: Workspace, tokenizer: Any, tmp_path: Path
):
    with empty.approvals.typed("load_dataset", {}):
        empty.datasets.add(
            "pairs",
            "select 'question ' || n % 40 as asked, 'answer ' || n % 40 as answered,"
            " case when n >= 40 then n % 40 + 1 end as _from from range(80) t(n) order by n",
            sentence="Loaded 80 rows.",
            recipe={},
        )
    settings = plan(tmp_path, split=None, prompt="asked", completion="answered", labels=None)
    rows = read_rows(empty.datasets.head("pairs").path, settings, tokenizer, tmp_path / "cache")
    assert rows.evaluation is not None
    aside = {tokenizer.decode(row["input_ids"]) for row in rows.evaluation}
    kept = {tokenizer.decode(row["input_ids"]) for row in rows.train}
    assert len(aside) == 8
    assert not aside & kept
    assert len(rows.train) == 64


def test_the_order_of_rows_depends_on_seed_and_epoch_alone():
    lengths = [n % 7 for n in range(101)]
    epoch = 0
    order = [list(LengthGrouped(lengths, 8, seed, epoch=lambda: epoch)) for seed in (1, 1, 2)]
    assert order[0] == order[1] != order[2]
    assert sorted(order[0]) == list(range(101))
    epoch = 1
    assert list(LengthGrouped(lengths, 8, 1, epoch=lambda: epoch)) != order[0]
    spread = [max(lengths[n] for n in batch) - min(lengths[n] for n in batch) for batch in _batches(order[0][:96])]
    assert sum(spread) <= 8


def _batches(order: list[int]) -> list[list[int]]:
    return [order[start : start + 8] for start in range(0, len(order), 8)]
