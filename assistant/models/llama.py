"""llama.cpp in this process: the default where there is no GPU."""

import copy
import json
import os
import secrets
import threading
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from assistant.models.brain import Ahead, BrainError, Completion, ContextOverflow, Finish, Message, OnText, closed
from assistant.models.grammar import lark

PROMPT_CACHE_MB = 512
PIECES = 100
"""How many of the likeliest next pieces are looked at."""
BATCH_TOKENS = 256
"""How much of a prompt is read between two looks at whether to stop: about 3 seconds on two cores with 1.5B weights."""


class LlamaBrain:
    """A GGUF model on llama.cpp. What two prompts have in common at their start is read once."""

    def __init__(
        self, name: str, path: Path, *, threads: int, context_tokens: int, adapter: Path | None = None
    ) -> None:
        """Load the model, which takes a second for a gigabyte that the disk cache holds.

        Args:
            name: What it is called.
            path: The GGUF file.
            threads: Processor threads.
            context_tokens: Longest prompt and answer together.
            adapter: A LoRA adapter for it, as a GGUF file, that `tutored` thinks with.

        Raises:
            BrainError: The file is missing, is not a GGUF file, or llama.cpp does not know what is in it.
        """
        self._name, self._context_tokens = name, context_tokens
        self._lock = threading.Lock()
        self._server: Any = _start(path, threads, context_tokens, adapter)
        self._more: dict[str, Any] = _with_adapter(0.0) if adapter else {}
        self.tutored: Self | None = None
        if adapter:
            self.tutored = copy.copy(self)
            self.tutored._more = _with_adapter(1.0)

    @property
    def name(self) -> str:
        """What the model is called."""
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
        """Answer a conversation; see `Brain.complete`."""
        held = {"grammar": lark(schema)} if schema is not None else {}
        reading = self._read({"messages": list(messages), "max_tokens": max_tokens, **held}, on_text)
        if schema is not None and reading.finish == "stop":
            _check_json(self._name, reading.text)
        return Completion(
            reading.text, reading.prompt_tokens, reading.cached_tokens, reading.completion_tokens,
            time.monotonic() - reading.started, reading.finish,
        )  # fmt: skip

    def ahead(self, messages: Sequence[Message], begun: str, *, on_text: OnText | None = None) -> Ahead:
        """What would come next; see `Brain.ahead`."""
        talk = [*messages, {"role": "assistant", "content": begun}]  # llama.cpp goes on with a last message of its own
        reading = self._read({"messages": talk, "max_tokens": 1, "logprobs": True, "top_logprobs": PIECES}, on_text)
        return Ahead(
            reading.pieces,
            reading.prompt_tokens,
            reading.cached_tokens,
            time.monotonic() - reading.started,
            reading.finish == "cancelled",
        )

    def close(self) -> None:
        """Give back the memory."""
        with self._lock:
            self._server = None
        if self.tutored:
            self.tutored.close()

    def _read(self, asked: dict[str, Any], on_text: OnText | None) -> "_Reading":
        body: dict[str, Any] = {
            **asked,
            **self._more,
            "temperature": 0,
            "stream": True,
            "return_progress": True,
            "stream_options": {"include_usage": True},
        }
        with self._lock:
            if self._server is None:
                raise closed(self._name)
            reading = _Reading(on_text)
            try:
                self._server.handle_chat_completions(body, reading)
            except ValueError as error:
                raise BrainError(f"{self._name} cannot answer this: {error}") from error
        if reading.raised:
            raise reading.raised
        if reading.refusal:
            if reading.refusal.get("type") == "exceed_context_size_error":
                raise ContextOverflow(self._name, reading.refusal.get("n_prompt_tokens"), self._context_tokens)
            raise BrainError(f"{self._name} cannot answer this: {reading.refusal.get('message', 'no reason given')}")
        return reading


