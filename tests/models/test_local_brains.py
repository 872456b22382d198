"""The backends that think on this machine, each with a real model; all are asked the same."""

import json
import threading
from collections.abc import Iterator
from math import exp

import pytest

from assistant.models import Brain, BrainError, ContextOverflow, Message, open_brain
from assistant.models.weighing import weighed
from assistant.settings import Settings

pytestmark = pytest.mark.model

SCHEMA = {
    "type": "object",
    "properties": {
        "tool": {"enum": ["load_dataset", "start_training", "undo_change"]},
        "rows": {"type": "integer", "minimum": 3, "maximum": 5},
        "why": {"type": "string", "maxLength": 30},
    },
    "required": ["tool", "rows", "why"],
    "additionalProperties": False,
}
LONG = "You choose tools for a person who fine-tunes language models. " * 8


def asking(text: str) -> list[Message]:
    return [{"role": "system", "content": LONG}, {"role": "user", "content": text}]


@pytest.fixture(scope="module", params=["llama", "transformers"])
def brain(request: pytest.FixtureRequest) -> Iterator[Brain]:
    environ = {"TUNEWRIGHT_BACKEND": request.param, "TUNEWRIGHT_MODEL": "smollm2-135m"}
    if request.param == "llama":
        environ["TUNEWRIGHT_THREADS"] = "2"
    opened = open_brain(Settings.read({**environ, "TUNEWRIGHT_CONTEXT_TOKENS": "2048"}))
    yield opened
    opened.close()
    with pytest.raises(BrainError, match="was shut down"):
        opened.complete(asking("hello"))


def test_a_schema_is_held(brain: Brain) -> None:
    done = brain.complete(asking("Train a hundred models for me, please."), schema=SCHEMA)
    answer = json.loads(done.text)
    assert done.finish == "stop"
    assert list(answer) == ["tool", "rows", "why"]
    assert answer["tool"] in SCHEMA["properties"]["tool"]["enum"]
    assert 3 <= answer["rows"] <= 5
    assert len(answer["why"]) <= 30
    assert "\n" not in done.text


def test_the_same_question_gets_the_same_answer(brain: Brain) -> None:
    answers = {brain.complete(asking("What is a learning rate?"), max_tokens=12).text for _ in range(2)}
    assert len(answers) == 1


def test_what_was_read_is_not_read_again(brain: Brain) -> None:
    brain.complete(asking("Load my reviews."), max_tokens=4)
    again = brain.complete(asking("Undo the last change."), max_tokens=4)
    assert again.cached_tokens > 0.8 * again.prompt_tokens
    assert again.completion_tokens == 4
    assert again.finish == "length"


def test_what_is_kept_does_not_change_an_answer(brain: Brain) -> None:
    question = asking("Which tool loads a file?")
    fresh = brain.complete(question, max_tokens=12).text
    brain.complete(asking("Tell me a story about a lighthouse."), max_tokens=12)
    assert brain.complete(question, max_tokens=12).text == fresh


def test_text_comes_in_pieces_and_stops_when_told(brain: Brain) -> None:
    heard: list[str] = []

    def until_enough(piece: str) -> bool:
        heard.append(piece)
        return len("".join(heard)) > 20

    done = brain.complete(asking("Tell me a long story."), max_tokens=200, on_text=until_enough)
    assert done.finish == "cancelled"
    assert 20 < len(done.text) < 60
    assert "".join(heard) == done.text


def test_what_the_listener_raises_comes_through(brain: Brain) -> None:
    def trip(piece: str) -> bool:
        raise LookupError("tripped")

    with pytest.raises(LookupError, match="tripped"):
        brain.complete(asking("Tell me a story."), on_text=trip)
    assert brain.complete(asking("Tell me a story."), max_tokens=3).completion_tokens == 3


def test_too_long_a_conversation_is_told(brain: Brain) -> None:
    with pytest.raises(ContextOverflow, match="reads 2048. Start a new conversation"):
        brain.complete(asking("word " * 3000))


def test_two_threads_can_ask_at_once(brain: Brain) -> None:
    answers: list[str] = []

    def ask() -> None:
        answers.append(brain.complete(asking("Say one word."), max_tokens=5).text)

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 2
    assert answers[0] == answers[1]


def test_it_tells_what_would_come_next(brain: Brain) -> None:
    talk = asking("Write the word that comes next: Monday, Tuesday, Wednesday,")
    told = brain.ahead(talk, "The next word is Thurs")
    assert told
    assert max(told.pieces, key=lambda piece: told.pieces[piece]).startswith("day")
    assert sum(exp(chance) for chance in told.pieces.values()) <= 1 + 1e-3


def test_words_are_weighed_piece_by_piece(brain: Brain) -> None:
    talk = asking("Write the word that comes next: Monday, Tuesday, Wednesday,")
    days = ["Thursday", "Thumbday", "Tuesday", "Sunday"]
    found = weighed(
        lambda said: told.pieces if (told := brain.ahead(talk, f'The next word is "{said}')) else None, days
    )
    assert found
    assert sum(exp(chance) for chance in found.values()) == pytest.approx(1)
    assert max(days, key=lambda day: found[day]) == "Thursday"
