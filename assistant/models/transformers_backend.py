"""transformers in this process: the default where there is a GPU."""

import copy
import tempfile
import threading
import time
import warnings
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, Self, cast

import llguidance.numpy
import numpy as np
import torch
import transformers
from llguidance import LLMatcher
from llguidance.hf import from_tokenizer
from transformers import AutoModelForCausalLM, AutoTokenizer, DynamicCache, GgufConfig
from transformers.cache_utils import DynamicLayer

from assistant.models.brain import Ahead, BrainError, Completion, ContextOverflow, Finish, Message, OnText, closed
from assistant.models.grammar import compact
from tools.weights.bases import Base
from tools.weights.gguf_adapter import write_peft

PIECES = 100
"""How many of the likeliest next pieces are looked at."""


class TransformersBrain:
    """A model that transformers can load, with decoding held to JSON schemas and the common start of prompts kept."""

    def __init__(self, base: Base, *, context_tokens: int = 8192, adapter: Path | None = None) -> None:
        """Load the model onto the GPU, or onto the processor where there is none.

        Args:
            base: The model.
            context_tokens: Longest prompt and answer together.
            adapter: A LoRA adapter for it, as a GGUF file, that `tutored` thinks with.

        Raises:
            BrainError: transformers cannot load it, or it does not fit in memory.
        """
        self._name, self._lock = base.name, threading.Lock()
        transformers.utils.logging.disable_progress_bar()
        device = "cuda" if torch.cuda.is_available() else "cpu"
        gguf: dict[str, Any] = {"gguf_file": base.gguf_file} if base.gguf_file else {}
        plain: dict[str, Any] = {**gguf, "quantization_config": GgufConfig(dequantize=True)} if gguf else {}
        dtype = torch.bfloat16 if device == "cuda" and torch.cuda.is_bf16_supported() else torch.float32
        try:
            self._tokenizer: Any = AutoTokenizer.from_pretrained(base.folder, trust_remote_code=False, **gguf)
            model: Any = AutoModelForCausalLM.from_pretrained(
                base.folder, dtype=dtype, use_safetensors=True, trust_remote_code=False, **plain
            )
            model = _adapted(model, adapter) if adapter else model
            self._model: Any = model.to(device).eval()
        except (OSError, ValueError, RuntimeError) as error:
            raise BrainError(f"transformers cannot load {base.name}: {str(error).splitlines()[0]}") from error
        if not self._tokenizer.chat_template:
            raise BrainError(
                f"{base.name} has no chat template, so it cannot hold a conversation. Choose an instruct model."
            )
        self._context_tokens = min(context_tokens, self._model.config.max_position_embeddings)
        self._grammar_tokens = from_tokenizer(
            self._tokenizer, n_vocab=self._model.config.vocab_size, eos_token=self._tokenizer.eos_token_id
        )
        self._read: list[int] = []
        self._cache: Any = None
        self._plainly = adapter is not None
        """Whether to think without the adapter that is there."""
        self.tutored: Self | None = None
        if adapter:
            self.tutored = copy.copy(self)  # the same weights and lock, and a cache of its own
            self.tutored._plainly = False

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
        with self._lock:
            if self._model is None:
                raise closed(self._name)
            started = time.monotonic()
            prompt = self._prompt(messages)
            max_tokens = min(max_tokens, self._context_tokens - len(prompt))
            cached = self._keep(prompt)
            follower = _Follower(self._tokenizer, len(prompt), on_text)
            try:
                tokens = self._generate(prompt, schema, max_tokens, follower)
            except torch.OutOfMemoryError as error:
                self._forget()
                raise BrainError(
                    f"{self._name} ran out of memory. Start a new conversation or a smaller model."
                ) from error
            except BaseException:
                self._forget()  # what was kept may have been read halfway
                raise
            self._read = [*prompt, *tokens][: self._cache.get_seq_length()]
            return self._completion(tokens, len(prompt), cached, max_tokens, follower, time.monotonic() - started)

    def ahead(self, messages: Sequence[Message], begun: str, *, on_text: OnText | None = None) -> Ahead:
        """What would come next; see `Brain.ahead`."""
        with self._lock:
            if self._model is None:
                raise closed(self._name)
            started = time.monotonic()
            prompt = self._prompt(messages, begun)
            cached = self._keep(prompt)
            if on_text and on_text(""):
                return Ahead({}, len(prompt), cached, 0.0, cancelled=True)
            try:
                likeliest = self._next(prompt, cached)
            except BaseException:
                self._forget()
                raise
            self._read = prompt
            pieces = {self._tokenizer.decode([token]): chance for token, chance in likeliest}
            return Ahead(pieces, len(prompt), cached, time.monotonic() - started)

    def close(self) -> None:
        """Give back the memory."""
        with self._lock:
            self._model = None
            self._forget()
            if self.tutored:
                self.tutored._model = None
                self.tutored._forget()
            if torch.cuda.is_available():
                torch.cuda.empty_cache()

    def _prompt(self, messages: Sequence[Message], begun: str = "") -> list[int]:
        written = self._tokenizer.apply_chat_template(list(messages), add_generation_prompt=True, tokenize=False)
        tokens: list[int] = self._tokenizer(written + begun, add_special_tokens=False)["input_ids"]
        if len(tokens) >= self._context_tokens:
            raise ContextOverflow(self._name, len(tokens), self._context_tokens)
        return tokens

    def _keep(self, prompt: list[int]) -> int:
        """Keep what the cache has in common with the new prompt; at least one token is left to read."""
        common = 0
        for old, new in zip(self._read, prompt[:-1], strict=False):
            if old != new:
                break
            common += 1
        if common == 0 or any(type(layer) is not DynamicLayer for layer in self._cache.layers):
            self._cache = DynamicCache(config=self._model.config)  # other kinds of layer cannot be cut back
            return 0
        self._cache.crop(common - self._cache.get_seq_length())
        return common

    def _forget(self) -> None:
        self._cache, self._read = None, []

    def _next(self, prompt: list[int], cached: int) -> list[tuple[int, float]]:
        """The likeliest next tokens with the logarithms of their probabilities."""
        ids = torch.tensor([prompt[cached:]], device=self._model.device)
        with torch.inference_mode(), self._without_adapter():
            logits = self._model(ids, past_key_values=self._cache, logits_to_keep=1).logits[0, -1]
            top = torch.log_softmax(logits.float(), dim=-1).topk(PIECES)
        return list(zip(top.indices.tolist(), top.values.tolist(), strict=True))

    def _generate(
        self, prompt: list[int], schema: dict[str, Any] | None, max_tokens: int, follower: "_Follower"
    ) -> list[int]:
        ids = torch.tensor([prompt], device=self._model.device)
        held = [_Held(self._grammar_tokens, schema, len(prompt))] if schema is not None else []
        with torch.inference_mode(), self._without_adapter():
            out = self._model.generate(
                input_ids=ids, attention_mask=torch.ones_like(ids), max_new_tokens=max_tokens, do_sample=False,
                temperature=None, top_p=None, top_k=None, past_key_values=self._cache,
                logits_processor=transformers.LogitsProcessorList(held),
                stopping_criteria=transformers.StoppingCriteriaList([follower]),
                pad_token_id=self._tokenizer.pad_token_id or self._tokenizer.eos_token_id,
            )  # fmt: skip
        return out[0, len(prompt) :].tolist()

    def _without_adapter(self) -> AbstractContextManager[None]:
        return self._model.disable_adapter() if self._plainly else nullcontext()

    def _completion(
        self, tokens: list[int], prompt: int, cached: int, most: int, follower: "_Follower", seconds: float
    ) -> Completion:
        finish: Finish = "cancelled" if follower.stopped else "stop"
        if finish == "stop" and len(tokens) >= most and tokens[-1] not in _ends(self._model):
            finish = "length"
        text = self._tokenizer.decode(tokens, skip_special_tokens=True)
        return Completion(text, prompt, cached, len(tokens), seconds, finish)


