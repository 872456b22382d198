"""What a group of prompts shares, such as the instruction: computed once, kept as keys and values."""

# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from transformers import DynamicCache, PreTrainedModel

from tools.evaluate._tree import Tokens, shared_start

WORTH_CACHING_TOKENS = 8
WORTH_A_GROUP_TOKENS = 512
"""Tokens saved, from which on prompts that share more than all do become a group of their own."""


@dataclass(frozen=True)
class Start:
    """The tokens that a group of prompts shares.

    Attributes:
        tokens: How many.
        cache: Their keys and values; None if they are too few to be worth it.
    """

    tokens: int
    cache: DynamicCache | None

    @classmethod
    def of(cls, model: PreTrainedModel, prompts: Sequence[Tokens]) -> "Start":
        """Compute what these prompts share."""
        shared = shared_start(prompts) if len(prompts) > 1 else 0
        if shared < WORTH_CACHING_TOKENS:
            return cls(0, None)
        cache = DynamicCache()
        tokens = torch.tensor([list(prompts[0][:shared])], device=model.device)
        model(input_ids=tokens, past_key_values=cache, use_cache=True, **keep(model, 1))
        return cls(shared, cache)

    def for_rows(self, rows: int) -> DynamicCache | None:
        """A copy for a batch, which goes on from it."""
        if self.cache is None:
            return None
        copy = DynamicCache()
        for layer, (keys, values, *_) in enumerate(self.cache):
            if keys is not None and values is not None:
                copy.update(keys.expand(rows, -1, -1, -1), values.expand(rows, -1, -1, -1), layer)
        return copy


def families(prompts: Sequence[Tokens]) -> list[list[int]]:
    """Places of prompts in groups by their start, so that one odd prompt does not undo what the others share.

    Prompts that share more than their group does are set apart if that saves at least `WORTH_A_GROUP_TOKENS`.
    """
    found: list[list[int]] = []
    waiting = [list(range(len(prompts)))]
    while waiting:
        group = waiting.pop()
        shared = shared_start([prompts[place] for place in group]) if len(group) > 1 else 0
        branches: dict[int, list[int]] = {}
        for place in group:
            branches.setdefault(prompts[place][shared], []).append(place)
        left: list[int] = []
        for branch in branches.values():
            longer = shared_start([prompts[place] for place in branch])
            if len(branch) > 1 and (len(branch) - 1) * (longer - shared) - shared >= WORTH_A_GROUP_TOKENS:
                waiting.append(branch)
            else:
                left += branch
        if left:
            found.append(left)
    return found


def keep(model: torch.nn.Module, last: int) -> dict[str, Any]:
    """Where the model can, logits of the last positions only: the vocabulary is the widest part."""
    inner: Any = getattr(model, "get_base_model", lambda: model)()
    return {"logits_to_keep": last} if "logits_to_keep" in inspect.signature(inner.forward).parameters else {}


def window(model: PreTrainedModel) -> float:
    """How many tokens back every layer sees. A mask of ours would show more to layers that see only a window."""
    config: Any = model.config.get_text_config()
    windows = [getattr(config, name, None) for name in ("sliding_window", "attention_chunk_size")]
    return min((int(tokens) for tokens in windows if tokens), default=float("inf"))
