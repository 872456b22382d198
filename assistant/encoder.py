"""A small sentence encoder, in this process: some hundredths of a second a sentence on a processor."""

import json
import warnings
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

LONGEST = 64
"""Tokens of a text that are read; requests are short."""
AT_ONCE = 64
ABOUT = "done.json"
"""Where a training wrote down the labels, in the order of the head's outputs."""
Vectors = NDArray[np.float32]


class Encoder:
    """A model that reads a text whole, such as BERT: vectors of sentences, and what each is about, if it learned that.

    The adapter lies beside the weights, so both come from one model in memory.

    Args:
        folder: The model in the usual layout.
        adapter: What `start_training` made of it for a classification: an adapter with its head, and `done.json`.
    """

    def __init__(self, folder: Path, adapter: Path | None = None) -> None:
        from transformers import AutoModel, AutoTokenizer  # noqa: PLC0415  (torch takes seconds to import)

        self._tokenizer: Any = AutoTokenizer.from_pretrained(folder, trust_remote_code=False)
        self.labels: list[str] = json.loads((adapter / ABOUT).read_text())["labels"] if adapter else []
        self._tuned: Any = _tuned(folder, adapter, len(self.labels)) if adapter else None
        self._model: Any = (
            self._tuned.get_base_model().base_model
            if adapter
            else AutoModel.from_pretrained(folder, use_safetensors=True, trust_remote_code=False)
        )
        self._model.eval()
        self._one_at_a_time = Lock()

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """One row of unit length for each text: the mean of what the last layer says of its tokens, untuned."""
        import torch  # noqa: PLC0415

        found = np.zeros((len(texts), self._model.config.hidden_size), np.float32)
        by_length = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        with self._one_at_a_time, torch.inference_mode(), self._untuned():
            for start in range(0, len(texts), AT_ONCE):
                places = by_length[start : start + AT_ONCE]
                given = self._read([texts[place] for place in places])
                said, counts = self._model(**given).last_hidden_state, given["attention_mask"].unsqueeze(-1)
                means = (said * counts).sum(1) / counts.sum(1)
                found[places] = torch.nn.functional.normalize(means, dim=1).numpy()
        return found

    def chances(self, text: str) -> dict[str, float]:
        """The logarithm of the probability of each label that it learned; empty without an adapter."""
        import torch  # noqa: PLC0415

        if self._tuned is None:
            return {}
        with self._one_at_a_time, torch.inference_mode():
            logits = self._tuned(**self._read([text])).logits[0]
        return dict(zip(self.labels, torch.log_softmax(logits, dim=0).tolist(), strict=True))

    def _read(self, texts: list[str]) -> Any:
        return self._tokenizer(texts, padding=True, truncation=True, max_length=LONGEST, return_tensors="pt")

    def _untuned(self) -> AbstractContextManager[None]:
        return self._tuned.disable_adapter() if self._tuned is not None else nullcontext()


def _tuned(folder: Path, adapter: Path, labels: int) -> Any:
    """The model with a head and the adapter that was trained with it."""
    from peft import PeftModel  # noqa: PLC0415
    from transformers import AutoModelForSequenceClassification, logging  # noqa: PLC0415

    logging.set_verbosity_error()  # that the head is new: the adapter brings it
    model = AutoModelForSequenceClassification.from_pretrained(
        folder, num_labels=labels, use_safetensors=True, trust_remote_code=False
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # peft calls what transformers renamed
        return PeftModel.from_pretrained(model, adapter).eval()
