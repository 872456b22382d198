"""What the model reads of a formatted row: its text in pieces, their tokens, and which of them are trained."""

from collections.abc import Iterator, Sequence
from typing import Any

from store.counted import Count
from tools.data._format import Style
from tools.data._token_lengths import Lengths
from tools.data._tokens import BaseTokens
from tools.data._turns import Turns, pieces
from tools.result import Table

EXAMPLES = 3
SHOWN_TOKENS = 80
"""Tokens of a piece that are shown one by one."""
TRAINED: dict[Style, str] = {
    "pairs": "only the answer is trained",
    "messages": "only the answers are trained",
    "classification": "the model learns to choose the label",
    "preference": "the model learns to prefer the chosen answer to the rejected one",
}
"""What of a row is learned."""


def examples(tokens: BaseTokens | None, rows: Sequence[Turns]) -> Table:
    """A line for each piece of the first rows, with its very tokens where the tokenizer is at hand."""
    if tokens is None:
        return Table("What the model reads", ("example", "trained", "tokens", "text"), list(_lines(None, rows)))
    title = f"What the model reads, in the chat template of {tokens.name}"
    return Table(title, ("example", "trained", "tokens", "text", "one by one"), list(_lines(tokens, rows)))


def told_of_lengths(measured: Lengths | None, tokens: BaseTokens | None, base_model: str | None) -> list[str]:
    """How long the rows are and what would happen to those that are too long, or why that cannot be told."""
    if tokens is None:
        whose = base_model or "the base model"
        return [f"The marks of the chat template are added in training; they come with {whose}, which is not here yet."]
    if measured is None:
        return []
    told = [f"The longest row {measured.among}has {measured.longest:,} tokens of {tokens.name}."]
    if measured.context and measured.too_long:
        which = (
            f"{measured.least}{Count(measured.too_long):row is|rows are} longer than the {measured.context:,} tokens"
        )
        told.append(
            f"{which} that it reads: training would cut the end, and leave out a row of which no answer is left."
            " Shorten or drop them first."
        )
    elif measured.context:
        told.append(f"None is longer than the {measured.context:,} tokens that it reads, so nothing would be cut.")
    return told


def _lines(tokens: BaseTokens | None, rows: Sequence[Turns]) -> Iterator[tuple[Any, ...]]:
    for number, turns in enumerate(rows, 1):
        for piece, trained in pieces(tokens, turns):
            learned = "yes" if trained else "no"
            if tokens is None:
                yield number, learned, None, piece
                continue
            split = tokens.split(piece)
            yield number, learned, len(split), piece, _one_by_one(split)


def _one_by_one(split: Sequence[str]) -> str:
    """Tokens with bars between them, spaces and line ends made visible; what is left out is said."""
    shown = "|".join(token.replace(" ", "·").replace("\n", "↵") for token in split[:SHOWN_TOKENS])
    return f"{shown}| … {len(split) - SHOWN_TOKENS:,} more" if len(split) > SHOWN_TOKENS else shown
