"""Two Marian models, there and back. Runs in a worker, as it needs torch."""
# pyright: basic

from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

if TYPE_CHECKING:
    from tools.augment._translation import Drafts, Drawn, Hear

AT_ONCE = 16
BEAMS = 4
LONGEST = 400
"""Tokens of a text that are translated; what is longer is left out, as a model of sentences would cut it."""


class Pair:
    """Translates there and back.

    Args:
        there: Folder of the model from the rows' language.
        back: Folder of the model into it.
    """

    def __init__(self, there: Path, back: Path) -> None:
        self._there, self._back = _Model(there), _Model(back)

    def back(self, drawn: "Drawn", hear: "Hear") -> "Drafts":
        """As many texts of each row as are drawn, the likeliest first; long rows have none."""
        found: Drafts = {}
        fitting = [(source, count) for source, count in drawn if self._there.fits(source.text)]
        for start in range(0, len(fitting), AT_ONCE):
            hear(start / len(fitting), f"Translated {start:,} of {len(fitting):,} rows there and back")
            part = fitting[start : start + AT_ONCE]
            abroad = self._there.translated([source.text for source, _ in part], 1)
            most = max(count for _, count in part)
            home = self._back.translated([texts[0] for texts in abroad], most)
            for (source, count), texts in zip(part, home, strict=True):
                found[source.row] = list(dict.fromkeys(text for text in texts if text))[:count]
        return found


class _Model:
    def __init__(self, folder: Path) -> None:
        self._tokenizer: Any = AutoTokenizer.from_pretrained(folder, trust_remote_code=False)
        self._model: Any = AutoModelForSeq2SeqLM.from_pretrained(
            folder, use_safetensors=True, trust_remote_code=False
        ).eval()

    def fits(self, text: str) -> bool:
        return len(self._tokenizer(text).input_ids) <= min(LONGEST, self._model.config.max_position_embeddings)

    @torch.inference_mode()
    def translated(self, texts: list[str], each: int) -> list[list[str]]:
        """The likeliest translations of each text, by beam search."""
        read = self._tokenizer(texts, return_tensors="pt", padding=True, truncation=True, max_length=LONGEST)
        room = min(2 * read.input_ids.shape[1] + 10, self._model.config.max_position_embeddings)
        written = self._model.generate(
            **read, num_beams=max(BEAMS, each), num_return_sequences=each, max_length=room, do_sample=False
        )
        said = [text.strip() for text in self._tokenizer.batch_decode(written, skip_special_tokens=True)]
        return [said[place : place + each] for place in range(0, len(said), each)]
