"""How the comparison with lm-evaluation-harness cuts its texts and judges what both found."""

from typing import Any

import pytest

from benchmarks.harness import compared, pair
from benchmarks.scored_tasks import Task

ROWS = [
    {"prompt": "Which?", "answers": [" a", " b"], "right": 1},
    {"prompt": "And?", "answers": [" a", " b"], "right": 0},
]


def tokens(text: str) -> dict[str, list[int]]:
    """A word with the space before it is one token, as in most vocabularies."""
    return {"input_ids": [hash(word) for word in text.replace(" ", "\n ").split("\n") if word]}


@pytest.mark.parametrize(("prompt", "answer"), [("Intent:", " refund"), ("Intent: ", "refund")])
def test_a_space_that_ends_the_prompt_begins_the_answer(prompt: str, answer: str):
    assert pair(tokens, prompt, answer) == ([hash("Intent:")], [hash(" refund")])


def verdict(scores: list[list[float]], accuracy: float) -> bool:
    told: dict[str, Any] = {"scores": scores, "accuracy": accuracy}
    return compared(Task("t", "choices", ROWS), [[-2.0, -1.0], [-2.0, -1.0]], told)


def test_scores_agree_if_answers_and_accuracy_are_equal_and_scores_close(capsys: pytest.CaptureFixture[str]):
    assert verdict([[-2.0005, -1.0], [-2.0, -1.0]], 0.5)
    assert "5.0e-04" in capsys.readouterr().out
    assert not verdict([[-2.002, -1.0], [-2.0, -1.0]], 0.5)
    assert not verdict([[-0.9995, -1.0], [-2.0, -1.0]], 0.5)
    assert not verdict([[-2.0, -1.0], [-2.0, -1.0]], 1.0)


def test_written_answers_agree_if_all_are_equal():
    task = Task("t", "write", [{"prompt": "", "reference": ""}] * 2, new=4)
    assert compared(task, ["a", "b"], {"texts": ["a ", "b"]})
    assert not compared(task, ["a", "b"], {"texts": ["a", "c"]})
