"""Clients that were written for OpenAI's interface work unchanged."""

import json
import subprocess
from typing import Any

import openai
import pytest
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from tests.deploy.served import CHAT, Served
from tests.waiting import until

SCHEMA = {
    "type": "object",
    "properties": {"label": {"enum": ["delivery", "refund"]}, "sure": {"type": "boolean"}},
    "required": ["label", "sure"],
    "additionalProperties": False,
}


@pytest.fixture
def client(served: Served) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{served.url}/v1", api_key=served.key, max_retries=0)


def asked(client: openai.OpenAI, **more: Any) -> Any:
    return client.chat.completions.create(
        **{"model": "one", "messages": CHAT, "max_tokens": 12, "temperature": 0, **more}
    )


def test_the_models_are_listed(client: openai.OpenAI):
    assert [each.id for each in client.models.list()] == ["desk", "one", "two"]
    assert client.models.retrieve("two").id == "two"
    with pytest.raises(openai.NotFoundError, match="There is no model 'three' here"):
        client.models.retrieve("three")


def test_a_chat_is_answered_and_counted(client: openai.OpenAI, served: Served):
    said = asked(client)
    assert said.usage.prompt_tokens > 0
    assert said.usage.total_tokens == said.usage.prompt_tokens + said.usage.completion_tokens
    assert said.model == "one"
    assert said.choices[0].finish_reason in ("stop", "length")
    until(lambda: any(each.id == said.id for each in served.ws.requests.of("desk")))
    kept = served.ws.requests.get(said.id)
    assert (kept.prompt_tokens, kept.completion_tokens) == (said.usage.prompt_tokens, said.usage.completion_tokens)
    assert (kept.status, kept.outcome, kept.model, kept.kind) == (200, "answered", "one", "chat")


def test_a_stream_says_the_same_as_the_whole_answer(client: openai.OpenAI):
    whole = asked(client)
    chunks = list(asked(client, stream=True, stream_options={"include_usage": True}))
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text == whole.choices[0].message.content
    assert chunks[0].choices[0].delta.role == "assistant"
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices][-1] == whole.choices[0].finish_reason
    assert chunks[-1].usage == whole.usage
    assert len({chunk.id for chunk in chunks}) == 1
    assert all(chunk.usage is None for chunk in asked(client, stream=True))


def test_the_same_seed_gives_the_same_answer(client: openai.OpenAI):
    warm = {"temperature": 1.5, "max_tokens": 30}
    first, again = (asked(client, seed=7, **warm).choices[0].message.content for _ in range(2))
    others = {asked(client, seed=seed, **warm).choices[0].message.content for seed in range(4)}
    assert first == again
    assert len(others) > 1


def test_a_stop_sequence_ends_the_answer_before_it(client: openai.OpenAI):
    whole = asked(client, max_tokens=30).choices[0].message.content
    stop = whole[4:7]
    said = asked(client, max_tokens=30, stop=[stop])
    assert said.choices[0].message.content == whole[: whole.index(stop)]
    assert said.choices[0].finish_reason == "stop"
    streamed = asked(client, max_tokens=30, stop=stop, stream=True)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in streamed) == whole[: whole.index(stop)]


def test_log_probabilities_come_with_each_token(client: openai.OpenAI):
    form = {"type": "json_schema", "json_schema": {"name": "answer", "schema": SCHEMA}}  # so that it is plain letters
    said = asked(client, logprobs=True, top_logprobs=3, max_tokens=100, response_format=form)
    told = said.choices[0].logprobs.content
    assert len(told) == said.usage.completion_tokens - 1  # the mark of the end has no letters
    assert all(len(token.top_logprobs) == 3 and token.logprob <= 0 for token in told)
    assert "".join(token.token for token in told).startswith(said.choices[0].message.content)
    assert asked(client).choices[0].logprobs is None
    old = client.completions.create(
        model="one", prompt="hello", max_tokens=100, logprobs=2, temperature=0, extra_body={"response_format": form}
    )
    figures = old.choices[0].logprobs
    assert figures is not None and old.usage is not None
    assert len(figures.token_logprobs or []) in (old.usage.completion_tokens, old.usage.completion_tokens - 1)
    assert "".join(figures.tokens or []).startswith(old.choices[0].text)


