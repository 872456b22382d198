"""What the tuned and the untuned model answer to the same questions."""

# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, cast

import torch
from peft import PeftModel
from transformers import GenerationConfig, PreTrainedModel, PreTrainedTokenizerBase

from store import TrainingRun
from tools.evaluate._likelihoods import likelihoods, tokens_written
from tools.evaluate._rows import Question
from tools.evaluate._score import Tell, batches, choices
from tools.evaluate._tree import Tokens
from tools.train._examples import Message, segments, text_example
from tools.train._weights import Loaded, load

Side = Literal["tuned", "untuned"]
SIDES: tuple[Side, Side] = ("tuned", "untuned")
MOST_NEW_TOKENS = 256
MOST_PROMPT_TOKENS = 4096


@dataclass(frozen=True)
class Answer:
    """What a model said to one question.

    Attributes:
        text: The answer.
        chances: Where answers come from a closed set, the probability of each among them.
        scores: Their log-likelihoods (generation) or log-probabilities (classification head).
    """

    text: str
    chances: dict[str, float] = field(default_factory=dict[str, float])
    scores: dict[str, float] = field(default_factory=dict[str, float])


Hear = Callable[[Side, int, int], None]
"""Hears of which side how many questions of how many are done."""


@dataclass(frozen=True)
class Answered:
    """The answers of one side, and the seconds they took, loading aside.

    Attributes:
        answers: One a question.
        seconds: For all of them.
        tokens: How many were written; 0 where answers are chosen.
        likelihoods: The log-likelihood of each reference and its tokens, where answers are written.
    """

    answers: list[Answer]
    seconds: float
    tokens: int = 0
    likelihoods: list[tuple[float, int]] = field(default_factory=list[tuple[float, int]])


def both(run: TrainingRun, questions: Sequence[Question], hear: Hear | None = None) -> dict[Side, Answered]:
    """The answers of the tuned model and of the same base untuned; a classifier's untuned head is random."""
    found: dict[Side, Answered] = {}
    for side, loaded in sides(run):
        began = time.monotonic()
        tell = _telling(hear, side)
        said = _once_each(loaded, run.plan, questions, tell)
        found[side] = _with_likelihoods(loaded, run.plan, questions, Answered(said, time.monotonic() - began), tell)
        del loaded  # so that whole weights go before the untuned ones come
    return found


def _with_likelihoods(
    loaded: Loaded, plan: dict[str, Any], questions: Sequence[Question], answered: Answered, tell: Tell
) -> Answered:
    told = likelihoods(loaded, plan, questions, lambda: tell(len(questions), len(questions)))
    written = {asked.text: each.text for asked, each in zip(questions, answered.answers, strict=True)}
    tokens = tokens_written(loaded, list(written.values())) if told else 0
    return replace(answered, tokens=tokens, likelihoods=told)


def sides(run: TrainingRun) -> Iterator[tuple[Side, Loaded]]:
    """The tuned model, then the untuned one. An adapter is switched off; whole weights are loaded anew."""
    plan = run.plan
    settings: dict[str, Any] = {"task": plan["task"], "labels": plan["labels"], "dtype": plan["dtype"]}
    tuned = load(plan["base_model"], run.model_folder, **settings)
    yield "tuned", tuned
    if isinstance(tuned.model, PeftModel):
        with tuned.model.disable_adapter():
            yield "untuned", tuned
    else:
        del tuned
        yield "untuned", load(plan["base_model"], **settings)


def answer(
    loaded: Loaded, plan: dict[str, Any], questions: Sequence[Question], tell: Tell | None = None
) -> list[Answer]:
    """A model's answers: by its head, by the likelihood of each label, or written, as the plan has it."""
    if plan["task"] == "classify":
        scores = _head_scores(loaded, plan, questions, tell)
    elif plan["labels"]:
        split = [_question_and_label(loaded.tokenizer, asked.messages, plan["labels"][0])[0] for asked in questions]
        labels = [_question_and_label(loaded.tokenizer, questions[0].messages, label)[1] for label in plan["labels"]]
        room = _context(loaded) - max(map(len, labels))
        scores = choices(_model(loaded), [prompt[-room:] for prompt in split], labels, tell)
    else:
        return [Answer(text) for text in _write(loaded, questions, tell)]
    return [_chosen(row, plan["labels"]) for row in scores]


def _once_each(loaded: Loaded, plan: dict[str, Any], questions: Sequence[Question], tell: Tell) -> list[Answer]:
    """The same question is asked once."""
    keys = [asked.text if plan["task"] == "classify" else repr(asked.messages) for asked in questions]
    first = {key: asked for key, asked in zip(reversed(keys), reversed(questions), strict=True)}
    told = dict(zip(first, answer(loaded, plan, list(first.values()), tell), strict=True))
    return [told[key] for key in keys]


