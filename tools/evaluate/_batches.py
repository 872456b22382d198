"""Rows of similar length together, in batches that fit the memory; a batch that does not fit is done in halves."""

# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

import gc
from collections.abc import Callable, Iterator, Sequence
from math import ceil
from typing import Any, TypeVar

import psutil
import torch
from transformers import PreTrainedModel

from store import StoreError

Work = TypeVar("Work")
Size = Callable[[int], int]
"""How many rows go together if the longest has so many tokens."""

TOKENS_A_BATCH = 4096
WORTH_ON_A_PROCESSOR, WORTH_ON_A_CARD = 512, 4096
"""Tokens from which on a larger batch is hardly faster."""
ALIKE = 0.85
"""A row is of similar length if it has at least this part of the longest's tokens."""
SHARE_FOR_KEYS = 0.2
"""Of the free memory, what keys and values may take."""
MOST_ON_A_PROCESSOR = 8_000_000_000
"""Free memory that is believed there: a container may have less than the machine, and more makes nothing faster."""
SIGNS = (
    "out of memory",
    "not enough memory",
    "can't allocate memory",
    "cannot allocate memory",
    "failed to allocate",
    "bad_alloc",
    "could not create a memory",
)
"""What torch says of memory, in lower case, where it has no error of its own for it."""


def by_tokens(most: int) -> Size:
    """At most so many rows, of together `TOKENS_A_BATCH` tokens, padding included."""
    return lambda longest: min(most, TOKENS_A_BATCH // max(1, longest))


def fitted(
    lengths: Sequence[int], size: Size, work: Callable[[list[int]], Work], *, alike: bool = True
) -> Iterator[tuple[list[int], Work]]:
    """Do a piece of work on batches of rows of similar length.

    The longest come first, so that what runs out of memory does so at once. Then the batch is halved, and no later
    one is larger than the half.

    Args:
        lengths: The tokens of each row.
        size: How many rows go together.
        work: Is given the places of a batch's rows.
        alike: Whether a batch ends where rows get much shorter, so that little is padded.

    Yields:
        The places of a batch, and what the work gave for them.

    Raises:
        StoreError: Not even one row fits.
    """
    order = sorted(range(len(lengths)), key=lambda place: -lengths[place])
    most = len(order)
    while order:
        rows = order[: max(1, min(most, size(lengths[order[0]])))]
        rows = rows[: _enough([lengths[row] for row in rows])] if alike else rows
        try:
            found = [work(rows)]
        except (RuntimeError, MemoryError) as error:
            if not out_of_memory(error):
                raise
            if len(rows) == 1:
                raise StoreError(
                    f"The memory is full: not even one row of {lengths[rows[0]]:,} tokens fits beside the model. Close "
                    "other programs, shorten the longest texts, or take a smaller model."
                ) from error
            found = []
        if found:
            order = order[len(rows) :]
            yield rows, found[0]
        else:  # out of the handler, so that what the failed try held is let go
            most = len(rows) // 2
            gc.collect()
            if torch.cuda.is_available():
                torch.cuda.empty_cache()


def _enough(lengths: Sequence[int]) -> int:
    """How many of these, the longest first, are of similar length, or needed for a batch that is worth it."""
    longest = max(1, lengths[0])
    worth = ceil((WORTH_ON_A_CARD if torch.cuda.is_available() else WORTH_ON_A_PROCESSOR) / longest)
    return max(worth, sum(length >= ALIKE * longest for length in lengths))


def out_of_memory(error: BaseException) -> bool:
    """Whether this error says that memory ran out, on a card or on the processor."""
    if isinstance(error, (MemoryError, torch.OutOfMemoryError)):
        return True
    return isinstance(error, RuntimeError) and any(sign in str(error).lower() for sign in SIGNS)


def tokens_kept(model: PreTrainedModel) -> int:
    """How many tokens' keys and values, over all rows of a batch, fit into a part of the memory that is free now."""
    if model.device.type == "cuda":
        free = torch.cuda.mem_get_info(model.device)[0]
    else:
        free = min(psutil.virtual_memory().available, MOST_ON_A_PROCESSOR)
    return max(1, int(SHARE_FOR_KEYS * free) // _bytes_a_token(model))


def _bytes_a_token(model: PreTrainedModel) -> int:
    """Of keys and values in all layers; where a configuration says it in its own way, that of full attention."""
    config: Any = model.config.get_text_config()
    heads = int(getattr(config, "num_attention_heads", None) or 1)
    hidden = int(getattr(config, "hidden_size", None) or 1024)
    width = int(getattr(config, "head_dim", None) or hidden // heads)
    kept = int(getattr(config, "num_key_value_heads", None) or heads)
    layers = int(getattr(config, "num_hidden_layers", None) or 1)
    return max(1, 2 * layers * kept * width * model.dtype.itemsize)
