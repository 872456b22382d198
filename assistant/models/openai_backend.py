"""Any server that speaks OpenAI's chat completions: Ollama, vLLM, llama-server, LM Studio, a hosted one."""

import copy
import json
import threading
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import httpx

from assistant.ear import TUNED
from assistant.models.brain import Ahead, BrainError, Completion, ContextOverflow, Finish, Message, OnText, closed

CONNECT_SECONDS = 5.0
SILENCE_SECONDS = 300.0
"""A server on a processor may read a long prompt for minutes before its first word."""
PIECES = 20
"""How many of the likeliest next pieces are asked for: OpenAI's own limit."""
BEGUN, GOES_ON = "Monday, Tuesday, Wednes", "day"
"""The beginning of an answer, and what comes next from a server that goes on with it; others begin a new answer."""


class OpenAIBrain:
    """A model behind an address."""

    def __init__(self, url: str, key: str = "", model: str = "", *, context_tokens: int = 8192) -> None:
        """Ask the server for its models, to find out whether it is there and what it calls them.

        Args:
            url: Address of the API, with or without `/v1` at its end.
            key: What the server wants to see before it answers; may be empty.
            model: What to ask for; empty takes the first model that the server lists.
            context_tokens: What to tell the rest of the program about how much the model reads.

        Raises:
            BrainError: There is no such server, it wants another key, or it lists no model.
        """
        self._url = url.rstrip("/") if url.rstrip("/").endswith("/v1") else f"{url.rstrip('/')}/v1"
        self._context_tokens = context_tokens
        self._lock = threading.Lock()
        self._http = httpx.Client(
            timeout=httpx.Timeout(SILENCE_SECONDS, connect=CONNECT_SECONDS),
            headers={"Authorization": f"Bearer {key}"} if key else {},
            limits=httpx.Limits(max_keepalive_connections=0),  # a kept one may be closed just as it is used again
        )
        self._name = model or self._first_model()
        self._goes_on: bool | None = None
        self._more: dict[str, Any] = {}
        self.tutored: Self | None = None
        if (adapter := self._adapter()) is not None:
            self.tutored = copy.copy(self)
            self.tutored._more = {"lora": [{"id": adapter, "scale": 1.0}]}
            self._more = {"lora": [{"id": adapter, "scale": 0.0}]}

    @property
    def name(self) -> str:
        """What the server calls the model."""
        return self._name

    @property
    def context_tokens(self) -> int:
        """Longest prompt and answer together."""
        return self._context_tokens

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: dict[str, Any] | None = None,
        max_tokens: int = 256,
        on_text: OnText | None = None,
    ) -> Completion:
        """Answer a conversation; see `Brain.complete`.

        A server that ignores the schema is asked once more, with the schema in words; `on_text` then hears both.
        """
        with self._lock:
            if self._http.is_closed:
                raise closed(self._name)
            first = self._answer(messages, schema, max_tokens, on_text)
            if schema is None or first.finish != "stop" or not (problem := _problem(first.text, schema)):
                return first
            again = self._answer([*messages, *_correction(first.text, problem, schema)], schema, max_tokens, on_text)
            if again.finish == "stop" and (problem := _problem(again.text, schema)):
                raise BrainError(
                    f"{self._name} at {self._url} does not keep to a JSON schema ({problem}). Use a server that "
                    'supports response_format "json_schema", or another model.'
                )
            return again

    def ahead(self, messages: Sequence[Message], begun: str, *, on_text: OnText | None = None) -> Ahead | None:
        """What would come next; see `Brain.ahead`.

        The API does not say what a server makes of an answer that has begun, so the first call finds it out. None if
        this server begins a new one, or does not tell how likely its words are.
        """
        with self._lock:
            if self._http.is_closed:
                raise closed(self._name)
            if self._goes_on is None:
                self._goes_on = self._can_go_on()
            return self._next(messages, begun, on_text) if self._goes_on else None

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self._http.close()

    def _can_go_on(self) -> bool:
        try:
            told = self._next([{"role": "user", "content": "Name the days of the week."}], BEGUN, None)
        except _RefusedError:
            return False
        likeliest = max(told.pieces, key=lambda piece: told.pieces[piece], default="")
        return likeliest.startswith(GOES_ON)

    def _next(self, messages: Sequence[Message], begun: str, on_text: OnText | None) -> Ahead:
        talk: list[Message] = [*messages, {"role": "assistant", "content": begun}]
        said = self._ask(talk, 1, on_text, {"logprobs": True, "top_logprobs": PIECES})
        return Ahead(said.pieces, said.prompt_tokens, said.cached_tokens, said.seconds, said.finish == "cancelled")

    def _answer(
        self, messages: Sequence[Message], schema: dict[str, Any] | None, max_tokens: int, on_text: OnText | None
    ) -> Completion:
        held: dict[str, Any] = {}
        if schema is not None:
            wanted = {"name": "answer", "schema": schema, "strict": True}
            held["response_format"] = {"type": "json_schema", "json_schema": wanted}
        said = self._ask(messages, max_tokens, on_text, held)
        text = _unfenced(said.text) if schema else said.text
        return Completion(
            text, said.prompt_tokens, said.cached_tokens, said.completion_tokens, said.seconds, said.finish
        )

    def _ask(
        self, messages: Sequence[Message], max_tokens: int, on_text: OnText | None, more: dict[str, Any]
    ) -> "_Said":
        body: dict[str, Any] = {
            "model": self._name,
            "messages": list(messages),
            "max_tokens": max_tokens,
            "temperature": 0,
            "stream": True,
            "stream_options": {"include_usage": True},
            **self._more,
            **more,
        }
        said, started = _Said(), time.monotonic()
        with self._answers(), self._http.stream("POST", f"{self._url}/chat/completions", json=body) as response:
            self._refuse_errors(response)
            for chunk in _chunks(response):
                if said.take(chunk) and on_text and on_text(said.newest):
                    break
        said.seconds = time.monotonic() - started
        return said

    def _first_model(self) -> str:
        with self._answers():
            response = self._http.get(f"{self._url}/models", timeout=CONNECT_SECONDS)
            self._refuse_errors(response)
            listed: list[dict[str, Any]] = response.json().get("data") or []
        if not listed:
            raise BrainError(f"{self._url} lists no model. Load one there, or name one with TUNEWRIGHT_LLM_MODEL.")
        return listed[0]["id"]

    def _adapter(self) -> int | None:
        """The number of the adapter that ships, if this is llama.cpp's server and was started with it (`--lora`)."""
        try:
            response = self._http.get(f"{self._url.removesuffix('/v1')}/lora-adapters", timeout=CONNECT_SECONDS)
            listed: list[dict[str, Any]] = response.json() if response.is_success else []
            ours = {path.name for path in TUNED.glob("*.gguf")}
            return next((one["id"] for one in listed if Path(one["path"]).name in ours), None)
        except (httpx.HTTPError, ValueError, KeyError, TypeError):
            return None  # another server

    @contextmanager
    def _answers(self) -> Generator[None]:
        """Turn what goes wrong on the way into a sentence."""
        try:
            yield
        except httpx.TransportError as error:
            raise BrainError(
                f"The language model server at {self._url} cannot be reached ({str(error) or type(error).__name__}). "
                "Start it, or correct TUNEWRIGHT_LLM_URL."
            ) from error
        except (httpx.InvalidURL, json.JSONDecodeError) as error:
            raise BrainError(
                f"{self._url} is not the address of an OpenAI-compatible server ({error}). Correct TUNEWRIGHT_LLM_URL."
            ) from error

    def _refuse_errors(self, response: httpx.Response) -> None:
        if response.is_success:
            return
        response.read()
        said = _reason(response)
        if response.status_code in (401, 403):
            raise BrainError(f"{self._url} does not accept the key ({said}). Correct TUNEWRIGHT_LLM_KEY.")
        if response.status_code in (400, 413) and "context" in said.lower():
            raise ContextOverflow(self._name, None, self._context_tokens)
        if response.status_code == 404:
            raise BrainError(
                f"{response.url} was not found ({said}). Correct TUNEWRIGHT_LLM_URL or TUNEWRIGHT_LLM_MODEL."
            )
        raise _RefusedError(f"{self._url} answered {response.status_code}: {said}")


