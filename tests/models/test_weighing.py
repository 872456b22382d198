"""Words are weighed by the pieces that a model would say next."""

from math import exp, log

import pytest

from assistant.models.weighing import Pieces, weighed

NEXT = {
    "": {"show": log(0.5), "set": log(0.3), "a": log(0.1), "answer": log(0.05), "the": log(0.02)},
    "show": {"_project": log(0.75), "_history": log(0.25)},
}


def ahead(said: str) -> Pieces | None:
    """A model that says as `NEXT` has it."""
    return NEXT.get(said)


def test_a_piece_that_begins_two_words_is_followed_further() -> None:
    found = weighed(ahead, ["show_project", "show_history", "set_goal", "answer"])
    assert found
    chances = {word: exp(chance) for word, chance in found.items()}
    assert sum(chances.values()) == pytest.approx(1)
    assert chances["show_project"] == pytest.approx(3 * chances["show_history"])
    assert chances["show_project"] + chances["show_history"] == pytest.approx(0.5 / 0.95)
    assert chances["answer"] == pytest.approx(0.15 / 0.95)


def test_a_word_that_is_not_among_the_likeliest_is_still_possible() -> None:
    found = weighed(ahead, ["set_goal", "undo_change"])
    assert found
    assert 0 < exp(found["undo_change"]) < 0.05


def test_a_model_that_cannot_tell_weighs_nothing() -> None:
    assert weighed(lambda _: None, ["set_goal"]) is None
