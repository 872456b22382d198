"""Rotary positions as llama.cpp has them."""
# pyright: basic

import math
from typing import Any

import numpy as np
from gguf import GGUFWriter, RopeScalingType

from store import StoreError

FACTORS = "rope_freqs.weight"
"""The tensor of factors, one for each rotated pair of a head."""


def add_rope(writer: GGUFWriter, config: Any, width: int) -> None:
    """Write base and scaling of the rotations as metadata.

    Raises:
        StoreError: The model stretches its positions in a way that is not written here.
    """
    told: dict[str, Any] = config.rope_parameters
    if told.get("partial_rotary_factor", 1.0) != 1.0:
        raise StoreError("This model rotates a part of each head only, which cannot be written. Export it merged.")
    writer.add_rope_dimension_count(width)
    writer.add_rope_freq_base(told["rope_theta"])
    kind = told.get("rope_type", "default")
    match kind:
        case "default" | "llama3":
            pass
        case "linear":
            writer.add_rope_scaling_type(RopeScalingType.LINEAR)
            writer.add_rope_scaling_factor(told["factor"])
        case "yarn":
            writer.add_rope_scaling_type(RopeScalingType.YARN)
            writer.add_rope_scaling_factor(told["factor"])
            writer.add_rope_scaling_orig_ctx_len(told["original_max_position_embeddings"])
        case _:
            raise StoreError(
                f"This model stretches its positions by {kind}, which cannot be written as GGUF here. Export it merged."
            )


def rope_factors(config: Any, width: int) -> np.ndarray | None:
    """What each frequency is divided by: width / 2 numbers; None where nothing is.

    Llama 3's way, as `_compute_llama3_parameters` of transformers has it.
    """
    told: dict[str, Any] = config.rope_parameters
    if told.get("rope_type") != "llama3":
        return None
    low, high, factor = told["low_freq_factor"], told["high_freq_factor"], told["factor"]
    context = told["original_max_position_embeddings"]
    lengths = 2 * math.pi * told["rope_theta"] ** (np.arange(0, width, 2, dtype=np.float64) / width)
    smooth = (context / lengths - low) / (high - low)
    between = 1 / ((1 - smooth) / factor + smooth)
    found = np.where(lengths < context / high, 1.0, np.where(lengths > context / low, factor, between))
    return found.astype(np.float32)
