from collections.abc import Iterator

import pytest

from assistant.models import BrainError, ContextOverflow, Message
from assistant.models.openai_backend import OpenAIBrain
from tests.models.chat_server import Script, serving

HELLO: list[Message] = [{"role": "user", "content": "hello"}]
SCHEMA = {
    "type": "object",
    "properties": {"tool": {"enum": ["load", "train"]}},
    "required": ["tool"],
    "additionalProperties": False,
}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Script]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving(Script()) as script:
        yield script


@pytest.fixture
def brain(server: Script) -> Iterator[OpenAIBrain]:
    made = OpenAIBrain(server.url)
    yield made
    made.close()


def test_the_first_listed_model_is_taken(brain: OpenAIBrain) -> None:
    assert brain.name == "house-model"


def test_an_answer_comes_with_its_counts(server: Script, brain: OpenAIBrain) -> None:
    server.answers = ["good day to you"]
    heard: list[str] = []
    done = brain.complete(HELLO, on_text=lambda piece: bool(heard.append(piece)))
    assert done.text == "good day to you "
    assert "".join(heard) == done.text
    assert (done.prompt_tokens, done.cached_tokens, done.completion_tokens, done.finish) == (21, 5, 7, "stop")
    assert server.asked[0]["temperature"] == 0


def test_a_server_that_does_not_stream_will_do(server: Script, brain: OpenAIBrain) -> None:
    server.streams, server.answers = False, ["good day"]
    assert brain.complete(HELLO).text == "good day"


def test_an_answer_can_be_stopped(server: Script, brain: OpenAIBrain) -> None:
    server.answers = ["one two three four"]
    done = brain.complete(HELLO, on_text=lambda piece: "two" in piece)
    assert (done.text, done.finish) == ("one two ", "cancelled")


def test_an_answer_that_is_too_long_says_so(server: Script, brain: OpenAIBrain) -> None:
    server.answers = ["word " * 50]
    assert brain.complete(HELLO, max_tokens=10).finish == "length"


def test_the_schema_is_sent_along(server: Script, brain: OpenAIBrain) -> None:
    server.answers = ['{"tool":"train"}']
    brain.complete(HELLO, schema=SCHEMA)
    assert server.asked[0]["response_format"]["json_schema"]["schema"] == SCHEMA


def test_json_in_a_code_block_will_do(server: Script, brain: OpenAIBrain) -> None:
    server.answers = ['```json\n{"tool":"train"}\n```']
    assert brain.complete(HELLO, schema=SCHEMA).text == '{"tool":"train"}'


def test_a_server_that_ignores_the_schema_is_asked_once_more(server: Script, brain: OpenAIBrain) -> None:
    server.answers = ["I would train.", '{"tool":"train"}']
    assert brain.complete(HELLO, schema=SCHEMA).text.strip() == '{"tool":"train"}'
    assert "must satisfy" in server.asked[1]["messages"][-1]["content"]


def test_a_server_that_never_keeps_to_the_schema_is_told_off(server: Script, brain: OpenAIBrain) -> None:
    server.answers = ["I would train.", '{"tool":"fly"}']
    with pytest.raises(BrainError, match="does not keep to a JSON schema .'fly' is not one of"):
        brain.complete(HELLO, schema=SCHEMA)


def test_a_wrong_key_is_told(server: Script) -> None:
    server.key = "right"
    with pytest.raises(BrainError, match="does not accept the key .wrong key.*TUNEWRIGHT_LLM_KEY"):
        OpenAIBrain(server.url, "wrong")
    OpenAIBrain(server.url, "right").close()


def test_a_server_that_is_not_there_is_told() -> None:
    with pytest.raises(BrainError, match="http://127.0.0.1:9/v1 cannot be reached.*Start it"):
        OpenAIBrain("http://127.0.0.1:9")


def test_an_address_that_is_none_is_told() -> None:
    with pytest.raises(BrainError, match="TUNEWRIGHT_LLM_URL"):
        OpenAIBrain("not an address")


def test_a_server_without_models_is_told(server: Script) -> None:
    server.models = []
    with pytest.raises(BrainError, match="lists no model"):
        OpenAIBrain(server.url)


@pytest.mark.parametrize(
    ("status", "said", "kind", "says"),
    [
        (400, {"error": {"message": "maximum context length is 4096"}}, ContextOverflow, "Start a new conversation"),
        (404, {"error": {"message": "no model x"}}, BrainError, "no model x"),
        (500, {"error": "on fire"}, BrainError, "answered 500: on fire"),
    ],
)
def test_what_the_server_refuses_is_a_sentence(
    server: Script, brain: OpenAIBrain, status: int, said: dict[str, object], kind: type[BrainError], says: str
) -> None:
    server.refuse = (status, said)
    with pytest.raises(kind, match=says):
        brain.complete(HELLO)


def test_a_server_that_breaks_off_is_told(server: Script, brain: OpenAIBrain) -> None:
    server.breaks, server.answers = True, ["good day"]
    with pytest.raises(BrainError, match="broke off: out of memory"):
        brain.complete(HELLO)


def test_a_closed_brain_says_so(server: Script) -> None:
    brain = OpenAIBrain(server.url)
    brain.close()
    with pytest.raises(BrainError, match="was shut down"):
        brain.complete(HELLO)


def test_a_server_that_goes_on_with_an_answer_tells_what_would_come_next(server: Script, brain: OpenAIBrain) -> None:
    server.answers, server.ahead = ["day", "train", "load"], [{"day": -0.1}, {"train": -0.2, "load": -1.7}, {"x": -0.3}]
    told = brain.ahead(HELLO, '{"tool": "')
    assert told
    assert told.pieces == {"train": -0.2, "load": -1.7}
    assert (told.prompt_tokens, told.cached_tokens) == (21, 5)
    assert server.asked[1]["messages"] == [*HELLO, {"role": "assistant", "content": '{"tool": "'}]
    brain.ahead(HELLO, '{"tool": "')
    assert len(server.asked) == 3  # it is found out once


@pytest.mark.parametrize("pieces", [{"Monday": -0.1, "day": -2.0}, {}])
def test_one_that_begins_anew_or_tells_no_likelihoods_cannot(
    server: Script, brain: OpenAIBrain, pieces: dict[str, float]
) -> None:
    server.answers, server.ahead = ["Monday, Tuesday"], [pieces]
    assert brain.ahead(HELLO, '{"tool": "') is None
    assert brain.ahead(HELLO, '{"tool": "') is None
    assert len(server.asked) == 1


def test_one_that_refuses_to_tell_likelihoods_cannot_either(server: Script, brain: OpenAIBrain) -> None:
    assert brain.ahead(HELLO, '{"tool": "') is None
    server.refuse, server.answers = None, ["good day"]
    assert brain.complete(HELLO).text == "good day "


def test_a_wrong_key_is_told_all_the_same(server: Script, brain: OpenAIBrain) -> None:
    server.key = "open sesame"
    with pytest.raises(BrainError, match="does not accept the key"):
        brain.ahead(HELLO, '{"tool": "')
