import threading

import pytest

from assistant.late import LateBrain
from assistant.models import Brain, BrainError
from tests.scripted_model import ScriptedBrain
from tools.weights.errors import FetchError
from tools.weights.progress import OnProgress, Progress

ASKED = [{"role": "user", "content": "hello"}]


def test_the_first_thought_waits_for_the_model_and_the_progress_can_be_read() -> None:
    told, go = threading.Event(), threading.Event()

    def open_brain(tell: OnProgress) -> Brain:
        tell(Progress("a-model", "the Hub", 500, 1000, 100.0, 5.0))
        told.set()
        assert go.wait(10)
        return ScriptedBrain("Hello.")

    brain = LateBrain(open_brain)
    assert told.wait(10)
    assert brain.status == "Loading the language model. a-model from the Hub:  50% of 1 kB, 100 B/s, 5 s left."
    go.set()
    assert brain.complete(ASKED).text == "Hello."
    assert brain.status == ""


def test_waiting_can_be_stopped() -> None:
    never = threading.Event()
    brain = LateBrain(lambda _: ScriptedBrain() if never.wait(5) else ScriptedBrain())
    assert brain.complete(ASKED, on_text=lambda _: True).finish == "cancelled"
    never.set()


def test_a_model_that_cannot_be_had_is_a_sentence_and_the_next_question_tries_again() -> None:
    tries: list[int] = []

    def open_brain(_: OnProgress) -> Brain:
        tries.append(1)
        if len(tries) == 1:
            raise FetchError("No network. Set TUNEWRIGHT_MODEL to a file.")
        return ScriptedBrain("Hello.")

    brain = LateBrain(open_brain)
    with pytest.raises(BrainError, match="No network"):
        _ = brain.name
    assert brain.failed
    assert "TUNEWRIGHT_MODEL" in brain.status
    assert brain.complete(ASKED).text == "Hello."
    assert not brain.failed
