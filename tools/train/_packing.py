"""Run a model on packed batches, and find out whether it can."""
# pyright: basic

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from inspect import Parameter, signature
from typing import Any

import torch
from transformers import PreTrainedTokenizerBase

from tools.train._packed import Packed
from tools.train._packed_attention import NAME, CannotPack

TASKS = ("generate", "classify")
"""Of which the loss is that of some places of the batch."""
NOISE = 0.05
"""Most that the outputs may differ from those of a padded batch, in standard deviations: products are rounded."""
TRIAL = (10, 11, 4, 11)
"""Tokens of the rows that it is tried on."""
KEPT = 1e-3
"""Most that a row's outputs may change with another row, likewise."""


def packed_logits(model: Any, batch: Mapping[str, Any]) -> torch.Tensor:
    """The outputs at the wanted places of a packed batch, of shape (wanted, tokens or classes)."""
    bare = bare_model(model)
    given = {
        "input_ids": batch["input_ids"],
        "position_ids": batch["position_ids"],
        "attention_mask": torch.ones(1, 1, 1, 1, device=batch["input_ids"].device),  # a ready mask is taken as it is
        "layout": batch["layout"].to(batch["input_ids"].device),
        "use_cache": False,
    }
    with _attending(bare):
        if head := bare.get_output_embeddings():
            with only_at(head, (0, batch["places"])):
                return bare(**given)["logits"][0]
        hidden = bare.base_model(**given)[0][0, batch["places"]]
    mixed = hidden.dtype == torch.bfloat16  # a head is trained in full precision
    with torch.autocast(hidden.device.type, torch.bfloat16, enabled=mixed):
        return bare.score(hidden)


def bare_model(model: Any) -> Any:
    """The transformers model in whose layers the adapters are."""
    return model.get_base_model() if hasattr(model, "get_base_model") else model


@contextmanager
def only_at(layer: torch.nn.Module, places: Any) -> Iterator[None]:
    """Let a layer see only some places of (rows, positions, width), by any index to the first two, as one row."""
    hook = layer.register_forward_pre_hook(lambda _, given: (given[0][places][None], *given[1:]))
    try:
        yield
    finally:
        hook.remove()


@contextmanager
def _attending(bare: Any) -> Iterator[None]:
    usual, bare.config._attn_implementation = bare.config._attn_implementation, NAME
    try:
        yield
    finally:
        bare.config._attn_implementation = usual


def can_pack(model: Any, tokenizer: PreTrainedTokenizerBase, task: str, *, mixed: bool, pure: bool) -> bool:
    """Whether a model gives the same outputs for packed rows as for padded ones, found by trying.

    Args:
        model: As it will be trained.
        tokenizer: Its tokenizer.
        task: What it is trained for.
        mixed: Whether it computes in bfloat16.
        pure: Whether it needs no autocast for that.
    """
    bare = bare_model(model)
    if task not in TASKS or not _asks_for_little(model, bare):
        return False
    training = model.training
    model.eval()
    try:
        with torch.no_grad():
            kind = next(model.parameters()).device.type
            with torch.autocast(kind, torch.bfloat16, enabled=mixed):
                plain = _plain(model, task)
            with torch.autocast(kind, torch.bfloat16, enabled=mixed and not pure):
                one, changed = _packed(model, tokenizer, task)
            return _same(plain, one, changed, 1 if task == "classify" else TRIAL[2])
    except CannotPack:
        return False
    finally:
        model.train(training)


def _asks_for_little(model: Any, bare: Any) -> bool:
    configs = getattr(model, "peft_config", {}).values()
    names = signature(bare.forward).parameters
    return (
        not any(config.is_prompt_learning for config in configs)
        and getattr(bare, "_supports_attention_backend", False)
        and "position_ids" in names
        and any(each.kind is Parameter.VAR_KEYWORD for each in names.values())
        and (bare.get_output_embeddings() is not None or hasattr(bare, "score"))
    )


def _trial(model: Any) -> list[list[int]]:
    """Tokens of two rows: what both begin with, the rests, and another rest of the first."""
    generator = torch.Generator().manual_seed(0)
    drawn = torch.randint(3, model.config.vocab_size, (sum(TRIAL),), generator=generator)
    return [part.tolist() for part in drawn.split(TRIAL)]


def _packed(model: Any, tokenizer: PreTrainedTokenizerBase, task: str) -> tuple[torch.Tensor, torch.Tensor]:
    begin, one, other, changed = _trial(model)
    collate = Packed(tokenizer, share=True)

    def outputs(first: list[int]) -> torch.Tensor:
        rows = [begin + first, begin + other]
        batch = collate([{"input_ids": row, "labels": 0 if task == "classify" else row} for row in rows])
        device = next(model.parameters()).device
        return packed_logits(model, {name: value.to(device) for name, value in batch.items()}).float()

    return outputs(one), outputs(changed)


def _plain(model: Any, task: str) -> torch.Tensor:
    begin, one, other, _ = _trial(model)
    found: list[torch.Tensor] = []
    for rest in (one, other):
        ids = torch.tensor([begin + rest], device=next(model.parameters()).device)
        logits = model(input_ids=ids, attention_mask=torch.ones_like(ids))["logits"].float()
        found.append(logits if task == "classify" else logits[0, :-1])
    return torch.cat(found)


def _same(plain: torch.Tensor, packed: torch.Tensor, changed: torch.Tensor, last: int) -> bool:
    """Whether outputs are alike, and the last row's have not changed with the first row."""
    near = (packed - plain).abs().mean() <= NOISE * plain.std()
    kept = (packed[-last:] - changed[-last:]).abs().max() <= KEPT * plain.std()
    return bool(near and kept)


def drops(model: torch.nn.Module) -> bool:
    """Whether a model leaves parts out at random while it is trained, so that no two rows may share their beginning."""
    config = bare_model(model).config
    layers = any(isinstance(layer, torch.nn.Dropout) and layer.p > 0 for layer in model.modules())
    return layers or bool(getattr(config, "attention_dropout", 0.0))
