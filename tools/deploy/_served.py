"""A GGUF file on a real llama.cpp server, asked over HTTP as any client would ask it."""

# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

import gc
import os
import secrets
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

import httpx

from tools.tool import ToolError

LIKELIEST = 1000
"""Of the next tokens, so many come with their probability."""
FORCED = 1000.0
SMALL_BYTES = 50_000_000
"""A smaller model is faster on one thread than on several that wait for each other."""
SECONDS = 600.0
Messages = list[dict[str, str]]


class Answer(NamedTuple):
    """What was said, how many tokens it was, and whether it ended by itself."""

    text: str
    tokens: int
    ended: bool


def answer_of(told: dict[str, Any]) -> Answer:
    """What the chat endpoint of an OpenAI-compatible server answered."""
    (choice,) = told["choices"]
    text = str(choice["message"]["content"] or "")
    return Answer(text, int(told["usage"]["completion_tokens"]), choice["finish_reason"] == "stop")


class Told(NamedTuple):
    """What it says of its file: the chat template it goes by, and the token that ends an answer."""

    template: str
    end: str


class Served:
    """A server on a port of its own, closed at the end of `with`.

    Args:
        file: The GGUF file of a model.
        adapter: The GGUF file of a LoRA adapter to put on it.
        context: Tokens of a question and its answer together.

    Raises:
        ToolError: llama.cpp cannot load it.
    """

    def __init__(self, file: Path, adapter: Path | None = None, context: int = 2048) -> None:
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # waiting threads that spin leave no core for the others
        from xllamacpp import CommonAdapterLoraInfo, CommonParams, Server  # noqa: PLC0415  # pyright: ignore

        params: Any = CommonParams()
        params.model.path = str(file)
        if adapter:
            params.lora_adapters = [CommonAdapterLoraInfo(str(adapter), 1.0)]
        params.n_parallel = 1
        threads = 1 if file.stat().st_size < SMALL_BYTES else os.cpu_count() or 1
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
        params.n_ctx, params.cache_ram_mib, params.verbosity = context, 0, 0
        params.ui = params.endpoint_slots = False
        params.hostnames = ["127.0.0.1"]
        key = secrets.token_hex()
        params.api_keys = [key]
        try:
            self._server: Any = Server(params)
        except RuntimeError as error:
            with_it = f" with {adapter.name}" if adapter else ""
            raise ToolError(f"llama.cpp cannot load {file.name}{with_it}: it is broken, or of another kind.") from error
        self._file, self._context = file, context
        self._client = httpx.Client(
            base_url=str(self._server.listening_address), headers={"Authorization": f"Bearer {key}"}, timeout=SECONDS
        )
        self._letter = int(self._post("/tokenize", {"content": "a"})["tokens"][-1])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()
        del self._server  # it has no other way to be stopped
        gc.collect()

    def told(self) -> Told:
        """The template and the end mark that it goes by."""
        props = self._client.get("/props").json()
        return Told(str(props["chat_template"]), str(props["eos_token"]))

    def template(self, messages: Messages) -> str:
        """The text that it makes of a conversation."""
        return str(self._post("/apply-template", {"messages": messages})["prompt"])

    def tokens(self, text: str) -> list[int]:
        """The tokens that it makes of a text, as it does of the text of a conversation."""
        asked = {"content": text, "add_special": True, "parse_special": True}
        return list(self._post("/tokenize", asked)["tokens"])

    def next(self, prompt: list[int]) -> dict[int, float]:
        """Log-probabilities of the likeliest next tokens, by their ids.

        They are those before the bias, which makes the server say a letter: where it says the end mark or a piece of
        a letter, it gives no probabilities.
        """
        asked: dict[str, Any] = {"prompt": prompt[-self._context + 1 :], "n_predict": 1, "n_probs": LIKELIEST}
        asked["logit_bias"] = [[self._letter, FORCED]]
        told = self._post("/completion", asked | {"temperature": 0, "cache_prompt": True})
        (first,) = told["completion_probabilities"][:1]
        return {one["id"]: one["logprob"] for one in first["top_logprobs"]}

    def answer(self, messages: Messages, new: int) -> Answer:
        """What a client of the chat endpoint gets at temperature 0."""
        asked: dict[str, Any] = {"messages": messages, "max_tokens": new, "temperature": 0, "cache_prompt": True}
        return answer_of(self._post("/v1/chat/completions", asked))

    def completion(self, prompt: list[int], new: int) -> Answer:
        """What it goes on with after tokens, at temperature 0."""
        told = self._post("/completion", {"prompt": prompt, "n_predict": new, "temperature": 0, "cache_prompt": True})
        return Answer(str(told["content"]), int(told["tokens_predicted"]), told["stop_type"] != "limit")

    def _post(self, path: str, asked: dict[str, Any]) -> dict[str, Any]:
        answer = self._client.post(path, json=asked)
        if answer.is_error:
            raise ToolError(f"llama.cpp refuses {path} with {self._file.name}: {answer.text[:300]}")
        return answer.json()
