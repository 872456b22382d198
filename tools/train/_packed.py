"""A batch without padding: rows one after another, and what they all begin with only once."""
# pyright: basic

from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any

import torch
from transformers import PreTrainedTokenizerBase

from tools.train._examples import IGNORED

SHORTEST_SHARED = 8
"""Tokens; sharing fewer costs more than it saves."""
ROUND = 16
"""Batches have a multiple of so many tokens, so that the matrix products come in few shapes."""


@dataclass(frozen=True)
class Layout:
    """Where the rows of a packed batch are: first the shared beginning, then the rest of each row.

    Attributes:
        shared: Tokens that all rows begin with.
        rows: How many rows there are.
        longest: Tokens of the longest rest.
        own: Tokens of all rests together.
        padded: For each place of the rests as a table of shape (rows, longest), which token stands there; the last
            token of a row is repeated. Shape (rows * longest,).
        packed: For each token after the shared ones, its place in that table; 0 for the padding at the end.
    """

    shared: int
    rows: int
    longest: int
    own: int
    padded: torch.Tensor
    packed: torch.Tensor

    def to(self, device: torch.device) -> "Layout":
        """The same, with the tensors on a device."""
        return replace(self, padded=self.padded.to(device), packed=self.packed.to(device))


class Packed:
    """Makes a batch of rows as one long row, with the places whose outputs are wanted and their labels.

    The model's matrix products see each token once: no padding, and the beginning that all rows share, such as the
    system prompt of a chat template, once for the whole batch. That is exact: the tokens before and the weights are
    the same for all rows, so the outputs are too, and the gradients of all rows add up in them.
    """

    def __init__(self, tokenizer: PreTrainedTokenizerBase, *, share: bool) -> None:
        self._padding, self._share = int(tokenizer.pad_token_id), share  # pyright: ignore

    def __call__(self, rows: list[dict[str, Any]]) -> dict[str, Any]:
        """Tensors `lengths` (rows,), `input_ids` and `position_ids` (1, tokens), `places` and `labels` (wanted,).

        For text also `whose` (wanted,): the row that each wanted output is of.
        """
        tokens = [row["input_ids"] for row in rows]
        shared = shared_beginning(tokens) if self._share else 0
        places, labels = wanted(rows, shared)
        ids = [*tokens[0][:shared], *(token for row in tokens for token in row[shared:])]
        positions = [*range(shared), *(place for row in tokens for place in range(shared, len(row)))]
        extra = -len(ids) % ROUND
        text = {} if isinstance(rows[0]["labels"], int) else {"whose": torch.tensor(whose(rows))}
        return {
            **text,
            "lengths": torch.tensor([len(row) for row in tokens]),
            "input_ids": torch.tensor([ids + [self._padding] * extra]),
            "position_ids": torch.tensor([positions + [0] * extra]),
            "places": torch.tensor(places),
            "labels": torch.tensor(labels),
            "shift_labels": torch.tensor(labels),  # what the trainer counts
            "layout": layout([len(row) - shared for row in tokens], shared, extra),
        }


def shared_beginning(rows: list[list[int]]) -> int:
    """How many tokens all rows begin with; one of each row is left, and 0 stands for too few to gain by it."""
    if len(rows) < 2:
        return 0
    alike = sum(1 for _ in takewhile(lambda tokens: len(set(tokens)) == 1, zip(*rows, strict=False)))
    alike = min(alike, min(len(row) for row in rows) - 1)
    return alike if alike >= SHORTEST_SHARED else 0


def wanted(rows: list[dict[str, Any]], shared: int) -> tuple[list[int], list[int]]:
    """Where in the packed batch an output is wanted, and what it should be.

    For text that is the token before each trained one, which can be the last shared one for several rows; for a class
    the last token of the row.
    """
    places: list[int] = []
    labels: list[int] = []
    start = 0  # of the row, if it began with the shared tokens too
    for row in rows:
        if isinstance(row["labels"], int):
            places.append(start + len(row["input_ids"]) - 1)
            labels.append(row["labels"])
        else:
            for place, label in enumerate(row["labels"][1:]):
                if label != IGNORED:
                    places.append(start + place if place >= shared else place)
                    labels.append(label)
        start += len(row["input_ids"]) - shared
    return places, labels


def whose(rows: list[dict[str, Any]]) -> list[int]:
    """For each wanted output of text, which row it is of."""
    return [number for number, row in enumerate(rows) for label in row["labels"][1:] if label != IGNORED]


def layout(rests: list[int], shared: int, extra: int) -> Layout:
    """The layout of rows of which so many tokens are not shared, with `extra` tokens of padding at the end.

    The padding belongs to no row.
    """
    longest, start = max(rests), shared
    padded: list[int] = []
    packed: list[int] = []
    for place, length in enumerate(rests):
        padded += [start + min(each, length - 1) for each in range(longest)]
        packed += [place * longest + each for each in range(length)]
        start += length
    return Layout(shared, len(rests), longest, sum(rests), torch.tensor(padded), torch.tensor(packed + [0] * extra))
