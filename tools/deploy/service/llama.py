"""llama.cpp as an engine: its own server on a loopback port that only this process has the key of."""
# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false, reportUnknownMemberType=false

import asyncio
import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import orjson

from store import StoreError
from tools.deploy.service.bodies import ChatBody, CompletionBody, Sampling
from tools.deploy.service.engine import Finish, Piece, Turns
from tools.deploy.service.errors import Refused
from tools.deploy.service.grammar import lark, schema_of

BATCH_TOKENS = 512
LONGEST_LINE = 2**22
"""Bytes of one event; with 20 alternatives a token it is a few thousand."""


@dataclass(frozen=True)
class LlamaPlan:
    """Everything that decides what is loaded; two services' versions with equal plans share the weights.

    Attributes:
        file: The model, GGUF.
        adapters: LoRA adapters for it, GGUF, each with the name of its model.
        context_tokens: Longest question and answer together, of each of those answered at once.
        parallel: Answers at once.
        threads: Processor threads.
    """

    file: Path
    adapters: tuple[tuple[str, Path], ...]
    context_tokens: int
    parallel: int
    threads: int


class Llama:
    """A GGUF model, and the adapters of it, each a model of its own to those who ask."""

    def __init__(self, plan: LlamaPlan) -> None:
        self.plan = plan
        self.turns = Turns(plan.parallel)
        self._server: Any = None
        self._http: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Load the weights, which blocks no one else.

        Raises:
            StoreError: A file is missing, or llama.cpp does not take it.
        """
        for file in (self.plan.file, *(file for _, file in self.plan.adapters)):
            if not file.is_file():
                raise StoreError(f"There is no model file {file}. Export the run again.")
        key = secrets.token_hex()
        self._server = await asyncio.to_thread(_server, self.plan, key)
        self._http = aiohttp.ClientSession(
            self._server.listening_address,
            connector=aiohttp.TCPConnector(limit=0, force_close=True),
            headers={"Authorization": f"Bearer {key}"},
            timeout=aiohttp.ClientTimeout(),
            read_bufsize=LONGEST_LINE,
        )

    async def close(self) -> None:
        """Give back the memory."""
        if self._http is not None:
            await self._http.close()
        held, self._server = [self._server], None
        await asyncio.to_thread(held.clear)  # the last reference goes there: its end waits for llama.cpp's own threads

    async def write(self, asked: Sampling, model: str, most: int, probabilities: int | None) -> AsyncGenerator[Piece]:
        """Answer; see `Writer.write`."""
        path, body = _body(asked, most, probabilities)
        if self.plan.adapters:
            body["lora"] = [
                {"id": number, "scale": float(name == model)} for number, (name, _) in enumerate(self.plan.adapters)
            ]
        async with self._post(path, body) as response:
            if response.status != 200:
                raise _refusal(await response.read())
            async for line in response.content:
                if line.startswith(b"data: {"):
                    yield _piece(orjson.loads(line[6:]))
                elif line.startswith(b"error:"):
                    raise _refusal(line[6:])

    @asynccontextmanager
    async def _post(self, path: str, body: dict[str, Any]) -> AsyncGenerator[aiohttp.ClientResponse]:
        """Ask; however it is left, the connection is closed, by which llama.cpp knows that nobody listens any more."""
        assert self._http is not None, "start comes first"
        headers = {"Content-Type": "application/json"}
        response = await self._http.post(path, data=orjson.dumps(body), headers=headers)
        try:
            yield response
        finally:
            response.close()


def _body(asked: Sampling, most: int, probabilities: int | None) -> tuple[str, dict[str, Any]]:
    """Where to ask llama.cpp, and what. Only fields that are served are passed on."""
    body: dict[str, Any] = {"stream": True, "max_tokens": most, "stream_options": {"include_usage": True}}
    for name in ("temperature", "top_p", "frequency_penalty", "presence_penalty", "seed", "stop"):
        if (value := getattr(asked, name)) is not None:
            body[name] = value
    if (schema := schema_of(asked)) is not None:
        body["grammar"] = lark(schema)
    if isinstance(asked, ChatBody):
        body["messages"] = [said.plain() for said in asked.messages]
        if probabilities is not None:
            body |= {"logprobs": True, "top_logprobs": max(1, probabilities)}
        return "/v1/chat/completions", body
    assert isinstance(asked, CompletionBody)
    body["prompt"] = asked.question
    if probabilities is not None:
        body["logprobs"] = max(1, probabilities)
    return "/v1/completions", body


def _piece(chunk: dict[str, Any]) -> Piece:
    if "error" in chunk:
        raise _refusal(orjson.dumps(chunk))
    usage = chunk.get("usage")
    counts = (usage["prompt_tokens"], usage["completion_tokens"]) if usage else (None, None)
    choices = chunk.get("choices")
    if not choices:
        return Piece("", (), None, *counts)
    choice = choices[0]
    text = choice["delta"].get("content") if "delta" in choice else choice.get("text")
    reason = choice.get("finish_reason")
    finish: Finish | None = None if reason is None else "length" if reason == "length" else "stop"
    told: dict[str, Any] = choice.get("logprobs") or {}
    return Piece(text or "", tuple(told.get("content") or ()), finish, *counts)


def _refusal(told: bytes) -> Refused:
    """What llama.cpp said is wrong, in our form."""
    try:
        found: Any = orjson.loads(told)
    except orjson.JSONDecodeError:
        found = {}
    error: dict[str, Any] = found.get("error") or found
    said, status = str(error.get("message", "no reason given")), int(error.get("code", 500))
    if error.get("type") == "exceed_context_size_error":
        return Refused(
            400,
            f"The question has {error['n_prompt_tokens']:,} tokens, and question and answer together may have "
            f"{error['n_ctx']:,}. Shorten it.",
            "context_length_exceeded",
            param="messages",
        )
    if 400 <= status < 500 and status not in (401, 403):
        return Refused(400, f"The model cannot answer this: {said}", "invalid_value")
    return Refused(500, f"The model broke off: {said}", "engine_failed")


def _server(plan: LlamaPlan, key: str) -> Any:
    from xllamacpp import (  # noqa: PLC0415  it takes a second, and the tools import the plan alone
        CommonAdapterLoraInfo,  # pyright: ignore[reportAttributeAccessIssue]
        CommonParams,  # pyright: ignore[reportAttributeAccessIssue]
        Server,  # pyright: ignore[reportAttributeAccessIssue]
    )

    params: Any = CommonParams()
    params.model.path = str(plan.file)
    params.n_parallel = plan.parallel
    params.n_ctx = plan.context_tokens * plan.parallel
    params.kv_unified = False  # every one of those answered at once has the whole context
    params.n_batch = params.n_ubatch = BATCH_TOKENS
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = plan.threads
    params.cache_ram_mib = 0  # prompts that were read with one adapter must not be gone on from with another
    params.force_pure_content_parser = True  # the text as the model wrote it, also where it is cut in a JSON value
    params.verbosity = 0
    params.ui = False
    params.endpoint_slots = False
    params.hostnames = ["127.0.0.1"]
    params.api_keys = [key]
    loras: list[Any] = []
    for _, file in plan.adapters:
        lora: Any = CommonAdapterLoraInfo()
        lora.path, lora.scale = str(file), 0.0
        loras.append(lora)
    if loras:
        params.lora_adapters = loras
        params.lora_init_without_apply = True
    try:
        return Server(params)
    except RuntimeError as error:
        raise StoreError(
            f"llama.cpp cannot load {plan.file.name}: it is broken, of a kind that it does not know, or "
            f"{plan.parallel} times {plan.context_tokens:,} tokens of context do not fit in memory."
        ) from error
