"""How likely references are: the loss that training lowers, whatever the batch."""

import pytest
import torch

from tests.tiny_model import build
from tools.evaluate import _answers, _likelihoods
from tools.evaluate._answers import Answer, Answered
from tools.evaluate._likelihoods import likelihoods, tokens_written
from tools.evaluate._rows import Question
from tools.train._examples import answer_example
from tools.train._weights import Loaded, load

WRITES = {"task": "generate", "labels": None}
ASKED = [
    Question(n, [{"role": "user", "content": text}], text, reference)
    for n, (text, reference) in enumerate(
        [("I want my money back", "We will refund you today."), ("Hello", "Hi"), ("The app shows an error", "")]
    )
]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    return load(str(build(tmp_path_factory.mktemp("tiny"), seed=5)))


@torch.inference_mode()
@pytest.mark.parametrize("room", [1, 48_000_000])
def test_the_likelihood_of_a_reference_is_the_loss_that_training_lowers(
    tiny: Loaded, room: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_likelihoods, "LOGITS_A_BATCH", room)
    for question, (told, count) in zip(ASKED, likelihoods(tiny, WRITES, ASKED), strict=True):
        turns = [*question.messages, {"role": "assistant", "content": question.reference}]
        example = answer_example(tiny.tokenizer, turns, 512)
        tokens, labels = torch.tensor([example.tokens]), torch.tensor([example.labels])
        assert count == sum(example.trained)
        assert told == pytest.approx(-float(tiny.model(input_ids=tokens, labels=labels).loss) * count, abs=1e-3)


def test_labels_and_references_that_are_too_long_have_none(tiny: Loaded) -> None:
    assert likelihoods(tiny, {"task": "generate", "labels": ["a", "b"]}, ASKED) == []
    long = [Question(0, [{"role": "user", "content": "Hello"}], "Hello", "refund " * 5000)]
    assert likelihoods(tiny, WRITES, long) == []


def test_the_tokens_that_were_written_are_counted(tiny: Loaded) -> None:
    one, other = (len(tiny.tokenizer(text)["input_ids"]) for text in ("refund you", "Hi"))
    assert tokens_written(tiny, ["refund you", "Hi", ""]) == one + other


def test_answers_keep_the_likelihoods_and_the_tokens_of_each_different_question(tiny: Loaded) -> None:
    heard: list[tuple[int, int]] = []
    before = Answered([Answer("refund"), Answer("Hi"), Answer("")], 2.0)
    found = _answers._with_likelihoods(tiny, WRITES, ASKED, before, lambda done, rows: heard.append((done, rows)))
    assert found.likelihoods == likelihoods(tiny, WRITES, ASKED) and {*heard} == {(3, 3)}
    assert found.tokens == tokens_written(tiny, ["refund", "Hi"]) and found.seconds == 2.0