class _Reading:
    """Follows the chunks of one answer; called by the server with each."""

    def __init__(self, on_text: OnText | None) -> None:
        self._on_text = on_text
        self._pieces: list[str] = []
        self.started = time.monotonic()
        self.finish: Finish = "cancelled"
        self.refusal: dict[str, Any] = {}
        self.raised: BaseException | None = None
        self.prompt_tokens = self.cached_tokens = self.completion_tokens = 0
        self.pieces: dict[str, float] = {}
        """What might have been said in place of the last piece, likeliest first, with log-probabilities."""

    @property
    def text(self) -> str:
        return "".join(self._pieces)

    def __call__(self, chunk: dict[str, Any]) -> bool:
        """Take one chunk; True stops the answer."""
        try:
            return self._take(chunk)
        except BaseException as error:  # noqa: BLE001  (C++ is above: it is raised again in `complete`)
            self.raised = error
            return True

    def _take(self, chunk: dict[str, Any]) -> bool:
        if error := chunk.get("error"):
            self.refusal = error
            return True
        if progress := chunk.get("prompt_progress"):
            self.prompt_tokens, self.cached_tokens = progress["total"], progress["cache"]
        if usage := chunk.get("usage"):
            self.prompt_tokens, self.completion_tokens = usage["prompt_tokens"], usage["completion_tokens"]
            self.cached_tokens = usage.get("prompt_tokens_details", {}).get("cached_tokens", 0)
        for choice in chunk.get("choices", []):
            if reason := choice.get("finish_reason"):
                self.finish = "length" if reason == "length" else "stop"
                continue
            if told := (choice.get("logprobs") or {}).get("content"):
                self.pieces = {one["token"]: one["logprob"] for one in told[-1]["top_logprobs"]}
            piece = choice["delta"].get("content") or ""
            if piece:
                self._pieces.append(piece)
                self.completion_tokens += 1
            if self._on_text and self._on_text(piece):
                return True
        return False


def _with_adapter(scale: float) -> dict[str, Any]:
    """How much the adapter counts, and the place where prompts are kept that were read with it or without it."""
    return {"lora": [{"id": 0, "scale": scale}], "id_slot": int(scale > 0)}


def _start(path: Path, threads: int, context_tokens: int, adapter: Path | None) -> Any:
    if not path.is_file():
        raise BrainError(f"There is no model file {path}. Set TUNEWRIGHT_MODEL to a GGUF file or a model's name.")
    with waiting_threads_sleep():
        from xllamacpp import (  # noqa: PLC0415
            CommonAdapterLoraInfo,  # pyright: ignore[reportAttributeAccessIssue]
            CommonParams,  # pyright: ignore[reportAttributeAccessIssue]
            Server,  # pyright: ignore[reportAttributeAccessIssue]
        )
    params = CommonParams()
    params.model.path = str(path)
    params.n_parallel = 2 if adapter else 1
    params.n_ctx = context_tokens * params.n_parallel
    params.kv_unified = False  # otherwise what one of the two has read is put away while the other thinks
    params.n_batch = params.n_ubatch = BATCH_TOKENS
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
    params.cache_ram_mib = PROMPT_CACHE_MB
    params.verbosity = 0
    params.ui = False
    params.endpoint_slots = False
    params.hostnames = ["127.0.0.1"]  # the server also listens; nobody but this process has the key
    params.api_keys = [secrets.token_hex()]
    if adapter:
        taught = CommonAdapterLoraInfo()
        taught.path, taught.scale = str(adapter), 0.0
        params.lora_adapters = [taught]
        params.lora_init_without_apply = True
    try:
        return Server(params)
    except RuntimeError as error:
        raise BrainError(
            f"llama.cpp cannot load {path}: the file is broken or of a kind it does not know, or {context_tokens} "
            "tokens of context do not fit in memory. Delete the file so that it is loaded again, or choose another "
            "model with TUNEWRIGHT_MODEL."
        ) from error


@contextmanager
def waiting_threads_sleep() -> Generator[None]:
    """Let OpenMP, which reads the environment when it is loaded, put waiting threads to sleep.

    By default they spin. On two cores that others keep busy, a 135M model then made 0.5 to 3 tokens a second; with
    sleeping threads it made 13 to 50. The setting is taken back, so that it does not reach training workers.
    """
    if "OMP_WAIT_POLICY" in os.environ:
        yield
        return
    os.environ["OMP_WAIT_POLICY"] = "passive"
    try:
        yield
    finally:
        del os.environ["OMP_WAIT_POLICY"]


def _check_json(name: str, text: str) -> None:
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        raise BrainError(
            f"{name} answered something that is not JSON although it was held to it: {text[:80]!r}."
        ) from error
