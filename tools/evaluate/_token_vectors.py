"""What an encoder makes of each token of a text, in context."""

# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoModel, AutoTokenizer

AT_ONCE = 32
LONGEST = 512


@torch.inference_mode()
def token_vectors(folder: Path, texts: Sequence[str]) -> list[NDArray[np.float64]]:
    """Unit vectors of the last layer, (tokens, size) a text; start and end marks are left out, and so is what is long.

    Args:
        folder: The encoder in the usual layout.
        texts: In any order; equal ones are read once.
    """
    tokenizer: Any = AutoTokenizer.from_pretrained(folder, trust_remote_code=False)
    model: Any = AutoModel.from_pretrained(folder, use_safetensors=True, trust_remote_code=False).eval()
    longest = min(LONGEST, int(tokenizer.model_max_length))
    different = sorted(set(texts), key=len)
    found: dict[str, NDArray[np.float64]] = {}
    for start in range(0, len(different), AT_ONCE):
        some = different[start : start + AT_ONCE]
        given = tokenizer(
            some,
            padding=True,
            truncation=True,
            max_length=longest,
            return_tensors="pt",
            return_special_tokens_mask=True,
        )
        marks = given.pop("special_tokens_mask").bool()
        told = torch.nn.functional.normalize(model(**given).last_hidden_state.double(), dim=-1)
        for text, vectors, mark in zip(some, told, marks, strict=True):
            found[text] = vectors[~mark].numpy()
    return [found[text] for text in texts]