@pytest.mark.parametrize("model", ["one", "two"])
def test_an_answer_is_held_to_a_json_schema(client: openai.OpenAI, model: str):
    form = {"type": "json_schema", "json_schema": {"name": "answer", "schema": SCHEMA, "strict": True}}
    for seed in range(5):
        said = asked(client, model=model, max_tokens=100, temperature=1, seed=seed, response_format=form)
        found = json.loads(said.choices[0].message.content)
        assert found["label"] in ("delivery", "refund")
        assert isinstance(found["sure"], bool)


def test_a_schema_that_cannot_be_held_to_is_refused_by_name(client: openai.OpenAI):
    form = {"type": "json_schema", "json_schema": {"name": "answer", "schema": {"type": "wrong"}}}
    with pytest.raises(openai.BadRequestError, match="held to this JSON schema") as refused:
        asked(client, response_format=form)
    assert refused.value.code == "invalid_json_schema"


def test_what_is_not_served_is_refused_clearly(client: openai.OpenAI):
    with pytest.raises(openai.BadRequestError, match="One answer at a time is given"):
        asked(client, n=2)
    with pytest.raises(openai.BadRequestError, match="No tools are served"):
        asked(client, tools=[{"type": "function", "function": {"name": "look", "parameters": {}}}])
    with pytest.raises(openai.NotFoundError, match="There are: desk, one, two"):
        asked(client, model="gpt-4")
    with pytest.raises(openai.BadRequestError, match="Shorten it") as refused:
        asked(client, messages=[{"role": "user", "content": "hello " * 2000}])
    assert refused.value.code == "context_length_exceeded"


def test_a_wrong_key_opens_nothing(served: Served):
    wrong = openai.OpenAI(base_url=f"{served.url}/v1", api_key="tw-wrong", max_retries=0)
    with pytest.raises(openai.AuthenticationError, match="does not open"):
        wrong.models.list()


def test_langchain_asks_streams_and_takes_structured_output(served: Served):
    chat = ChatOpenAI(
        model="one", base_url=f"{served.url}/v1", api_key=SecretStr(served.key), temperature=0, max_completion_tokens=60
    )
    whole = chat.invoke("Where is my order")
    assert whole.usage_metadata is not None
    assert whole.usage_metadata["output_tokens"] > 0
    assert "".join(str(part.content) for part in chat.stream("Where is my order")) == whole.content
    structured = ChatOpenAI(
        model="one", base_url=f"{served.url}/v1", api_key=SecretStr(served.key), temperature=0, seed=3
    ).with_structured_output(SCHEMA | {"title": "ticket"}, method="json_schema")
    answer = structured.invoke("I want my money back")
    assert isinstance(answer, dict)
    assert answer["label"] in ("delivery", "refund")


def test_curl_asks_and_streams(served: Served):
    body = json.dumps({"model": "one", "messages": CHAT, "max_tokens": 6, "temperature": 0})
    ask = ["curl", "-sS", "--fail-with-body", f"{served.url}/v1/chat/completions", "-d", "@-"]
    ask += ["-H", "Content-Type: application/json", "-H", f"Authorization: Bearer {served.key}"]
    whole = json.loads(subprocess.run(ask, input=body, capture_output=True, text=True, check=True).stdout)
    streaming = body.replace('"max_tokens"', '"stream": true, "max_tokens"')
    lines = subprocess.run([*ask, "-N"], input=streaming, capture_output=True, text=True, check=True).stdout.split(
        "\n\n"
    )
    assert lines[-2] == "data: [DONE]"
    chunks = [json.loads(line.removeprefix("data: ")) for line in lines[:-2]]
    said = "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks)
    assert said == whole["choices"][0]["message"]["content"]
