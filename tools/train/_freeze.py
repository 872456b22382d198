"""Leave some of a model's weights as they are in full fine-tuning."""
# pyright: basic

from typing import Any

import torch

from store import StoreError


def freeze(model: Any, first: int | None, all_but_last: int | None) -> None:
    """Freeze the embeddings and the layers next to them, up to the first layer that is trained.

    Args:
        model: Any transformer whose layers are a list; weights stand in the order in which they are used.
        first: So many layers are frozen; 0 for the embeddings alone. None for what `all_but_last` says.
        all_but_last: Only so many layers at the end are trained, and what follows them.

    Raises:
        StoreError: It has not so many layers.
    """
    name, layers = _layers(model)
    wanted = first if first is not None else all_but_last
    if wanted is None:
        return
    if wanted >= len(layers):
        which, left = ("the first", "nothing to train") if first is not None else ("all but the last", "nothing frozen")
        raise StoreError(
            f"The model has {len(layers)} layers, so freezing {which} {wanted} leaves {left}: say at most "
            f"{len(layers) - 1}."
        )
    begins = wanted if first is not None else len(layers) - wanted
    for its, weight in model.named_parameters():
        if its.startswith(f"{name}.{begins}."):
            return
        weight.requires_grad_(False)


def _layers(model: Any) -> tuple[str, torch.nn.ModuleList]:
    """The longest list of modules: its name and itself."""
    lists = [(name, part) for name, part in model.named_modules() if isinstance(part, torch.nn.ModuleList)]
    return max(lists, key=lambda pair: len(pair[1]))
