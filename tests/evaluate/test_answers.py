from pathlib import Path

import pytest
import torch

from tests.tiny_model import build
from tests.tiny_run import ROWS
from tools.evaluate import _answers
from tools.evaluate._answers import Answer, answer
from tools.evaluate._rows import Question
from tools.train._examples import answer_example
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


def test_the_same_question_is_asked_once(tiny: Loaded) -> None:
    asked, told = questions("Hello", "Hello", "Bye"), list[tuple[int, int]]()
    said = _answers._once_each(
        tiny, {"task": "generate", "labels": LABELS}, asked, lambda done, rows: told.append((done, rows))
    )
    assert told[-1] == (2, 2) and said[0] == said[1]
    assert all(isinstance(each, Answer) for each in said)
