"""The adapter that ships, on llama.cpp with the model it was made for."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from assistant import tutored
from assistant.models import Brain, BrainError, open_brain
from assistant.models.weighing import weighed
from assistant.prompt import chose
from assistant.scene import Scene
from assistant.settings import Settings
from assistant.transcript import Turn
from benchmarks.backends import served

pytestmark = pytest.mark.model

DATASET = {"name": "rulings", "rows": 680, "version": 1, "columns": {"ruling": "prompt", "summary": "completion"}}
SCENE = Scene(None, [DATASET], [], [], [], [])
HELD = {
    "type": "object",
    "properties": {"dataset": {"enum": ["rulings"]}, "test": {"type": "number", "minimum": 0, "maximum": 0.5}},
    "required": ["dataset"],
    "additionalProperties": False,
}


@pytest.fixture(scope="module")
def brain() -> Iterator[Brain]:
    opened = open_brain(Settings.read({"TUNEWRIGHT_BACKEND": "llama", "TUNEWRIGHT_CONTEXT_TOKENS": "2048"}))
    yield opened
    taught = opened.tutored
    opened.close()
    assert taught
    with pytest.raises(BrainError, match="was shut down"):
        taught.complete([{"role": "user", "content": "hello"}])


def test_it_chooses_and_fills(brain: Brain) -> None:
    taught = brain.tutored
    assert taught
    asked = tutored.request(SCENE, [Turn("put every tenth judgment aside, nobody may train on those")])
    found = weighed(
        lambda said: told.pieces if (told := taught.ahead(asked, '{"tool": "' + said)) else None, [*tutored.known()]
    )
    assert found and max(found, key=lambda name: found[name]) == "split_dataset"
    told = taught.complete([*asked, chose("split_dataset"), tutored.ARGUMENTS], schema=HELD)
    assert told.text == '{"dataset": "rulings", "test": 0.1}'


def test_what_was_read_with_it_and_without_it_is_kept(brain: Brain) -> None:
    assert brain.tutored
    asked = tutored.request(SCENE, [Turn("show me its history")])
    for one in (brain, brain.tutored):
        one.complete(asked, max_tokens=1)
    for one in (brain, brain.tutored, brain):
        told = one.complete(asked, max_tokens=1)
        assert told.cached_tokens >= told.prompt_tokens - 2


def test_a_server_that_was_started_with_it_thinks_with_it(brain: Brain) -> None:
    settings = Settings.read({"TUNEWRIGHT_CONTEXT_TOKENS": "2048"})
    server = served(settings)
    there = open_brain(replace(settings, backend="openai", llm_url=server.listening_address, llm_model=settings.model))
    asked = tutored.request(SCENE, [Turn("what has been done to rulings so far?")])
    assert there.tutored and brain.tutored
    far, near = (one.ahead(asked, '{"tool": "') for one in (there.tutored, brain.tutored))
    assert far and near
    likeliest = max(near.pieces, key=lambda piece: near.pieces[piece])
    assert far.pieces[likeliest] == pytest.approx(near.pieces[likeliest], abs=0.05)
    there.close()


def test_it_can_be_left_out() -> None:
    plain = open_brain(Settings.read({"TUNEWRIGHT_BACKEND": "llama", "TUNEWRIGHT_ADAPTER": "off"}))
    assert plain.tutored is None
    plain.close()
