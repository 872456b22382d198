"""The tags that a model gives the words of a text, and how likely a model finds plain text."""

# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from collections.abc import Sequence
from typing import Any, cast

import torch
from transformers import PreTrainedModel

from tools.evaluate._batches import by_tokens, fitted
from tools.evaluate._rows import Question, in_one_word
from tools.evaluate._score import Tell
from tools.train._pieces import pieces
from tools.train._tags import OUTSIDE
from tools.train._weights import Loaded

ROWS_A_BATCH = 64
MOST_TOKENS = 1024
"""Of a piece of a long text; each is read by itself."""


@torch.inference_mode()
def tags(
    loaded: Loaded, plan: dict[str, Any], questions: Sequence[Question], tell: Tell | None
) -> list[tuple[str, bool]]:
    """The tags of each text, one a word with spaces between them, and whether its end was beyond the limit.

    Words beyond the limit are given no tag.
    """
    labels = [in_one_word(label) for label in plan["labels"]]
    read = [pieces(loaded.tokenizer, one.text, one.words, plan["max_length"]) for one in questions]
    found: list[tuple[str, bool]] = [("", False)] * len(read)

    def scores(rows: list[int]) -> list[list[int]]:
        told = cast(PreTrainedModel, loaded.model)(**_padded(loaded, [read[row].tokens for row in rows])).logits
        return told.argmax(dim=-1).cpu().tolist()

    done = 0
    for rows, told in fitted([len(one.tokens) for one in read], by_tokens(ROWS_A_BATCH), scores):
        for row, best in zip(rows, told, strict=True):
            said = [OUTSIDE if place is None else labels[best[place]] for place in read[row].places]
            found[row] = " ".join(said), read[row].cut
        done += len(rows)
        if tell:
            tell(done, len(read))
    return found


@torch.inference_mode()
def of_passages(loaded: Loaded, questions: Sequence[Question], tell: Tell | None) -> list[tuple[float, int]]:
    """The log-likelihood of each text with its end mark, and the tokens that it is of; the first is only read."""
    config: Any = loaded.model.config
    most = min(int(getattr(config, "max_position_embeddings", None) or MOST_TOKENS), MOST_TOKENS)
    tokenizer: Any = loaded.tokenizer
    found: list[tuple[float, int]] = []
    for one in questions:
        tokens = [*tokenizer(one.text, add_special_tokens=False)["input_ids"], tokenizer.eos_token_id]
        total, count = 0.0, 0
        for start in range(0, len(tokens) - 1, most - 1):
            part = torch.tensor([tokens[start : start + most]], device=loaded.device)
            told = cast(PreTrainedModel, loaded.model)(input_ids=part, use_cache=False).logits[0, :-1].float()
            likely = told.log_softmax(dim=-1).gather(-1, part[0, 1:, None])
            total, count = total + float(likely.sum()), count + len(likely)
        found.append((total, max(count, 1)))
        if tell:
            tell(len(found), len(questions))
    return found


def _padded(loaded: Loaded, rows: Sequence[list[int]]) -> dict[str, torch.Tensor]:
    width, padding = max(map(len, rows)), loaded.tokenizer.pad_token_id
    tokens = [[*row, *[padding] * (width - len(row))] for row in rows]
    real = [[1] * len(row) + [0] * (width - len(row)) for row in rows]
    return {
        "input_ids": torch.tensor(tokens, device=loaded.device),
        "attention_mask": torch.tensor(real, device=loaded.device),
    }
