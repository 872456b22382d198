"""Which token stands for which word, so that a tag of a word is a label of a token."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase


@dataclass(frozen=True)
class Pieces:
    """The tokens of a text, and the one that stands for each word; None for words beyond the limit."""

    tokens: list[int]
    places: list[int | None]
    cut: bool


def pieces(
    tokenizer: "PreTrainedTokenizerBase", text: str, words: Sequence[tuple[int, int]], max_length: int
) -> Pieces:
    """Align words and tokens by their places in the text.

    The first token of a word stands for it where the model reads both ways; a model that reads forwards alone knows the
    whole word only at its last.

    Args:
        tokenizer: The base model's; a fast one, which knows the offsets.
        text: What is read.
        words: (start, end) of each word, in characters.
        max_length: Tokens after which the text is cut.
    """
    whole: Any = tokenizer(text, return_offsets_mapping=True)
    read = whole
    if len(whole["input_ids"]) > max_length:
        read = tokenizer(text, return_offsets_mapping=True, truncation=True, max_length=max_length)
    offsets: list[tuple[int, int]] = read["offset_mapping"]
    first = tokenizer.mask_token is not None
    places: list[int | None] = []
    at = 0
    for start, end in words:
        while at < len(offsets) and offsets[at][1] <= start:
            at += 1
        last = at
        while last + 1 < len(offsets) and offsets[last + 1][0] < end and offsets[last + 1][1] > start:
            last += 1
        inside = at < len(offsets) and offsets[at][0] < end
        complete = inside and (first or offsets[last][1] >= end)
        places.append((at if first else last) if complete else None)
    return Pieces(list(read["input_ids"]), places, len(whole["input_ids"]) > max_length)