class _RefusedError(BrainError):
    """The server does not do what it was asked."""


@dataclass
class _Said:
    """What a server said, chunk by chunk, and what it counted."""

    text: str = ""
    newest: str = ""
    pieces: dict[str, float] = field(default_factory=dict[str, float])
    """What might have been said in place of the newest piece, with log-probabilities."""
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0
    finish: Finish = "cancelled"

    def take(self, chunk: dict[str, Any]) -> bool:
        """Take one chunk; gives whether more may come."""
        if usage := chunk.get("usage"):
            self.prompt_tokens = usage.get("prompt_tokens", 0)
            self.cached_tokens = (usage.get("prompt_tokens_details") or {}).get("cached_tokens") or 0
            self.completion_tokens = usage.get("completion_tokens", self.completion_tokens)
        self.newest = ""
        for choice in (chunk.get("choices") or [])[:1]:
            said = choice.get("delta") or choice.get("message") or {}
            self.newest = said.get("content") or ""
            self.text += self.newest
            self.completion_tokens += bool(self.newest)
            if told := (choice.get("logprobs") or {}).get("content"):
                self.pieces = {one["token"]: one["logprob"] for one in told[-1].get("top_logprobs") or []}
            if reason := choice.get("finish_reason"):
                self.finish = "length" if reason == "length" else "stop"
        return self.finish == "cancelled"


def _chunks(response: httpx.Response) -> Generator[dict[str, Any]]:
    """The chunks of a stream of server-sent events; a server that does not stream gives one."""
    if "event-stream" not in response.headers.get("content-type", ""):
        response.read()
        yield response.json()
        return
    for line in response.iter_lines():
        data = line.removeprefix("data:").strip()
        if not line.startswith("data:") or data == "[DONE]":
            continue
        chunk = json.loads(data)
        if error := chunk.get("error"):
            raise BrainError(f"The language model server broke off: {error.get('message', error)}")
        yield chunk


def _reason(response: httpx.Response) -> str:
    """What a server says about an error, in at most 300 characters."""
    try:
        error = response.json().get("error", response.text)
    except (json.JSONDecodeError, AttributeError):
        error = response.text
    return str(error.get("message", error) if isinstance(error, dict) else error)[:300]


def _unfenced(text: str) -> str:
    """The inside of a Markdown code block, where a model wraps its JSON in one."""
    inner = text.strip()
    if inner.startswith("```") and inner.endswith("```"):
        return inner.strip("`").removeprefix("json").strip()
    return text


def _problem(text: str, schema: dict[str, Any]) -> str:
    """What is wrong with a text under a schema; empty if nothing is."""
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        return f"not JSON: {error}"
    from jsonschema import Draft202012Validator  # noqa: PLC0415  (slow to import)

    errors = sorted(Draft202012Validator(schema).iter_errors(value), key=str)  # pyright: ignore[reportUnknownMemberType]
    return errors[0].message if errors else ""


def _correction(answer: str, problem: str, schema: dict[str, Any]) -> list[Message]:
    asked = (
        f"That is wrong: {problem}. Answer with one JSON value and nothing else. It must satisfy: {json.dumps(schema)}"
    )
    return [{"role": "assistant", "content": answer}, {"role": "user", "content": asked}]
