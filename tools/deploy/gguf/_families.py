"""The architectures that can become GGUF, and what each is in llama.cpp's words."""
# pyright: basic

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from gguf import MODEL_ARCH, GGUFWriter

from store import StoreError
from tools.deploy.gguf._rope import add_rope


def _fits(config: Any) -> str:
    return ""


def _full_attention(config: Any) -> str:
    return "a sliding window" if getattr(config, "use_sliding_window", False) else ""


@dataclass(frozen=True)
class Family:
    """An architecture.

    Attributes:
        arch: What llama.cpp calls it.
        turned: Whether the rows of q and k are put in another order, since llama.cpp rotates neighbouring pairs where
            transformers rotates the two halves of a head.
        norm_shift: What is added to the weights of the norms, where transformers keeps them as the difference from it.
        unfit: What of a configuration llama.cpp's form of it does not have, in words; empty if it has all.
        also: Metadata that only this architecture has.
    """

    arch: MODEL_ARCH
    turned: bool = False
    norm_shift: float = 0.0
    unfit: Callable[[Any], str] = _fits
    also: Callable[[GGUFWriter, Any], None] = lambda writer, config: None


FAMILIES: Mapping[str, Family] = {
    "llama": Family(MODEL_ARCH.LLAMA, turned=True),
    "mistral": Family(MODEL_ARCH.LLAMA, turned=True),
    "qwen2": Family(MODEL_ARCH.QWEN2, unfit=_full_attention),
    "qwen3": Family(MODEL_ARCH.QWEN3, unfit=_full_attention),
}
"""By a configuration's `model_type`. Each was compared with transformers on random weights; see tests/deploy."""


def family(config: Any) -> Family:
    """The family of a model.

    Raises:
        StoreError: It is none of those that can be written, or has something that llama.cpp's form of it has not.
    """
    kind = str(config.model_type)
    if kind not in FAMILIES:
        raise StoreError(
            f"Models of the architecture {kind} cannot be written as GGUF here, only {', '.join(FAMILIES)}. "
            "Export it merged; llama.cpp's convert_hf_to_gguf.py may know it."
        )
    found = FAMILIES[kind]
    if lacking := found.unfit(config):
        raise StoreError(f"This {kind} model has {lacking}, which llama.cpp's {kind} has not. Export it merged.")
    return found


def add_shape(writer: GGUFWriter, config: Any) -> None:
    """Write the sizes, from a configuration, as metadata."""
    heads = config.num_attention_heads
    width = head_width(config)
    writer.add_context_length(context_length(config))
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(heads)
    writer.add_head_count_kv(getattr(config, "num_key_value_heads", None) or heads)
    writer.add_key_length(width)
    writer.add_value_length(width)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_vocab_size(config.vocab_size)
    add_rope(writer, config, width)
    family(config).also(writer, config)


def head_width(config: Any) -> int:
    """Numbers of a head's query."""
    return int(getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads)


def context_length(config: Any) -> int:
    """The most tokens at once. llama.cpp has no sliding window for Mistral: within the window, all is the same."""
    window = getattr(config, "sliding_window", None) if config.model_type == "mistral" else None
    return min(config.max_position_embeddings, window or config.max_position_embeddings)


def turned(weight: np.ndarray, heads: int) -> np.ndarray:
    """Rows of q or k from two halves a head to neighbouring pairs: rows x columns, or a bias of rows."""
    rows, *rest = weight.shape
    return weight.reshape(heads, 2, rows // heads // 2, *rest).swapaxes(1, 2).reshape(weight.shape)
