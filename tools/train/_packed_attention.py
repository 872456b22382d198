"""Attention over a packed batch, as an attention of transformers: each row sees itself and the shared beginning."""
# pyright: basic

from typing import Any

import torch
import torch.nn.functional as F
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import sdpa_mask

from tools.train._packed import Layout

NAME = "packed"
UNKNOWN = ("sliding_window", "softcap", "s_aux", "position_bias")
"""Changes of attention, as transformers names them, that are not made here."""
LONG = 512
"""Tokens; from here on the processor's fused attention needs no more time than a table of all pairs."""


class CannotPack(Exception):
    """A model whose attention is of a kind that packed batches do not know."""


def packed_attention(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    scaling: float | None = None,
    dropout: float = 0.0,
    layout: Layout | None = None,
    **settings: Any,
) -> tuple[torch.Tensor, None]:
    """Attention of a batch that has a layout; of any other as usual.

    Args:
        module: The attention layer.
        query: Shape (1, heads, tokens, width).
        key: Shape (1, key heads, tokens, width).
        value: As `key`.
        attention_mask: Only for other batches.
        scaling: Of the products.
        dropout: Share of the attention left out.
        layout: Where the rows are.
        settings: Whatever else the architecture asks for.

    Returns:
        Shape (1, tokens, heads, width), and no weights.

    Raises:
        CannotPack: The architecture asks for more than causal attention.
    """
    if layout is None:
        return sdpa_attention_forward(module, query, key, value, attention_mask, dropout, scaling, **settings)
    if any(settings.get(name) is not None for name in UNKNOWN) or not getattr(module, "is_causal", True):
        raise CannotPack(f"{type(module).__name__} is not plain causal attention")
    scale = scaling if scaling is not None else query.shape[-1] ** -0.5
    shared, rows = layout.shared, (layout.rows, layout.longest)
    query, key, value = (each[0].transpose(0, 1) for each in (query, key, value))  # (tokens, heads, width)
    table = [Spread.apply(each, layout).unflatten(0, rows) for each in (query, key, value)]
    if shared:
        before = [each[None, :shared].expand(layout.rows, -1, -1, -1) for each in (key, value)]
        seen = [torch.cat(parts, 1) for parts in zip(before, table[1:], strict=True)]
    else:
        seen = table[1:]
    rest = _causal(table[0], seen[0], seen[1], scale, dropout)
    rest = Gathered.apply(rest.flatten(0, 1), layout)
    if not shared:
        return rest[None], None
    first = _causal(query[None, :shared], key[None, :shared], value[None, :shared], scale, dropout)[0]
    return torch.cat([first, rest])[None], None


class Spread(torch.autograd.Function):
    """The rests of the rows as a table. What repeats a row's last token there is never seen, so it has no gradient."""

    @staticmethod
    def forward(ctx: Any, packed: torch.Tensor, layout: Layout) -> torch.Tensor:
        """From (tokens, ...) to (rows * longest, ...)."""
        ctx.layout, ctx.tokens = layout, len(packed)
        return packed.index_select(0, layout.padded)

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor) -> tuple[torch.Tensor, None]:
        """Back to (tokens, ...)."""
        layout: Layout = ctx.layout
        found = grads[0].new_zeros(ctx.tokens, *grads[0].shape[1:])
        found[layout.shared : layout.shared + layout.own] = grads[0].index_select(0, layout.packed[: layout.own])
        return found, None


class Gathered(torch.autograd.Function):
    """The other way: the table as the tokens after the shared ones, with those of the padding at the end."""

    @staticmethod
    def forward(ctx: Any, table: torch.Tensor, layout: Layout) -> torch.Tensor:
        """From (rows * longest, ...) to (tokens, ...)."""
        ctx.layout, ctx.places = layout, len(table)
        return table.index_select(0, layout.packed)

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor) -> tuple[torch.Tensor, None]:
        """Back to (rows * longest, ...)."""
        layout: Layout = ctx.layout
        found = grads[0].new_zeros(ctx.places, *grads[0].shape[1:])
        found[layout.packed[: layout.own]] = grads[0][: layout.own]
        return found, None


def _causal(query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, scale: float, dropout: float) -> torch.Tensor:
    """Causal attention where the last query stands at the last key. All of shape (rows, tokens, heads, width)."""
    rows, tokens, heads, width = query.shape
    keys, groups = key.shape[1], key.shape[2]
    visible = torch.ones(tokens, keys, dtype=torch.bool, device=query.device).tril(keys - tokens)
    if query.is_cuda or tokens >= LONG:
        given = (each.transpose(1, 2) for each in (query, key, value))
        out = F.scaled_dot_product_attention(
            *given, attn_mask=visible, dropout_p=dropout, scale=scale, enable_gqa=heads != groups
        )
        return out.transpose(1, 2)
    # A table of all pairs: for short rows several times as fast as the processor's fused attention.
    query = (query * scale).unflatten(2, (groups, -1)).permute(0, 2, 3, 1, 4).flatten(2, 3)
    key, value = (
        key.permute(0, 2, 3, 1),
        value.transpose(1, 2),
    )  # (rows, groups, width, keys), (rows, groups, keys, width)
    pairs = (query @ key).unflatten(2, (-1, tokens))
    pairs = pairs.masked_fill(~visible, torch.finfo(pairs.dtype).min)
    weights = F.softmax(pairs, -1, dtype=torch.float32).to(value.dtype)
    if dropout:
        weights = F.dropout(weights, dropout)
    out = (weights.flatten(2, 3) @ value).unflatten(2, (-1, tokens))  # (rows, groups, heads of it, tokens, width)
    return out.permute(0, 3, 1, 2, 4).reshape(rows, tokens, heads, width)


AttentionInterface.register(NAME, packed_attention)
AttentionMaskInterface.register(NAME, sdpa_mask)
