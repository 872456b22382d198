"""What texts say as vectors, without a transformer: every entry of a vocabulary has one, and a text is their mean.

Fast and small, and blind to the order of words: "dog bites man" and "man bites dog" are one vector. English above all.
"""

# pyright: reportMissingTypeStubs=false

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FILE = Path(__file__).with_name("static.npz")
AT_ONCE = 4096
"""Texts encoded at a time."""
CHARACTERS_AT_ONCE = 1_000_000
LONGEST = 20_000
"""Characters of a text that are read."""
Vectors = NDArray[np.float32]


class StaticEncoder:
    """A vocabulary and its vectors; `encoder()` gives the one that ships.

    Args:
        file: What `save` wrote.
    """

    def __init__(self, file: Path = FILE) -> None:
        with np.load(file) as saved:
            self._vectors: Vectors = saved["vectors"].astype(np.float32) * saved["scales"][:, None]
            self._tokenizer = _tokenizer(saved["entries"].tobytes().decode().split("\n"))
        self.dimensions = int(self._vectors.shape[1])

    def encode(self, texts: Iterable[str]) -> Vectors:
        """One row of unit length for each text, float32 [texts, dimensions]; zeros where no word of a text is known."""
        return np.concatenate([np.zeros((0, self.dimensions), np.float32), *self.stream(texts)])

    def stream(self, texts: Iterable[str]) -> Iterator[Vectors]:
        """The same in blocks, for more texts than fit into memory."""
        for block in _blocks(texts):
            yield self._encode(block)

    def _encode(self, texts: Sequence[str]) -> Vectors:
        from scipy.sparse import csr_array  # noqa: PLC0415  it takes a quarter of a second

        ids = [each.ids for each in self._tokenizer.encode_batch_fast(texts, add_special_tokens=False)]
        ends = np.concatenate([np.zeros(1, np.int64), np.cumsum([len(each) for each in ids], dtype=np.int64)])
        flat = np.fromiter(chain.from_iterable(ids), np.int32, int(ends[-1]))
        counted: Any = csr_array((np.ones(len(flat), np.float32), flat, ends), shape=(len(ids), len(self._vectors)))
        found: Vectors = counted @ self._vectors
        lengths = np.linalg.norm(found, axis=1, keepdims=True)
        return np.divide(found, lengths, out=found, where=lengths > 0)


@cache
def encoder() -> StaticEncoder:
    """The encoder that ships, read once: MiniLM distilled, 256 dimensions."""
    return StaticEncoder()


def save(file: Path, entries: Sequence[str], vectors: Vectors) -> None:
    """Write an encoder in 8 bits a number; each entry has a scale of its own. What is not known says nothing.

    Args:
        file: Where to.
        entries: The vocabulary of a WordPiece tokenizer, without its marks.
        vectors: One for each entry, float32 [entries, dimensions].
    """
    vectors = np.concatenate([np.zeros((1, vectors.shape[1]), np.float32), vectors])
    scales = np.maximum(np.abs(vectors).max(axis=1), 1e-12) / 127
    whole = np.rint(vectors / scales[:, None]).astype(np.int8)
    spelled = np.frombuffer("\n".join(["[UNK]", *entries]).encode(), np.uint8)
    with file.open("wb") as opened:
        np.savez_compressed(opened, entries=spelled, vectors=whole, scales=scales.astype(np.float32))


def _blocks(texts: Iterable[str]) -> Iterator[list[str]]:
    block: list[str] = []
    characters = 0
    for text in texts:
        block.append(text[:LONGEST])
        characters += len(block[-1])
        if len(block) == AT_ONCE or characters >= CHARACTERS_AT_ONCE:
            yield block
            block, characters = [], 0
    if block:
        yield block


def _tokenizer(entries: Sequence[str]) -> Any:
    from tokenizers import Tokenizer  # noqa: PLC0415
    from tokenizers.models import WordPiece  # noqa: PLC0415
    from tokenizers.normalizers import BertNormalizer  # noqa: PLC0415
    from tokenizers.pre_tokenizers import BertPreTokenizer  # noqa: PLC0415

    vocabulary = {entry: number for number, entry in enumerate(entries)}
    made: Any = Tokenizer(WordPiece(vocabulary, unk_token=entries[0]))
    made.normalizer = BertNormalizer(lowercase=True)
    made.pre_tokenizer = BertPreTokenizer()
    return made
