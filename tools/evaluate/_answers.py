"""What the tuned and the untuned model answer to the same questions."""

# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, cast

import torch
from peft import PeftModel
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from store import StoreError, TrainingRun
from tools.evaluate._batches import by_tokens, fitted
from tools.evaluate._likelihoods import likelihoods, tokens_written
from tools.evaluate._rows import Question, answers_of
from tools.evaluate._score import Tell, choices
from tools.evaluate._tagging import of_passages, tags
from tools.evaluate._tree import Tokens
from tools.evaluate._write import Ending, written
from tools.train._adapters import can_be_switched_off
from tools.train._examples import Message, segments, text_example
from tools.train._rewards import reward_of
from tools.train._weights import Loaded, load

Side = Literal["tuned", "untuned"]
SIDES: tuple[Side, Side] = ("tuned", "untuned")
MOST_NEW_TOKENS = 256
MOST_PROMPT_TOKENS = 4096
HEADS_A_BATCH = 64


@dataclass(frozen=True)
class Answer:
    """What a model said to one question.

    Attributes:
        text: The answer.
        chances: Where answers come from a closed set, the probability of each among them.
        scores: Their log-likelihoods (generation) or log-probabilities (classification head).
        cut: Whether the question was longer than the model reads, so that a part of it was left out.
    """

    text: str
    chances: dict[str, float] = field(default_factory=dict[str, float])
    scores: dict[str, float] = field(default_factory=dict[str, float])
    cut: bool = False


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
        margins: Of preference pairs, the log-likelihood of the better answer less that of the worse.
        rewards: What each answer earned, where the run was trained for rewards.
    """

    answers: list[Answer]
    seconds: float
    tokens: int = 0
    likelihoods: list[tuple[float, int]] = field(default_factory=list[tuple[float, int]])
    margins: list[float] = field(default_factory=list[float])
    rewards: list[float] = field(default_factory=list[float])


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
    if plan["task"] == "tag":
        return answered
    if plan["task"] == "pretrain":
        return replace(answered, likelihoods=of_passages(loaded, questions, tell))
    if plan["task"] == "grpo":
        reward = reward_of(plan)
        pairs = zip(answered.answers, questions, strict=True)
        answered = replace(answered, rewards=[reward(each.text, asked.reference) for each, asked in pairs])
    if answers_of(plan) == "rewards":
        return replace(answered, tokens=tokens_written(loaded, [each.text for each in answered.answers]))
    told = likelihoods(loaded, plan, questions, lambda: tell(len(questions), len(questions)))
    if plan["task"] == "dpo" and told:
        worse = likelihoods(loaded, plan, [replace(asked, reference=asked.rejected) for asked in questions])
        margins = [better - other for (better, _), (other, _) in zip(told, worse, strict=bool(worse))]
        answered = replace(answered, margins=margins)
    written = {asked.text: each.text for asked, each in zip(questions, answered.answers, strict=True)}
    tokens = tokens_written(loaded, list(written.values())) if told else 0
    return replace(answered, tokens=tokens, likelihoods=told)


def sides(run: TrainingRun) -> Iterator[tuple[Side, Loaded]]:
    """The tuned model, then the untuned one. An adapter is switched off, or the base is loaded anew."""
    plan = run.plan
    settings: dict[str, Any] = {"task": plan["task"], "labels": plan["labels"], "dtype": plan["dtype"]}
    tuned = load(plan["base_model"], run.model_folder, **settings)
    yield "tuned", tuned
    if isinstance(tuned.model, PeftModel) and can_be_switched_off(tuned.model):
        with tuned.model.disable_adapter():
            yield "untuned", tuned
    else:
        del tuned
        yield "untuned", load(plan["base_model"], **settings)


def answer(
    loaded: Loaded, plan: dict[str, Any], questions: Sequence[Question], tell: Tell | None = None
) -> list[Answer]:
    """A model's answers: by its head, by the likelihood of each label, or written, as the plan has it.

    Raises:
        StoreError: A label is longer than the model reads, or the memory is full.
    """
    if plan["task"] == "classify":
        return _by_head(loaded, plan, questions, tell)
    if plan["task"] == "tag":
        return [Answer(said, cut=cut) for said, cut in tags(loaded, plan, questions, tell)]
    if plan["task"] == "pretrain":
        return [Answer("")] * len(questions)
    if plan["labels"]:
        return _by_likelihood(loaded, plan["labels"], questions, tell)
    return _by_writing(loaded, questions, tell, plan.get("answer_tokens"))


def _once_each(loaded: Loaded, plan: dict[str, Any], questions: Sequence[Question], tell: Tell) -> list[Answer]:
    """The same question is asked once."""
    keys = [repr(asked.messages) if asked.messages else asked.text for asked in questions]
    first = {key: asked for key, asked in zip(reversed(keys), reversed(questions), strict=True)}
    told = dict(zip(first, answer(loaded, plan, list(first.values()), tell), strict=True))
    return [told[key] for key in keys]


def _chosen(scores: torch.Tensor, labels: Sequence[str], cut: bool) -> Answer:
    chances = scores.softmax(dim=-1).tolist()
    named = dict(zip(labels, chances, strict=True))
    return Answer(
        labels[int(scores.argmax())],
        {label: round(chance, 6) for label, chance in named.items()},
        {label: round(score, 6) for label, score in zip(labels, scores.tolist(), strict=True)},
        cut,
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
    most = getattr(loaded.model.config.get_text_config(), "max_position_embeddings", None)
    return min(int(most or MOST_PROMPT_TOKENS), MOST_PROMPT_TOKENS)


def _model(loaded: Loaded) -> PreTrainedModel:
    """With an adapter around it, it still answers like the model inside."""
    return cast(PreTrainedModel, loaded.model)


@torch.inference_mode()
def _by_head(loaded: Loaded, plan: dict[str, Any], questions: Sequence[Question], tell: Tell | None) -> list[Answer]:
    texts = [text_example(loaded.tokenizer, asked.text, plan["max_length"]) for asked in questions]
    found = torch.empty(len(texts), len(plan["labels"]))

    def scores(rows: list[int]) -> torch.Tensor:
        inputs = _padded(loaded, [texts[row].tokens for row in rows])
        return _model(loaded)(**inputs).logits.float().log_softmax(dim=-1).cpu()

    done = 0
    for rows, told in fitted([len(text.tokens) for text in texts], by_tokens(HEADS_A_BATCH), scores):
        found[rows] = told
        done += len(rows)
        if tell:
            tell(done, len(texts))
    return [_chosen(row, plan["labels"], text.cut) for row, text in zip(found, texts, strict=True)]


def _by_likelihood(loaded: Loaded, labels: list[str], questions: Sequence[Question], tell: Tell | None) -> list[Answer]:
    """A closed set of answers is not written but scored: the likeliest is the answer."""
    prompts = [_question_and_label(loaded.tokenizer, asked.messages, labels[0])[0] for asked in questions]
    answers = [_question_and_label(loaded.tokenizer, questions[0].messages, label)[1] for label in labels]
    longest, context = max(map(len, answers)), _context(loaded)
    room = context - longest
    if room < 1:
        raise StoreError(
            f"The longest label has {longest:,} tokens and the model reads {context:,} at most, so no question fits "
            "before it. Shorten the labels, or train a model that reads more."
        )
    scores = choices(_model(loaded), [prompt[-room:] for prompt in prompts], answers, tell)
    return [_chosen(row, labels, len(prompt) > room) for row, prompt in zip(scores, prompts, strict=True)]


def _by_writing(
    loaded: Loaded, questions: Sequence[Question], tell: Tell | None, most: int | None = None
) -> list[Answer]:
    """Greedy answers, up to the end mark or as long as the references call for; `most` tokens where that is given."""
    tokenizer, context = loaded.tokenizer, _context(loaded)
    wanted = most or most_new_tokens(tokenizer, [asked.reference for asked in questions])
    new = max(1, min(wanted, context // 2))
    prompts = [_question_and_label(tokenizer, asked.messages, "-")[0] for asked in questions]
    room, answers = max(1, context - new), [Answer("")] * len(prompts)
    padding: Any = tokenizer.pad_token_id
    ending, done = Ending(new, _ends(loaded), int(padding)), 0
    for rows, texts in written(_model(loaded), [prompt[-room:] for prompt in prompts], ending):
        for row, tokens in zip(rows, texts, strict=True):
            text = str(tokenizer.decode(tokens, skip_special_tokens=True)).strip()
            answers[row] = Answer(text, cut=len(prompts[row]) > room)
        done += len(rows)
        if tell:
            tell(done, len(prompts))
    return answers


def most_new_tokens(tokenizer: PreTrainedTokenizerBase, references: Sequence[str]) -> int:
    """How long a written answer may get: half as long again as the longest reference, and a little more."""
    longest = max(len(_tokens(tokenizer, reference)) for reference in references)
    return min(MOST_NEW_TOKENS, longest + longest // 2 + 16)


def _ends(loaded: Loaded) -> list[int]:
    """The tokens that end an answer: the tokenizer's, and those that the model names itself."""
    named = getattr(loaded.model.generation_config, "eos_token_id", None)
    ends: list[Any] = [loaded.tokenizer.eos_token_id, *(named if isinstance(named, list) else [named])]
    return list(dict.fromkeys(int(end) for end in ends if end is not None))


def _padded(loaded: Loaded, rows: Sequence[Tokens]) -> dict[str, torch.Tensor]:
    width, padding = max(map(len, rows)), loaded.tokenizer.pad_token_id
    tokens = [[*row, *[padding] * (width - len(row))] for row in rows]
    real = [[1] * len(row) + [0] * (width - len(row)) for row in rows]
    return {
        "input_ids": torch.tensor(tokens, device=loaded.device),
        "attention_mask": torch.tensor(real, device=loaded.device),
    }


def _telling(hear: Hear | None, side: Side) -> Tell:
    return lambda done, rows: hear(side, done, rows) if hear else None
