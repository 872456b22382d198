"""A formatted row as a conversation, and its text in pieces as training makes them."""

from typing import TYPE_CHECKING, Any, cast

from tools.data._tokens import BaseTokens
from tools.train._examples import segments

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

Turns = list[dict[str, str]]


def turns_of(row: dict[str, Any]) -> Turns:
    """A formatted row as a conversation."""
    if "messages" in row:
        return row["messages"]
    asked, answer = (row.get(a, row.get(b)) for a, b in (("prompt", "text"), ("completion", "label")))
    answer = row["chosen"] if "chosen" in row else answer
    return [{"role": "user", "content": str(asked)}, {"role": "assistant", "content": str(answer)}]


def pieces(tokens: BaseTokens | None, turns: Turns) -> list[tuple[str, bool]]:
    """The text of a row in pieces, each with whether it is trained, exactly as training makes it."""
    if tokens is None:
        return [(turn["content"], turn["role"] == "assistant") for turn in turns]
    return list(segments(cast("PreTrainedTokenizerBase", tokens), turns))
