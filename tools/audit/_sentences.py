"""How likely a causal language model finds whole sentences, and the parts that two sentences share."""

# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

import torch

from tools.audit._templates import Contrast
from tools.evaluate._batches import by_tokens, fitted
from tools.train._weights import Loaded

Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class Likelihoods:
    """Of one pair: log-likelihoods in nats.

    Attributes:
        stereotyped: Of the whole sentence as the stereotype has it: each token given those before it.
        other: The same of the other sentence.
        shared_stereotyped: Of its tokens that both sentences have, each given all tokens before it, the group's too.
            The causal form of CrowS-Pairs' score, which asks a masked model for the unmodified tokens.
        shared_other: The same of the other sentence.
    """

    stereotyped: float
    other: float
    shared_stereotyped: float
    shared_other: float


@torch.inference_mode()
def likelihoods(loaded: Loaded, pairs: Sequence[Contrast], tell: Tell | None = None) -> list[Likelihoods]:
    """Score both sentences of each pair. The first token follows the mark that the model begins texts with."""
    texts = list(dict.fromkeys(text for pair in pairs for text in (pair.stereotyped, pair.other)))
    tokens = [_tokens(loaded, text) for text in texts]
    scores: list[list[float]] = [[] for _ in texts]
    done = 0

    def score(rows: list[int]) -> list[list[float]]:
        return _scored(loaded, [tokens[row] for row in rows])

    for rows, lines in fitted([len(each) for each in tokens], by_tokens(64), score):
        for row, line in zip(rows, lines, strict=True):
            scores[row] = line
        done += len(rows)
        if tell:
            tell(done, len(texts))
    found = {text: (one, line) for text, one, line in zip(texts, tokens, scores, strict=True)}
    return [_pair(found[pair.stereotyped], found[pair.other]) for pair in pairs]


def _pair(one: tuple[list[int], list[float]], other: tuple[list[int], list[float]]) -> Likelihoods:
    blocks = SequenceMatcher(None, one[0][1:], other[0][1:], autojunk=False).get_matching_blocks()
    first = sum(one[1][block.a + step] for block in blocks for step in range(block.size))
    second = sum(other[1][block.b + step] for block in blocks for step in range(block.size))
    return Likelihoods(sum(one[1]), sum(other[1]), first, second)


def _tokens(loaded: Loaded, text: str) -> list[int]:
    tokenizer: Any = loaded.tokenizer
    start = tokenizer.bos_token_id if tokenizer.bos_token_id is not None else tokenizer.eos_token_id
    return [int(start), *tokenizer(text, add_special_tokens=False)["input_ids"]]


def _scored(loaded: Loaded, rows: Sequence[list[int]]) -> list[list[float]]:
    """The log-probability of each token after the first, given those before it."""
    width, fill = max(map(len, rows)), loaded.tokenizer.pad_token_id or 0
    tokens = torch.tensor([[*row, *[fill] * (width - len(row))] for row in rows], device=loaded.device)
    real = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in rows], device=loaded.device)
    model: Any = loaded.model
    logits = model(input_ids=tokens, attention_mask=real).logits[:, :-1]
    logits = logits if logits.dtype == torch.float64 else logits.float()
    told = logits.log_softmax(-1).gather(-1, tokens[:, 1:, None])[..., 0].tolist()
    return [line[: len(row) - 1] for line, row in zip(told, rows, strict=True)]
