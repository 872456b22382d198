"""Models with learned tokens before each text, made to be used like any other model."""
# pyright: basic

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any

import torch
import torch.nn.functional as F
from peft import PeftModel
from torch import Tensor
from transformers import DynamicCache


def tokens_before(model: Any) -> int:
    """How many learned tokens stand among a model's positions: 0 for prefix tuning, whose logits have none for them."""
    config: Any = model.active_peft_config if isinstance(model, PeftModel) else None
    if config is None or not config.is_prompt_learning or config.peft_type == "PREFIX_TUNING":
        return 0
    return config.num_virtual_tokens


@torch.inference_mode()
def as_plain_model(tuned: PeftModel) -> Any:
    """The base model, which begins every text with the keys and values of the learned tokens.

    Whatever stands before a text does not depend on it, so its keys and values are computed once. The model then reads
    `input_ids`, masks and positions as if there were none, pads where it likes, and generates.
    """
    tuned.eval()
    model: Any = tuned.get_base_model()
    began = tuned.get_prompt(batch_size=1)
    if isinstance(began, Tensor):
        began = model(inputs_embeds=began.to(model.dtype), use_cache=True).past_key_values
    start = [(keys, values) for keys, values, *_ in began]
    model.forward = _beginning_with(model.forward, start)
    model._is_stateful = True  # so that nobody counts, copies or cuts its keys and values
    return model


def _beginning_with(forward: Callable[..., Any], start: list[tuple[Tensor, Tensor]]) -> Callable[..., Any]:
    before, names = start[0][0].shape[2], list(inspect.signature(forward).parameters)

    @wraps(forward)
    def begun(*args: Any, **given: Any) -> Any:
        given |= dict(zip(names, args, strict=False))
        read: Any = given.get("input_ids") if given.get("inputs_embeds") is None else given["inputs_embeds"]
        cache = given.get("past_key_values")
        if cache is None or not cache.get_seq_length():
            given["past_key_values"] = _filled(cache if cache is not None else DynamicCache(), start, len(read))
        if given.get("attention_mask") is not None:
            given["attention_mask"] = _seen(given["attention_mask"], before)
        if given.get("position_ids") is not None:
            given["position_ids"] = given["position_ids"] + before
        return forward(**given)

    return begun


def _filled(cache: Any, start: list[tuple[Tensor, Tensor]], rows: int) -> Any:
    for layer, (keys, values) in enumerate(start):
        cache.update(keys.expand(rows, -1, -1, -1), values.expand(rows, -1, -1, -1), layer)
    return cache


def _seen(mask: Tensor, before: int) -> Tensor:
    """A mask of (rows, positions), or of 4 dimensions, under which the learned tokens are seen too."""
    seen = 1.0 if mask.dim() == 2 or mask.dtype == torch.bool else 0.0
    return F.pad(mask, (before, 0), value=seen)


def pool_where_text_ends(model: PeftModel) -> None:
    """Let the head of a decoder read the last real token.

    With learned tokens a model is given vectors, not tokens, and takes the last position, padding or not. So the last
    real one is put there.
    """
    base: Any = model.get_base_model()
    if not hasattr(base, "score"):
        return
    masks: list[Tensor | None] = [None]

    def remember(_: Any, args: Any, given: dict[str, Any]) -> None:
        masks[0] = given.get("attention_mask") if given.get("input_ids") is None else None

    def moved(_: Any, args: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        hidden, mask = args[0], masks[0]
        if mask is None:
            return args
        last = (mask * torch.arange(mask.shape[1], device=mask.device)).argmax(dim=1)
        ends = hidden[torch.arange(len(hidden), device=hidden.device), last]
        return torch.cat([hidden[:, :-1], ends[:, None]], dim=1), *args[1:]

    base.register_forward_pre_hook(remember, with_kwargs=True)
    base.score.register_forward_pre_hook(moved)
