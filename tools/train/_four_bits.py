"""Weights rounded to the sixteen values of NF4, and LoRA pairs that begin with what the rounding lost.

The format is that of QLoRA, Dettmers et al. 2023, arXiv 2305.14314, appendix E; the start is LoftQ's, Li et al. 2023,
arXiv 2310.08659, algorithm 1 with one pass. Here the rounded weights stay floats: what is gained is a model that loses
nothing more when it is kept in four bits, not memory.
"""
# pyright: basic

from typing import Any

import torch
from peft.tuners.lora import LoraLayer
from scipy.special import ndtri

BLOCK = 64
"""Weights that share one scale."""
OUTERMOST = 0.9677083
"""The quantile of the outermost value: (1 - 1/32 + 1 - 1/30) / 2."""
MARK = {"loftq_bits": 4, "loftq_iter": 1}
"""In an adapter's configuration, as `peft` names it: the base must be rounded before the adapter is put on it."""


def levels() -> torch.Tensor:
    """The sixteen values, from -1 to 1, each about as often met among normally distributed weights."""
    above = ndtri(torch.linspace(OUTERMOST, 0.5, 9)[:-1].numpy())
    below = -ndtri(torch.linspace(OUTERMOST, 0.5, 8)[:-1].numpy())
    values = torch.tensor([*below, 0.0, *above]).sort().values
    return values / values.max()


def rounded(weight: torch.Tensor) -> torch.Tensor:
    """A weight with each block of `BLOCK` numbers on the sixteen values, times the block's largest."""
    flat = weight.detach().float().flatten()
    blocks = torch.nn.functional.pad(flat, (0, -len(flat) % BLOCK)).view(-1, BLOCK)
    scales = blocks.abs().amax(dim=1, keepdim=True).clamp(min=1e-12)
    values = levels().float().to(weight.device)
    between = (values[1:] + values[:-1]) / 2
    near = values[torch.bucketize(blocks / scales, between)] * scales
    return near.flatten()[: len(flat)].view_as(weight).to(weight.dtype)


def round_base(model: Any, names: list[str]) -> None:
    """Round these linear layers of a model in place."""
    wanted = set(names)
    for name, layer in model.named_modules():
        if name in wanted:
            layer.weight.data = rounded(layer.weight)


@torch.no_grad()
def begin_with_what_is_lost(model: Any) -> None:
    """Round the adapted layers of a model with LoRA, and let the pairs begin with the largest parts of the loss."""
    adapted: list[Any] = [layer for layer in model.modules() if isinstance(layer, LoraLayer)]
    for layer in adapted:
        base = layer.get_base_layer()
        near = rounded(base.weight)
        lost = (base.weight - near).float()
        lost = lost.T if layer.fan_in_fan_out else lost
        rank, scaling = layer.r["default"], layer.scaling["default"]
        left, sizes, right = torch.linalg.svd(lost, full_matrices=False)
        root = (sizes[:rank] / scaling).sqrt()
        layer.lora_B["default"].weight.data = (left[:, :rank] * root).contiguous()
        layer.lora_A["default"].weight.data = (root[:, None] * right[:rank]).contiguous()
        base.weight.data = near
    model.peft_config["default"].loftq_config = dict(MARK)


def adapted_layers(adapter: list[str]) -> list[str]:
    """Names of the layers that the saved weights of a LoRA adapter, of these names, belong to."""
    found = {name.partition(".lora_A.")[0] for name in adapter if ".lora_A." in name}
    return sorted(name.removeprefix("base_model.model.") for name in found)