def _chosen(scores: torch.Tensor, labels: Sequence[str]) -> Answer:
    chances = scores.softmax(dim=-1).tolist()
    named = dict(zip(labels, chances, strict=True))
    return Answer(
        labels[int(scores.argmax())],
        {label: round(chance, 6) for label, chance in named.items()},
        {label: round(score, 6) for label, score in zip(labels, scores.tolist(), strict=True)},
    )


def _question_and_label(
    tokenizer: PreTrainedTokenizerBase, messages: list[Message], label: str
) -> tuple[Tokens, Tokens]:
    """The tokens of a question, and of a label with its end mark, cut as training cuts them."""
    pieces = [text for text, _ in segments(tokenizer, [*messages, {"role": "assistant", "content": label}])]
    tokens = [_tokens(tokenizer, piece) for piece in pieces]
    return [token for piece in tokens[:-1] for token in piece], tokens[-1]


def _tokens(tokenizer: PreTrainedTokenizerBase, text: str) -> Tokens:
    found: Any = tokenizer(text, add_special_tokens=False)["input_ids"]
    return list(found)


def _context(loaded: Loaded) -> int:
    most = getattr(loaded.model.config, "max_position_embeddings", None)
    return min(int(most or MOST_PROMPT_TOKENS), MOST_PROMPT_TOKENS)


def _model(loaded: Loaded) -> PreTrainedModel:
    """With an adapter around it, it still answers like the model inside."""
    return cast(PreTrainedModel, loaded.model)


@torch.inference_mode()
def _head_scores(
    loaded: Loaded, plan: dict[str, Any], questions: Sequence[Question], tell: Tell | None
) -> torch.Tensor:
    texts = [text_example(loaded.tokenizer, asked.text, plan["max_length"]).tokens for asked in questions]
    found = torch.empty(len(texts), len(plan["labels"]))
    done = 0
    for rows in batches([len(tokens) for tokens in texts], most=64):
        inputs = _padded(loaded, [texts[row] for row in rows], "right")
        found[rows] = _model(loaded)(**inputs).logits.float().log_softmax(dim=-1).cpu()
        done += len(rows)
        if tell:
            tell(done, len(texts))
    return found


@torch.inference_mode()
def _write(loaded: Loaded, questions: Sequence[Question], tell: Tell | None) -> list[str]:
    """Greedy answers, up to the end mark or as long as the references call for."""
    tokenizer = loaded.tokenizer
    longest = max(len(_tokens(tokenizer, asked.reference)) for asked in questions)
    new = min(MOST_NEW_TOKENS, longest + longest // 2 + 16)
    room = _context(loaded) - new
    prompts = [_question_and_label(tokenizer, asked.messages, "-")[0][-room:] for asked in questions]
    settings = GenerationConfig(
        do_sample=False, max_new_tokens=new, eos_token_id=_ends(loaded), pad_token_id=tokenizer.pad_token_id
    )
    model: Any = loaded.model
    texts, done = [""] * len(prompts), 0
    for rows in batches([len(prompt) + new for prompt in prompts], most=32):
        inputs = _padded(loaded, [prompts[row] for row in rows], "left")
        written = model.generate(**inputs, generation_config=settings)[:, inputs["input_ids"].shape[1] :]
        for row, tokens in zip(rows, written, strict=True):
            texts[row] = str(tokenizer.decode(tokens, skip_special_tokens=True)).strip()
        done += len(rows)
        if tell:
            tell(done, len(prompts))
    return texts


def _ends(loaded: Loaded) -> list[int]:
    """The tokens that end an answer: the tokenizer's, and those that the model names itself."""
    named = getattr(loaded.model.generation_config, "eos_token_id", None)
    ends: list[Any] = [loaded.tokenizer.eos_token_id, *(named if isinstance(named, list) else [named])]
    return list(dict.fromkeys(int(end) for end in ends if end is not None))


def _padded(loaded: Loaded, rows: Sequence[Tokens], side: Literal["left", "right"]) -> dict[str, torch.Tensor]:
    width = max(map(len, rows))
    fill = [[loaded.tokenizer.pad_token_id] * (width - len(row)) for row in rows]
    tokens = [[*pad, *row] if side == "left" else [*row, *pad] for pad, row in zip(fill, rows, strict=True)]
    real = [[0] * len(pad) + [1] * len(row) for pad, row in zip(fill, rows, strict=True)]
    mask = real if side == "left" else [line[::-1] for line in real]
    return {
        "input_ids": torch.tensor(tokens, device=loaded.device),
        "attention_mask": torch.tensor(mask, device=loaded.device),
    }


def _telling(hear: Hear | None, side: Side) -> Tell:
    return lambda done, rows: hear(side, done, rows) if hear else None
