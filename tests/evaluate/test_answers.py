from pathlib import Path

import pytest
import torch
from tokenizers.processors import TemplateProcessing
from transformers import PreTrainedTokenizerFast

from store import StoreError
from tests.tiny_model import TEMPLATE, build
from tests.tiny_run import ROWS
from tools.evaluate import _answers
from tools.evaluate._answers import Answer, answer
from tools.evaluate._rows import Question
from tools.train._examples import answer_example, prompt_text
from tools.train._weights import Loaded, load

LABELS = sorted(ROWS)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    return load(str(build(tmp_path_factory.mktemp("tiny"), seed=5)))


def questions(*texts: str) -> list[Question]:
    return [Question(n, [{"role": "user", "content": text}], text, "refund, thanks") for n, text in enumerate(texts)]


@torch.inference_mode()
def test_a_labels_score_is_the_loss_that_training_lowers(tiny: Loaded) -> None:
    asked = questions("I want my money back", "The app shows an error when I log in")
    said = answer(tiny, {"task": "generate", "labels": LABELS}, asked)
    for question, given in zip(asked, said, strict=True):
        for label in LABELS:
            turns = [*question.messages, {"role": "assistant", "content": label}]
            example = answer_example(tiny.tokenizer, turns, 512)
            tokens, labels = torch.tensor([example.tokens]), torch.tensor([example.labels])
            loss = tiny.model(input_ids=tokens, labels=labels).loss * sum(example.trained)
            assert given.scores[label] == pytest.approx(-float(loss), abs=1e-3)
        assert given.text == max(given.scores, key=lambda label: given.scores[label])
        assert sum(given.chances.values()) == pytest.approx(1, abs=1e-4)


@torch.inference_mode()
def test_written_answers_are_the_greedy_ones_whatever_the_batch(tiny: Loaded) -> None:
    asked = questions("I want my money back", "Hello", "The app shows an error when I log in")
    written = answer(tiny, {"task": "generate", "labels": None}, asked)
    for question, given in zip(asked, written, strict=True):
        (alone,) = answer(tiny, {"task": "generate", "labels": None}, [question])
        assert given.text == alone.text


def test_writing_stops_at_the_end_mark(tmp_path: Path) -> None:
    tiny = load(str(build(tmp_path / "tiny", seed=5)))
    plan = {"task": "generate", "labels": None}
    (before,) = answer(tiny, plan, questions("Hello"))
    first, second = tiny.tokenizer(before.text, add_special_tokens=False)["input_ids"][:2]
    tiny.model.generation_config.eos_token_id = second  # a model may name more than one
    (after,) = answer(tiny, plan, questions("Hello"))
    assert tiny.tokenizer(after.text, add_special_tokens=False)["input_ids"][0] == first
    assert len(after.text) < len(before.text)


def test_a_head_is_scored_by_its_classes(tmp_path: Path) -> None:
    head = load(str(build(tmp_path / "tiny")), task="classify", labels=LABELS)
    plan = {"task": "classify", "labels": LABELS, "max_length": 32}
    asked = [Question(n, [], text, "refund") for n, text in enumerate(["I want my money back", "Hello", "login " * 50])]
    together = answer(head, plan, asked)
    for question, given in zip(asked, together, strict=True):
        tokens = head.tokenizer(question.text, truncation=True, max_length=32, return_tensors="pt")
        with torch.inference_mode():
            alone = head.model(input_ids=tokens["input_ids"]).logits[0].log_softmax(-1)
        assert given.scores == pytest.approx(dict(zip(LABELS, alone.tolist(), strict=True)), abs=1e-4)


@torch.inference_mode()
def test_a_question_longer_than_the_model_reads_loses_its_beginning_and_says_so(tiny: Loaded) -> None:
    long = "The app shows an error. " * 200 + "I want my money back"
    plan, asked = {"task": "generate", "labels": LABELS}, questions("Hello", long)
    short, cut = answer(tiny, plan, asked)
    assert (short.cut, cut.cut) == (False, True)
    label = tiny.tokenizer(LABELS[0] + "<|im_end|>", add_special_tokens=False)["input_ids"]
    room = 512 - max(len(tiny.tokenizer(name + "<|im_end|>", add_special_tokens=False)["input_ids"]) for name in LABELS)
    prompt = tiny.tokenizer(prompt_text(tiny.tokenizer, asked[1].messages), add_special_tokens=False)["input_ids"]
    told = tiny.model(input_ids=torch.tensor([prompt[-room:] + label])).logits[0].log_softmax(-1)
    right = sum(float(told[room - 1 + at, token]) for at, token in enumerate(label))
    assert cut.scores[LABELS[0]] == pytest.approx(right, abs=1e-3)
    assert [said.cut for said in answer(tiny, {"task": "generate", "labels": None}, asked)] == [False, True]


def test_a_label_longer_than_the_model_reads_is_a_sentence(tiny: Loaded) -> None:
    plan = {"task": "generate", "labels": ["refund", "delivery " * 600]}
    with pytest.raises(StoreError, match="The longest label has .* tokens and the model reads 512 at most"):
        answer(tiny, plan, questions("Hello"))


def test_a_text_cut_for_a_head_says_so(tmp_path: Path) -> None:
    head = load(str(build(tmp_path / "tiny")), task="classify", labels=LABELS)
    asked = [Question(n, [], text, "refund") for n, text in enumerate(["Hello", "login " * 50])]
    plan = {"task": "classify", "labels": LABELS, "max_length": 32}
    assert [said.cut for said in answer(head, plan, asked)] == [False, True]


@pytest.mark.parametrize("template", [True, False])
@torch.inference_mode()
def test_a_mark_that_begins_every_text_stands_before_a_question_once(tmp_path: Path, template: bool) -> None:
    folder = build(tmp_path / "tiny", seed=5)
    pieces = PreTrainedTokenizerFast.from_pretrained(folder)
    begin = [("<|endoftext|>", pieces.convert_tokens_to_ids("<|endoftext|>"))]
    pieces.backend_tokenizer.post_processor = TemplateProcessing(single="<|endoftext|> $A", special_tokens=begin)
    pieces.bos_token = "<|endoftext|>"
    pieces.chat_template = "{{ bos_token }}" + TEMPLATE if template else None
    pieces.save_pretrained(folder)
    if not template:
        (folder / "chat_template.jinja").unlink(missing_ok=True)
    loaded = load(str(folder))
    prompt, label = _answers._question_and_label(loaded.tokenizer, [{"role": "user", "content": "Hello"}], "refund")
    assert [place for place, token in enumerate(prompt) if token == begin[0][1]] == [0]
    assert label == loaded.tokenizer("refund<|im_end|>", add_special_tokens=False)["input_ids"]
    (said,) = answer(loaded, {"task": "generate", "labels": ["refund", "delivery"]}, questions("Hello"))
    told = loaded.model(input_ids=torch.tensor([prompt + label])).logits[0].log_softmax(-1)
    right = sum(float(told[len(prompt) - 1 + at, token]) for at, token in enumerate(label))
    assert said.scores["refund"] == pytest.approx(right, abs=1e-3)


def test_the_same_question_is_asked_once(tiny: Loaded) -> None:
    asked, told = questions("Hello", "Hello", "Bye"), list[tuple[int, int]]()
    said = _answers._once_each(
        tiny, {"task": "generate", "labels": LABELS}, asked, lambda done, rows: told.append((done, rows))
    )
    assert told[-1] == (2, 2) and said[0] == said[1]
    assert all(isinstance(each, Answer) for each in said)
