"""A GPU that is lent to single calls, as `spaces` does it: in a fork, with all that is handed over pickled."""

import multiprocessing
import os
import pickle
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from assistant.models import zero_gpu
from assistant.models.brain import Ahead, BrainError, Completion, Message, OnText
from assistant.models.opening import choose
from assistant.models.zero_gpu import LentBrain
from assistant.settings import Settings

ASKED: list[Message] = [{"role": "user", "content": "hello"}]


class Counting:
    """Answers with the number of the process that thinks."""

    name, context_tokens, tutored = "counting", 64, None

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: dict[str, Any] | None = None,
        max_tokens: int = 256,
        on_text: OnText | None = None,
    ) -> Completion:
        if max_tokens == 0:
            raise BrainError("No room for an answer.")
        for piece in ("one ", "two "):
            assert on_text
            on_text(piece)
        return Completion(f"one two {os.getpid()}", 1, 0, 2, 0.1, "stop")

    def ahead(self, messages: Sequence[Message], begun: str, *, on_text: OnText | None = None) -> Ahead | None:
        return Ahead({begun: 0.0}, 1, 0, 0.1)

    def close(self) -> None:
        pass


def forked(think: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
    """What the decorator of `spaces` does, as far as a function can tell."""

    def called(*given: Any) -> Iterator[Any]:
        here, there = multiprocessing.get_context("fork").Pipe()

        def run() -> None:
            try:
                for part in think(*pickle.loads(pickle.dumps(given))):
                    there.send(part)
            except BrainError as error:
                there.send(error)
            there.send(StopIteration())

        process = multiprocessing.get_context("fork").Process(target=run)
        process.start()
        try:
            while not isinstance(part := here.recv(), StopIteration):
                if isinstance(part, BrainError):
                    raise part
                yield part
        finally:
            process.join()
            here.close()
            there.close()

    return called


@pytest.fixture
def lent(monkeypatch: pytest.MonkeyPatch) -> Iterator[LentBrain]:
    monkeypatch.setattr(zero_gpu, "_lent", forked(zero_gpu._think))
    brain = LentBrain(Counting())
    yield brain
    brain.close()


def test_it_thinks_in_a_fork_and_tells_its_words_as_they_come(lent: LentBrain) -> None:
    heard: list[str] = []
    done = lent.complete(ASKED, on_text=lambda text: bool(heard.append(text)))
    assert heard == ["one ", "two "]
    assert done.finish == "stop" and done.text != f"one two {os.getpid()}"
    assert lent.ahead(ASKED, "x") == Ahead({"x": 0.0}, 1, 0, 0.1)


def test_it_stops_when_it_is_told_and_passes_on_what_is_wrong(lent: LentBrain) -> None:
    assert lent.complete(ASKED, on_text=lambda _: True).finish == "cancelled"
    with pytest.raises(BrainError, match="No room for an answer"):
        lent.complete(ASKED, max_tokens=0)


def test_such_a_space_thinks_with_transformers_unless_told_otherwise() -> None:
    assert choose(Settings.read({}), {"SPACES_ZERO_GPU": "true"}) == "transformers"
    assert choose(Settings.read({"TUNEWRIGHT_BACKEND": "llama"}), {"SPACES_ZERO_GPU": "true"}) == "llama"
