"""How likely a model finds the reference answers, and how many tokens it wrote."""

# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from collections.abc import Callable, Sequence
from typing import Any

import torch

from tools.evaluate._batches import fitted
from tools.evaluate._rows import Question
from tools.evaluate._score import LOGITS_A_BATCH
from tools.evaluate._start import keep
from tools.evaluate.metrics.likelihood import Likelihood
from tools.train._examples import segments
from tools.train._weights import Loaded

MOST_TOKENS = 4096
Texts = Sequence[tuple[list[int], int]]
"""The tokens of a question with its answer, and how many of them, at the end, are the answer's."""


@torch.inference_mode()
def likelihoods(
    loaded: Loaded, plan: dict[str, Any], questions: Sequence[Question], beat: Callable[[], None] = lambda: None
) -> list[Likelihood]:
    """The log-likelihood of each reference with its end mark after its question, and its tokens, the mark among them.

    Args:
        loaded: A model that writes, and its tokenizer.
        plan: Of its training; labels and heads are scored elsewhere, so they have none here.
        questions: What was asked; a question that is too long loses its beginning.
        beat: Called after each batch.

    Returns:
        One for each question; empty where answers are labels, or a reference is longer than the model reads.
    """
    if plan["task"] == "classify" or plan["labels"]:
        return []
    context = min(int(getattr(loaded.model.config, "max_position_embeddings", None) or MOST_TOKENS), MOST_TOKENS)
    texts = [_text(loaded, asked, context) for asked in questions]
    if any(answer >= context for _, answer in texts):
        return []
    found: list[Likelihood] = [(0.0, answer) for _, answer in texts]
    vocabulary = int(loaded.model.config.get_text_config().vocab_size)

    def size(longest: int) -> int:
        return LOGITS_A_BATCH // (vocabulary * longest)

    def tell(rows: list[int]) -> list[float]:
        return _told(loaded, [texts[row] for row in rows])

    for rows, told in fitted([len(tokens) for tokens, _ in texts], size, tell, alike=False):
        for row, value in zip(rows, told, strict=True):
            found[row] = (value, texts[row][1])
        beat()
    return found


def tokens_written(loaded: Loaded, texts: Sequence[str]) -> int:
    """The tokens of answers, their end marks aside."""
    return sum(len(_tokens(loaded, text)) for text in texts)


def _text(loaded: Loaded, asked: Question, context: int) -> tuple[list[int], int]:
    turns = [*asked.messages, {"role": "assistant", "content": asked.reference}]
    *before, answer = [_tokens(loaded, piece) for piece, _ in segments(loaded.tokenizer, turns)]
    prompt = [token for piece in before for token in piece]
    return [*prompt[-max(context - len(answer), 1) :], *answer], len(answer)


def _tokens(loaded: Loaded, text: str) -> list[int]:
    found: Any = loaded.tokenizer(text, add_special_tokens=False)["input_ids"]
    return list(found)


def _told(loaded: Loaded, texts: Texts) -> list[float]:
    """Padded before, so that the answers end together and the logits of the last tokens are all that is needed."""
    width, kept = max(len(tokens) for tokens, _ in texts), max(answer for _, answer in texts) + 1
    pads = [width - len(tokens) for tokens, _ in texts]
    tokens = torch.tensor([[0] * pad + text for pad, (text, _) in zip(pads, texts, strict=True)], device=loaded.device)
    mask = torch.tensor([[0] * pad + [1] * (width - pad) for pad in pads], device=loaded.device)
    places = (mask.cumsum(dim=-1) - 1).clamp(min=0)
    settings = keep(loaded.model, kept)
    logits = loaded.model(input_ids=tokens, attention_mask=mask, position_ids=places, **settings).logits[:, -kept:-1]
    told = logits.float().log_softmax(-1).gather(-1, tokens[:, 1 - kept :, None])[..., 0]
    return [float(line[-answer:].sum()) for line, (_, answer) in zip(told, texts, strict=True)]
