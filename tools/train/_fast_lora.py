"""A layer with a plain LoRA adapter as one step of the gradient's graph, for peft's layers of that kind."""
# pyright: basic

from functools import partial
from typing import Any

import torch
from peft.tuners.lora.layer import Linear


class LoraProduct(torch.autograd.Function):
    """`x W^T + scale (x A^T) B^T` with few, fused operations, where W is frozen.

    A and B stay in full precision and are brought to that of `x` here, so that no autocast is needed; their gradients
    come back in full precision. Only `x`, `x A^T` and the small matrices are kept for the way back.
    """

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, weight: torch.Tensor, bias: Any, a: Any, b: Any, scale: float) -> Any:
        """Shapes: x (..., inputs), weight (outputs, inputs), bias (outputs,), a (rank, inputs), b (outputs, rank)."""
        flat, down, up = x.reshape(-1, x.shape[-1]), a.to(x.dtype), b.to(x.dtype)
        inner = flat @ down.t()
        out = flat @ weight.t() if bias is None else torch.addmm(bias, flat, weight.t())
        out.addmm_(inner, up.t(), alpha=scale)
        ctx.save_for_backward(flat, inner, weight, down, up)
        ctx.scale, ctx.shape = scale, x.shape
        return out.view(*x.shape[:-1], -1)

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor) -> tuple[Any, ...]:
        """The gradients of x, a and b."""
        flat, inner, weight, down, up = ctx.saved_tensors
        grad = grads[0].reshape(-1, grads[0].shape[-1])
        grad_inner = (grad @ up).mul_(ctx.scale)
        grad_a = (grad_inner.t() @ flat).float() if ctx.needs_input_grad[3] else None
        grad_b = (grad.t() @ inner).float().mul_(ctx.scale) if ctx.needs_input_grad[4] else None
        grad_x = None
        if ctx.needs_input_grad[0]:
            grad_x = (grad @ weight).addmm_(grad_inner, down).view(ctx.shape)
        return grad_x, None, None, grad_a, grad_b, None


def quicken(model: torch.nn.Module) -> bool:
    """Let the plain LoRA layers of a model compute so; any other layer goes its usual way.

    Returns:
        Whether all trained weights are in such layers, so that the model needs no autocast.
    """
    quick: set[Any] = set()
    for layer in model.modules():
        if type(layer) is Linear and (name := _plain_adapter(layer)):
            layer.forward = partial(_forward, layer, layer.forward, name)
            quick |= {layer.lora_A[name].weight, layer.lora_B[name].weight}
    return bool(quick) and all(weight in quick for weight in model.parameters() if weight.requires_grad)


def _plain_adapter(layer: Linear) -> str | None:
    """The name of a layer's adapter if there is one and it is a plain one."""
    names, base = list(layer.lora_A), layer.base_layer
    if len(names) != 1 or type(base) is not torch.nn.Linear or base.weight.requires_grad:
        return None
    name = names[0]
    plain = (
        name not in layer.lora_variant
        and isinstance(layer.lora_dropout[name], torch.nn.Identity)
        and layer.lora_B[name].bias is None
        and (base.bias is None or not base.bias.requires_grad)
    )
    return name if plain else None


def _forward(layer: Linear, usual: Any, name: str, x: torch.Tensor, *args: Any, **settings: Any) -> torch.Tensor:
    base = layer.base_layer
    if args or settings or layer.merged or layer.disable_adapters or x.dtype != base.weight.dtype:
        return usual(x, *args, **settings)
    a, b = layer.lora_A[name].weight, layer.lora_B[name].weight
    return LoraProduct.apply(x, base.weight, base.bias, a, b, layer.scaling[name])
