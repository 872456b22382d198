"""Whether attributions say something of the model: three checks that a method which only looks nice would fail."""

import random
from collections.abc import Callable

import numpy as np
import pytest
import torch
from scipy.stats import spearmanr, wilcoxon

from tests.audit.planted import LABELS, PLAN, PLANTED, texts, train
from tools.audit._attribution import Weights, attributed, left_out
from tools.audit._pieces import changed, words
from tools.audit._reading import Reading, read
from tools.audit._what_if import smallest_change
from tools.evaluate._answers import Answer, answer
from tools.evaluate._rows import Question
from tools.train._weights import Loaded, load

METHODS = ("gradients", "left out")
ROWS = 20
Weigh = Callable[[Loaded, Question], list[float]]


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    return train(tmp_path_factory.mktemp("planted") / "tiny")


@pytest.fixture(scope="module")
def random_weights(planted: Loaded, tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    """The same architecture, every weight drawn anew."""
    folder = tmp_path_factory.mktemp("random")
    planted.model.save_pretrained(folder)
    planted.tokenizer.save_pretrained(folder)
    other = load(str(folder), task="classify", labels=LABELS)
    torch.manual_seed(11)
    with torch.no_grad():
        for weight in other.model.parameters():
            weight.copy_(torch.randn_like(weight) * (0.3 if weight.dim() > 1 else 0.1) + (weight.dim() == 1))
    return other


@pytest.fixture(scope="module")
def urgent() -> list[Question]:
    return [Question(0, [], text, label) for text, label in texts(2 * ROWS, seed=999) if label == "urgent"]


def reading_of(loaded: Loaded, asked: Question) -> Reading:
    return read(loaded, PLAN, asked, "urgent")


def by_gradients(loaded: Loaded, asked: Question) -> list[float]:
    return [weight for _, weight in attributed(loaded, reading_of(loaded, asked)).words]


def by_leaving_out(loaded: Loaded, asked: Question) -> list[float]:
    return list(left_out(loaded, reading_of(loaded, asked))[1][:, 0])


@pytest.fixture(scope="module", params=[by_gradients, by_leaving_out], ids=METHODS)
def weighed(planted: Loaded, urgent: list[Question], request: pytest.FixtureRequest) -> tuple[Weigh, list[list[float]]]:
    """A method, and what it says of each text."""
    return request.param, [request.param(planted, asked) for asked in urgent]


def test_the_model_that_is_explained_has_learned_what_was_planted(planted: Loaded, urgent: list[Question]) -> None:
    assert sum(said.text == "urgent" for said in answer(planted, PLAN, urgent)) >= ROWS - 2


def test_the_planted_word_weighs_most(urgent: list[Question], weighed: tuple[Weigh, list[list[float]]]) -> None:
    first = [words(asked.text)[int(np.argmax(one))].text for asked, one in zip(urgent, weighed[1], strict=True)]
    assert first.count(PLANTED) >= 0.75 * ROWS, "by chance it would be one in seven or eight"


def test_another_models_weights_say_something_else(
    planted: Loaded, random_weights: Loaded, urgent: list[Question], weighed: tuple[Weigh, list[list[float]]]
) -> None:
    """The randomisation test of Adebayo et al. (2018), Sanity Checks for Saliency Maps."""
    weigh, before = weighed
    alike = [
        spearmanr(np.abs(one), np.abs(weigh(random_weights, asked))).statistic
        for asked, one in zip(urgent, before, strict=True)
    ]
    assert np.mean(alike) < 0.5
    assert [weigh(planted, asked) for asked in urgent[:3]] == [pytest.approx(one, abs=1e-4) for one in before[:3]]


def test_without_its_strongest_words_the_answer_loses_more_than_without_others(
    planted: Loaded, urgent: list[Question], weighed: tuple[Weigh, list[list[float]]]
) -> None:
    """The deletion test: words are taken out of the text itself, and the rows are compared in pairs."""
    draw = random.Random(5)
    strongest: list[str] = []
    others: list[str] = []
    for asked, weights in zip(urgent, weighed[1], strict=True):
        pieces = words(asked.text)
        order = sorted(range(len(pieces)), key=lambda place: -weights[place])
        strongest.append(changed(asked.text, pieces, dict.fromkeys(order[:2], "")))
        others.append(changed(asked.text, pieces, dict.fromkeys(draw.sample(range(len(pieces)), 2), "")))
    chances = [
        [said.chances["urgent"] for said in answer(planted, PLAN, [Question(0, [], text, "") for text in some])]
        for some in (strongest, others)
    ]
    assert wilcoxon(chances[0], chances[1], alternative="less").pvalue < 0.01
    assert np.mean(chances[0]) < np.mean(chances[1]) - 0.3


def test_the_smallest_change_is_the_planted_word(planted: Loaded, urgent: list[Question]) -> None:
    right = [asked for asked, said in zip(urgent, answer(planted, PLAN, urgent), strict=True) if said.text == "urgent"]
    single = 0
    for asked in right[:12]:
        found = smallest_change(asked.text, weighed_words(planted, asked), "urgent", asking(planted))
        assert found.flip and found.flip.answer == "calm"
        single += found.flip.edits == [(PLANTED, "")]
    assert single >= 10


def test_a_replacement_is_found_where_leaving_out_does_not_help(planted: Loaded) -> None:
    asked = Question(0, [], "hello please thanks money second", "calm")
    (said,) = answer(planted, PLAN, [asked])
    assert said.text == "calm"
    pairs = [(piece, 0.0) for piece in words(asked.text)]
    none = smallest_change(asked.text, pairs, "calm", asking(planted), most=1)
    found = smallest_change(asked.text, pairs, "calm", asking(planted), substitutes=[PLANTED], most=2)
    assert found.flip and any(new == PLANTED for _, new in found.flip.edits)
    assert none.flip is None or len(none.flip.edits) == 1


def weighed_words(planted: Loaded, asked: Question) -> list[tuple[object, float]]:
    found: Weights = attributed(planted, reading_of(planted, asked))
    return [(piece, weight) for piece, (_, weight) in zip(words(asked.text), found.words, strict=True)]


def asking(planted: Loaded) -> Callable[[list[str]], list[Answer]]:
    return lambda some: answer(planted, PLAN, [Question(0, [], text, "") for text in some])


def test_no_change_found_is_an_answer_and_says_how_far_was_looked() -> None:
    def stubborn(some: list[str]) -> list[Answer]:
        return [Answer("a", {"a": 0.9, "b": 0.1}, {"a": -0.1, "b": -2.3}) for _ in some]

    pieces = [(piece, 1.0) for piece in words("one two three four five six")]
    found = smallest_change("one two three four five six", pieces, "a", stubborn, substitutes=["seven"])
    assert found.flip is None and found.words == 4 and found.asked > 12


def test_a_change_needs_no_word_that_it_could_do_without() -> None:
    def two_needed(some: list[str]) -> list[Answer]:
        return [
            Answer("b" if len({"one", "two"} & set(text.split())) == 0 else "a", {"a": 0.5, "b": 0.5}, scores(text))
            for text in some
        ]

    def scores(text: str) -> dict[str, float]:
        return {"a": float(len({"one", "two"} & set(text.split()))), "b": 0.5}

    pieces = [(piece, weight) for piece, weight in zip(words("one three two four"), (1, 3, 1, 3), strict=True)]
    found = smallest_change("one three two four", pieces, "a", two_needed)
    assert found.flip and found.flip.edits == [("one", ""), ("two", "")] and found.flip.text == "three four"
