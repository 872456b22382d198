"""What an adapter is put on: the layers of a model, by their names."""
# pyright: basic

import re
from typing import Any

import torch
from peft.utils.constants import TRANSFORMERS_MODELS_TO_IA3_FEEDFORWARD_MODULES_MAPPING as FEEDFORWARD
from peft.utils.constants import TRANSFORMERS_MODELS_TO_IA3_TARGET_MODULES_MAPPING as SCALED
from transformers.pytorch_utils import Conv1D

from tools.train._technique import Shape

NORM = re.compile(r"norm", re.IGNORECASE)
SIZES = {"token_dim": "hidden_size", "num_layers": "num_hidden_layers", "num_attention_heads": "num_attention_heads"}
NAMED_AS = {"token_dim": ("hidden_size", "n_embd", "d_model")}
"""As which `peft` finds a size in a configuration's own words."""


def shape_of(model: Any) -> Shape:
    """What an adapter's settings may depend on."""
    config = model.config
    weights = sum(weight.numel() for weight in model.parameters())
    inputs = tuple(sorted({_inputs(layer) for _, layer in _linear(model)}))
    norms = tuple(sorted({_last(name) for name, layer in _inside(model) if NORM.search(type(layer).__name__)}))
    heads = {} if set(NAMED_AS["token_dim"]) & set(config.to_dict()) else _sizes(config)
    return Shape(config.model_type, config.hidden_size, config.num_hidden_layers, weights, inputs, norms, heads)


def linear_layers(model: Any) -> list[str] | str:
    """All linear layers of the model without its head, as `peft` takes them: last names, or a pattern.

    A pattern is needed where the head has layers of the same name; `peft` would adapt and train those both.
    """
    names = sorted({_last(name) for name, _ in _linear(model)})
    inside = {name for name, _ in _linear(model)}
    outside = [name for name, layer in model.named_modules() if _is_linear(layer) and name not in inside]
    if not any(_last(name) in names for name in outside):
        return names
    return rf"{re.escape(model.base_model_prefix)}\.(?:.*\.)?(?:{'|'.join(map(re.escape, names))})"


def scaled_layers(model: Any) -> dict[str, Any]:
    """What IA3 scales, for an architecture whose layers `peft` does not know; empty for one that it knows."""
    kind = model.config.model_type
    return (
        {}
        if kind in SCALED
        else {"target_modules": linear_layers(model), "feedforward_modules": FEEDFORWARD.get(kind, [])}
    )


def has_transposed(model: Any) -> bool:
    """Whether the linear layers are the transposed ones of GPT-2."""
    return any(isinstance(layer, Conv1D) for _, layer in _inside(model))


def _linear(model: Any) -> list[tuple[str, torch.nn.Module]]:
    return [(name, layer) for name, layer in _inside(model) if _is_linear(layer)]


def _inside(model: Any) -> list[tuple[str, torch.nn.Module]]:
    """The layers before the head."""
    start = f"{model.base_model_prefix}."
    return [(name, layer) for name, layer in model.named_modules() if name.startswith(start)]


def _is_linear(layer: torch.nn.Module) -> bool:
    return isinstance(layer, (torch.nn.Linear, Conv1D))


def _inputs(layer: torch.nn.Module) -> int:
    return layer.weight.shape[0] if isinstance(layer, Conv1D) else layer.weight.shape[1]  # pyright: ignore


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _sizes(config: Any) -> dict[str, int]:
    return {told: getattr(config, name) for told, name in SIZES.items()}