def _adapted(model: Any, adapter: Path) -> Any:
    """The model with an adapter that can be switched off."""
    from peft import PeftModel  # noqa: PLC0415  (seconds to import, and only here)

    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # peft calls what transformers renamed
        write_peft(adapter, Path(folder))
        return PeftModel.from_pretrained(model, folder, autocast_adapter_dtype=False)


class _Held(transformers.LogitsProcessor):
    """Holds decoding to a JSON schema: a token that would break it gets no chance.

    The mask is filled by llguidance into numpy memory; its torch functions would need a C++ compiler on the first call.
    """

    def __init__(self, tokenizer: Any, schema: dict[str, Any], prompt_tokens: int) -> None:
        self._matcher = LLMatcher(tokenizer, LLMatcher.grammar_from_json_schema(compact(schema)))
        self._mask = llguidance.numpy.allocate_token_bitmask(1, tokenizer.vocab_size)
        self._seen = prompt_tokens

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """Rule out what the schema does not allow next; shapes (1, tokens) and (1, vocabulary)."""
        for token in input_ids[0, self._seen :].tolist():
            self._matcher.consume_token(token)
        self._seen = input_ids.shape[1]
        llguidance.numpy.fill_next_token_bitmask(self._matcher, self._mask)
        allowed = np.unpackbits(self._mask.view(np.uint8)[0], bitorder="little")[: scores.shape[1]].astype(bool)
        ruled_out = torch.from_numpy(~allowed).to(scores.device)
        return scores.masked_fill(ruled_out, float("-inf"))


class _Follower(transformers.StoppingCriteria):
    """Passes new text on as it comes, and stops when it is told to."""

    def __init__(self, tokenizer: Any, prompt_tokens: int, on_text: OnText | None) -> None:
        self._tokenizer, self._prompt_tokens, self._on_text = tokenizer, prompt_tokens, on_text
        self._said = ""
        self.stopped = False

    def __call__(self, input_ids: torch.Tensor, scores: Any, **_: Any) -> torch.BoolTensor:
        """See whether to stop after the newest token."""
        if self._on_text and not self.stopped:
            text = self._tokenizer.decode(input_ids[0, self._prompt_tokens :], skip_special_tokens=True)
            piece = "" if text.endswith("\ufffd") else text[len(self._said) :]  # half a character waits for its end
            self._said += piece
            self.stopped = self._on_text(piece)
        return cast(torch.BoolTensor, torch.tensor([self.stopped], device=input_ids.device))


def _ends(model: Any) -> list[int]:
    """The tokens that end an answer."""
    ends = model.generation_config.eos_token_id
    return ends if isinstance(ends, list) else [ends]
