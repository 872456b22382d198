"""One answer of a model of transformers, token by token; in the process of a service."""
# pyright: basic

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import llguidance.hf
import llguidance.numpy
import numpy as np
import torch

from tools.deploy.service.bodies import ChatBody, CompletionBody, Sampling
from tools.deploy.service.engine import Piece
from tools.deploy.service.errors import Refused
from tools.deploy.service.grammar import schema_of

Hear = Callable[[Piece], bool]
"""Takes a piece; gives whether to stop."""
TEMPERATURE, TOP_P = 1.0, 1.0
UNFINISHED = "�"
"""What the tokenizer writes for the first bytes of a character."""


@torch.inference_mode()
def write(loaded: Any, asked: Sampling, most: int, probabilities: int | None, context: int, hear: Hear) -> None:
    """Answer, telling each piece.

    Raises:
        Refused: The question is longer than the model reads, or a JSON schema cannot be held to.
    """
    read = _question(loaded, asked)
    if len(read) >= context:
        said = f"The question has {len(read):,} tokens, and question and answer together may have {context:,}."
        raise Refused(400, f"{said} Shorten it.", "context_length_exceeded", param="messages")
    stops = [asked.stop] if isinstance(asked.stop, str) else list(asked.stop or [])
    text, told, count, finish = "", 0, 0, "length"
    written: list[int] = []
    held: list[dict[str, Any]] = []
    for token, figures in _tokens(loaded, asked, read, min(most, context - len(read)), probabilities):
        if token is None:
            finish = "stop"
            break
        count += 1
        written.append(token)
        held += [figures] if figures else []
        text = loaded.tokenizer.decode(written, skip_special_tokens=True)
        found = min((at for stop in stops if (at := text.find(stop)) >= 0), default=-1)
        if found >= 0:
            text, finish = text[:found], "stop"
            break
        safe = _safe(text, stops)
        if safe > told and hear(Piece(text[told:safe], tuple(held))):
            return
        if safe > told:
            told, held = safe, []
    hear(Piece(text[told:], tuple(held), "stop" if finish == "stop" else "length"))
    hear(Piece("", (), None, len(read), count))


def _question(loaded: Any, asked: Sampling) -> list[int]:
    if isinstance(asked, ChatBody):
        said = [each.plain() for each in asked.messages]
        text = loaded.tokenizer.apply_chat_template(said, tokenize=False, add_generation_prompt=True)
        return list(loaded.tokenizer(text, add_special_tokens=False)["input_ids"])
    assert isinstance(asked, CompletionBody)
    return list(loaded.tokenizer(asked.question)["input_ids"])


def _safe(text: str, stops: Sequence[str]) -> int:
    """How much of a text can be told: not a half character, nor what may become a stop sequence."""
    end = len(text.rstrip(UNFINISHED))
    for stop in stops:
        for length in range(min(len(stop) - 1, end), 0, -1):
            if text[:end].endswith(stop[:length]):
                end -= length
                break
    return end


def _tokens(
    loaded: Any, asked: Sampling, read: list[int], most: int, probabilities: int | None
) -> Iterator[tuple[int | None, dict[str, Any] | None]]:
    """Each token with its figures; None for the end of the answer."""
    device, ends = loaded.device, _ends(loaded)
    draw = torch.Generator(device=device)
    draw.manual_seed(asked.seed) if asked.seed is not None else draw.seed()
    schema = schema_of(asked)
    held = None if schema is None else Held(loaded, schema)
    given, past = torch.tensor([read], device=device), None
    seen = torch.zeros(loaded.model.get_input_embeddings().weight.shape[0], device=device)
    for _ in range(most):
        out = loaded.model(input_ids=given, past_key_values=past, use_cache=True)
        past, logits = out.past_key_values, out.logits[0, -1].float()
        counts = seen[: len(logits)]
        logits = logits - (asked.frequency_penalty or 0.0) * counts - (asked.presence_penalty or 0.0) * (counts > 0)
        if held is not None:
            logits = held.masked(logits)
        token = _drawn(logits, asked, draw)
        if token in ends or (held is not None and not held.take(token)):
            yield None, None
            return
        seen[token] += 1
        yield token, None if probabilities is None else _figures(loaded, logits, token, probabilities)
        given = torch.tensor([[token]], device=device)
        if held is not None and held.done:
            yield None, None
            return


def _drawn(logits: torch.Tensor, asked: Sampling, draw: torch.Generator) -> int:
    heat = TEMPERATURE if asked.temperature is None else asked.temperature
    if heat == 0:
        return int(logits.argmax())
    chances = (logits / heat).softmax(dim=-1)
    ranked, order = chances.sort(descending=True)
    top = TOP_P if asked.top_p is None else asked.top_p
    ranked[ranked.cumsum(0) - ranked >= top] = 0.0  # the likeliest stays in any case
    return int(order[torch.multinomial(ranked, 1, generator=draw)])


def _figures(loaded: Any, logits: torch.Tensor, token: int, most: int) -> dict[str, Any]:
    likely = logits.log_softmax(dim=-1)
    top = likely.topk(most) if most else None
    others = zip(top.indices.tolist(), top.values.tolist(), strict=True) if top else []

    def told(one: int, chance: float) -> dict[str, Any]:
        text = loaded.tokenizer.decode([one])
        return {"token": text, "logprob": max(chance, -9999.0), "bytes": list(text.encode())}

    return {**told(token, float(likely[token])), "top_logprobs": [told(one, chance) for one, chance in others]}


def _ends(loaded: Any) -> set[int]:
    named = getattr(loaded.model.generation_config, "eos_token_id", None)
    ends = [loaded.tokenizer.eos_token_id, *(named if isinstance(named, list) else [named])]
    return {int(end) for end in ends if end is not None}


class Held:
    """Holds an answer to a JSON schema.

    Args:
        loaded: The model that writes.
        schema: What `schema_of` gave.
    """

    def __init__(self, loaded: Any, schema: dict[str, Any]) -> None:
        known = llguidance.hf.from_tokenizer(loaded.tokenizer)
        self._matcher = llguidance.LLMatcher(known, llguidance.LLMatcher.grammar_from_json_schema(schema))

    @property
    def done(self) -> bool:
        """Whether the value is complete."""
        return self._matcher.is_stopped()

    def masked(self, logits: torch.Tensor) -> torch.Tensor:
        """Only what may come next. Filled in numpy's memory: llguidance's own torch functions need a C++ compiler."""
        mask = llguidance.numpy.allocate_token_bitmask(1, len(logits))
        llguidance.numpy.fill_next_token_bitmask(self._matcher, mask)
        bits = np.unpackbits(mask.view(np.uint8)[0], bitorder="little")[: len(logits)]
        return logits.masked_fill(torch.from_numpy(bits == 0).to(logits.device), float("-inf"))

    def take(self, token: int) -> bool:
        """It was said; gives whether it was allowed."""
        return self._matcher.consume_token(token)
