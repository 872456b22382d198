"""Make `static.npz` anew: `python -m tools.embeddings._distil`. Takes two minutes on two cores, and torch.

Each entry of MiniLM's vocabulary goes through the transformer by itself; the vectors are brought down to fewer
dimensions by PCA and weighed by how telling the entry is. The recipe is that of model2vec (MIT, Tulkens and van Dongen
2024, `distill/inference.py` of 0.10.0), which does not install beside the transformers that is used here.
"""
# pyright: basic

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoModel, AutoTokenizer

from tools.embeddings.static import FILE, save
from tools.weights.bases import resolve_base
from tools.weights.folder import models_folder

BASE = "minilm-l6"
DIMENSIONS = 256
SIF = 1e-4
"""The a of smooth inverse frequency (Arora et al. 2017): an entry of probability p weighs a / (a + p)."""
AT_ONCE = 512

Matrix = NDArray[np.float32]


def main(file: Path, dimensions: int) -> None:
    """Distil the base and save the encoder."""
    folder = resolve_base(BASE, models_folder()).folder
    entries = vocabulary(folder)
    vectors = reduced(spoken(folder, list(entries.values())), dimensions)
    save(file, list(entries), vectors * weights(len(entries))[:, None])


def vocabulary(folder: Path) -> dict[str, int]:
    """The entries that can be in a text, with their number in the base, about from frequent to rare."""
    vocab: dict[str, int] = json.loads((folder / "tokenizer.json").read_text())["model"]["vocab"]
    ordered = sorted(vocab, key=vocab.__getitem__)
    return {entry: vocab[entry] for entry in ordered if not (entry[0] == "[" and entry[-1] == "]" and len(entry) > 2)}


@torch.inference_mode()
def spoken(folder: Path, numbers: list[int]) -> Matrix:
    """What the transformer makes of each entry alone: the mean over the entry and the marks around it."""
    tokenizer: Any = AutoTokenizer.from_pretrained(folder, trust_remote_code=False)
    model: Any = AutoModel.from_pretrained(folder, use_safetensors=True, trust_remote_code=False).eval()
    first, last = tokenizer.cls_token_id, tokenizer.sep_token_id
    parts: list[Matrix] = []
    for start in range(0, len(numbers), AT_ONCE):
        ids = torch.tensor([[first, number, last] for number in numbers[start : start + AT_ONCE]])
        parts.append(model(input_ids=ids, attention_mask=torch.ones_like(ids)).last_hidden_state.mean(1).numpy())
    return np.concatenate(parts)


def reduced(vectors: Matrix, dimensions: int) -> Matrix:
    """The principal components with the most variance."""
    centred = vectors - vectors.mean(0)
    _, directions = np.linalg.eigh(centred.T @ centred)
    return centred @ directions[:, ::-1][:, :dimensions]


def weights(count: int) -> Matrix:
    """Smooth inverse frequency of entries in order of frequency, whose probability is that of Zipf's law."""
    shares = 1 / np.arange(2, count + 2)
    return (SIF / (SIF + shares / shares.sum())).astype(np.float32)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--file", type=Path, default=FILE)
    parser.add_argument("--dimensions", type=int, default=DIMENSIONS)
    given = parser.parse_args()
    main(given.file, given.dimensions)
