"""The OpenAI backend against a real server: llama.cpp's own, on a small model."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from assistant.models import BrainError, ContextOverflow, Message
from assistant.models.llama import LlamaBrain, waiting_threads_sleep
from assistant.models.openai_backend import OpenAIBrain
from assistant.settings import Settings
from tools.weights.fetch import fetch

pytestmark = pytest.mark.model

HELLO: list[Message] = [{"role": "user", "content": "Train two models."}]


@pytest.fixture(scope="module")
def server() -> Iterator[Any]:
    with waiting_threads_sleep():
        from xllamacpp import CommonParams, Server  # noqa: PLC0415
    params = CommonParams()
    params.model.path = str(fetch("smollm2-135m", Settings.read().models))
    params.n_ctx, params.n_parallel, params.verbosity = 1024, 1, 0
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 2
    params.hostnames, params.api_keys = ["127.0.0.1"], ["open sesame"]
    yield Server(params)


@pytest.fixture
def brain(server: Any) -> Iterator[OpenAIBrain]:
    made = OpenAIBrain(server.listening_address, "open sesame", "smollm2", context_tokens=1024)
    yield made
    made.close()


def test_a_real_server_holds_the_schema(brain: OpenAIBrain) -> None:
    schema = {"type": "object", "properties": {"tool": {"enum": ["load", "train"]}}, "required": ["tool"]}
    done = brain.complete(HELLO, schema={**schema, "additionalProperties": False})
    assert json.loads(done.text)["tool"] in ("load", "train")
    assert done.prompt_tokens > 10


def test_a_real_server_goes_on_with_an_answer_as_llama_cpp_in_this_process_does(brain: OpenAIBrain) -> None:
    path = fetch("smollm2-135m", Settings.read().models)
    begun = '{"tool": "'
    told = brain.ahead(HELLO, begun)
    local = LlamaBrain("smollm2", path, threads=2, context_tokens=1024)
    known = local.ahead(HELLO, begun)
    local.close()
    assert told
    assert told.pieces == pytest.approx({piece: known.pieces[piece] for piece in told.pieces}, abs=0.05)


def test_a_real_server_stops_when_told(brain: OpenAIBrain) -> None:
    done = brain.complete(HELLO, max_tokens=300, on_text=lambda piece: "." in piece or "," in piece or len(piece) > 3)
    assert done.finish == "cancelled"
    assert brain.complete(HELLO, max_tokens=3).finish == "length"


def test_a_real_server_says_when_a_conversation_is_too_long(brain: OpenAIBrain) -> None:
    with pytest.raises(ContextOverflow, match="reads 1024"):
        brain.complete([{"role": "user", "content": "word " * 2000}])


def test_a_real_server_wants_its_key(server: Any) -> None:
    with pytest.raises(BrainError, match="does not accept the key"):
        OpenAIBrain(server.listening_address, "guess")
