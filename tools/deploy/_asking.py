"""What a model says to the questions of a parity check: a model of transformers, and one on llama.cpp's server."""
# pyright: basic

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import torch
from transformers import GenerationConfig

from tools.deploy._parity import Said
from tools.deploy._questions import Asked
from tools.deploy._served import Answer, Messages, Served
from tools.evaluate._answers import most_new_tokens
from tools.evaluate._write import Ending, written
from tools.train._examples import prompt_text
from tools.train._weights import Loaded

MOST_PROMPT_TOKENS = 1024
MOST_NEW_TOKENS = 64
Plan = dict[str, Any]


def prompts(tokenizer: Any, plan: Plan, asked: Sequence[Asked]) -> list[list[int]]:
    """The tokens of each question, as training has them before an answer; of a text to go on from, its first half."""
    if plan["task"] in ("classify", "tag"):
        return [tokenizer(one.text, truncation=True, max_length=MOST_PROMPT_TOKENS)["input_ids"] for one in asked]
    if plan["task"] == "pretrain":
        read = [tokenizer(one.text, truncation=True, max_length=MOST_PROMPT_TOKENS)["input_ids"] for one in asked]
        return [tokens[: max(1, len(tokens) // 2)] for tokens in read]
    texts = [prompt_text(tokenizer, one.messages) for one in asked]
    return [tokenizer(text, add_special_tokens=False)["input_ids"] for text in texts]


def short_enough(tokenizer: Any, plan: Plan, asked: list[Asked]) -> list[Asked]:
    """Without questions so long that asking several forms takes too much time; one stays in any case."""
    lengths = [len(tokens) for tokens in prompts(tokenizer, plan, asked)]
    kept = [one for one, length in zip(asked, lengths, strict=True) if length <= MOST_PROMPT_TOKENS]
    return kept or [asked[at] for at in sorted(range(len(asked)), key=lengths.__getitem__)[:1]]


def most_new(tokenizer: Any, asked: Sequence[Asked]) -> int:
    """How long an answer may get."""
    return min(MOST_NEW_TOKENS, most_new_tokens(tokenizer, [one.reference for one in asked]))


@torch.inference_mode()
def said_by(loaded: Loaded, plan: Plan, asked: Sequence[Asked]) -> Said:
    """What a model of transformers says: of a classifier, its classes; of one that writes, its answers too."""
    read = prompts(loaded.tokenizer, plan, asked)
    next_: list[np.ndarray] = []
    for tokens in read:
        logits = loaded.model(input_ids=torch.tensor([tokens], device=loaded.device)).logits
        logits = logits[0, -1] if logits.ndim == 3 else logits[0]
        next_.append(torch.log_softmax(logits.float(), -1).cpu().numpy())
    if plan["task"] == "classify":
        return Said(next_, [plan["labels"][int(each.argmax())] for each in next_])
    if plan["task"] == "tag":
        return Said(next_)
    return Said(next_, *_written(loaded, read, most_new(loaded.tokenizer, asked)))


def _written(loaded: Loaded, read: list[list[int]], new: int) -> tuple[list[str], list[bool]]:
    """Plain greedy answers: what a generation configuration adds, such as a repetition penalty, is not the weights'."""
    end: Any = loaded.tokenizer.eos_token_id
    model: Any = loaded.model
    kept, model.generation_config = model.generation_config, GenerationConfig(eos_token_id=end)
    texts, ended = [""] * len(read), [False] * len(read)
    padding: Any = loaded.tokenizer.pad_token_id
    for rows, answers in written(model, read, Ending(new, [end], end if padding is None else padding)):
        for row, tokens in zip(rows, answers, strict=True):
            ended[row] = end in tokens
            texts[row] = loaded.tokenizer.decode(tokens, skip_special_tokens=True).strip()  # pyright: ignore
    model.generation_config = kept
    return texts, ended


def said_by_file(served: Served, plan: Plan, asked: Sequence[Asked], tokenizer: Any, width: int) -> Said:
    """What a GGUF file says after exactly the tokens of training; `width` is the number of tokens it knows."""
    read, new = prompts(tokenizer, plan, asked), most_new(tokenizer, asked)
    return _said([_spread(served.next(each), width) for each in read], [served.completion(each, new) for each in read])


class Chat(Protocol):
    """A server that answers conversations over HTTP."""

    def answer(self, messages: Messages, new: int) -> Answer:
        """What a client of the chat endpoint gets at temperature 0."""
        ...


def said_over_http(served: Chat, plan: Plan, asked: Sequence[Asked], tokenizer: Any) -> Said | None:
    """What a client of the chat endpoint gets, which knows messages alone; None for a model that has no chat."""
    if plan["task"] == "pretrain":
        return None
    new = most_new(tokenizer, asked)
    return _said([], [served.answer(one.messages, new) for one in asked])


def _said(next_: list[np.ndarray], answers: list[Answer]) -> Said:
    return Said(next_, [each.text.strip() for each in answers], [each.ended for each in answers])


def _spread(found: dict[int, float], width: int) -> np.ndarray:
    """Log-probabilities in a row; a token below the likeliest counts as the last of them."""
    row = np.full(width, min(found.values()), dtype=np.float32)
    row[list(found)] = list(found.values())
    return row
