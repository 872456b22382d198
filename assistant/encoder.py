"""A small sentence encoder, in this process: some milliseconds a sentence on a processor."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

LONGEST = 64
"""Tokens of a text that are read; requests are short."""
AT_ONCE = 64
Vectors = NDArray[np.float32]


class Encoder:
    """A model that reads a text whole, such as BERT, as sentence vectors.

    Args:
        folder: The model in the usual layout.
    """

    def __init__(self, folder: Path) -> None:
        from transformers import AutoModel, AutoTokenizer  # noqa: PLC0415  (torch takes seconds to import)

        self._tokenizer: Any = AutoTokenizer.from_pretrained(folder)
        self._model: Any = AutoModel.from_pretrained(folder).eval()

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """One row of unit length for each text: the mean of what the last layer says of its tokens."""
        import torch  # noqa: PLC0415

        found = np.zeros((len(texts), self._model.config.hidden_size), np.float32)
        by_length = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        with torch.inference_mode():
            for start in range(0, len(texts), AT_ONCE):
                places = by_length[start : start + AT_ONCE]
                given = self._tokenizer(
                    [texts[place] for place in places],
                    padding=True, truncation=True, max_length=LONGEST, return_tensors="pt",
                )  # fmt: skip
                said, counts = self._model(**given).last_hidden_state, given["attention_mask"].unsqueeze(-1)
                means = (said * counts).sum(1) / counts.sum(1)
                found[places] = torch.nn.functional.normalize(means, dim=1).numpy()
        return found
