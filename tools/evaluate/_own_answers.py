"""How likely each question's own answers are: what all prompts share is computed once, and each prompt once.

`_score.choices` is for the same answers behind every prompt; here every prompt has its own.
"""

# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from transformers import DynamicCache, PreTrainedModel

from tools.evaluate._batches import by_tokens, fitted
from tools.evaluate._score import ROUNDING, ROUNDING_OF_HALVES, choices
from tools.evaluate._start import Start, keep
from tools.evaluate._tree import Tokens

MOST_AT_ONCE = 16
"""Prompts; each has about four answers behind it."""


@dataclass(frozen=True)
class Ask:
    """A prompt and the answers to weigh behind it, as tokens."""

    prompt: Tokens
    answers: Sequence[Tokens]


@torch.inference_mode()
def likelihoods(model: PreTrainedModel, asks: Sequence[Ask], tell: Callable[[int], None] | None = None) -> list[Tensor]:
    """The log-likelihood of each answer, summed over its tokens.

    Args:
        model: A causal language model.
        asks: The questions.
        tell: Hears how many are done.

    Returns:
        For each question float32 (answers) on the CPU.
    """
    model.eval()
    found: list[Tensor] = [torch.empty(0)] * len(asks)
    quick = _quick(model, asks)

    def weigh(rows: list[int]) -> list[Tensor]:
        some = [asks[row] for row in rows]
        return _behind(model, some, quick) if quick else [choices(model, [a.prompt], a.answers)[0] for a in some]

    done = 0
    for rows, told in fitted([len(ask.prompt) for ask in asks], by_tokens(MOST_AT_ONCE), weigh, alike=False):
        for row, sums in zip(rows, told, strict=True):
            found[row] = sums
        done += len(rows)
        if tell:
            tell(done)
    return found


def _quick(model: PreTrainedModel, asks: Sequence[Ask]) -> Start | None:
    """The shared start, if this architecture gives with it what it gives for a question asked in full."""
    if getattr(model, "_is_stateful", False):
        return None
    try:
        start = Start.of(model, [ask.prompt for ask in asks])
        shortest = sorted(asks, key=lambda ask: len(ask.prompt))[:: max(1, len(asks) - 1)]
        told = _behind(model, shortest, start)[0]
    except (ValueError, RuntimeError, TypeError, AttributeError):  # a mask or cache of a shape that it does not take
        return None
    slow = choices(model, [shortest[0].prompt], shortest[0].answers)[0]
    rounding = ROUNDING.get(model.dtype, ROUNDING_OF_HALVES)
    return start if bool((told - slow).abs().max() < rounding) else None


def _behind(model: PreTrainedModel, asks: Sequence[Ask], start: Start) -> list[Tensor]:
    """The sums of a few questions: the prompts as one batch, then all their answers as another."""
    shared, device = start.tokens, model.device
    rest = [ask.prompt[shared:] for ask in asks]
    width = max(map(len, rest))
    tokens = torch.tensor([[0] * (width - len(row)) + row for row in rest], device=device)
    real = [[1] * shared + [0] * (width - len(row)) + [1] * len(row) for row in rest]
    prompts = _Read(torch.tensor(real, device=device), start.for_rows(len(asks)) or DynamicCache())
    first = _forward(model, tokens, prompts, **keep(model, 1))[:, -1:]
    owner = torch.tensor([n for n, ask in enumerate(asks) for _ in ask.answers], device=device)
    answers = [answer for ask in asks for answer in ask.answers]
    longest = max(map(len, answers))
    tokens = torch.tensor([answer + [0] * (longest - len(answer)) for answer in answers], device=device)
    there = torch.tensor([[1] * len(answer) + [0] * (longest - len(answer)) for answer in answers], device=device)
    logits = first[owner]
    if longest > 1:
        prompts.cache.batch_select_indices(owner)
        read = _Read(torch.cat([prompts.real[owner], there[:, :-1]], dim=-1), prompts.cache)
        logits = torch.cat([logits, _forward(model, tokens[:, :-1], read)], dim=1)
    told = logits.float().log_softmax(-1).gather(-1, tokens[..., None])[..., 0] * there
    return list(told.sum(-1).cpu().split([len(ask.answers) for ask in asks]))


@dataclass(frozen=True)
class _Read:
    """What is read when some tokens have been: which places are no padding, and the keys and values before them."""

    real: Tensor
    cache: DynamicCache


def _forward(model: PreTrainedModel, tokens: Tensor, read: _Read, **settings: Any) -> Tensor:
    place = (read.real.cumsum(-1) - 1).clamp(min=0)[:, -tokens.shape[1] :]
    return model(
        input_ids=tokens,
        attention_mask=read.real,
        position_ids=place,
        past_key_values=read.cache,
        use_cache=True,
        **settings,
    ).logits
