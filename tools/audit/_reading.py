"""What a model reads of a question, which of it are the words of the text, and how likely that makes an answer."""

# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from tools.audit._pieces import Piece, words
from tools.evaluate._rows import Question
from tools.evaluate._score import choices
from tools.train._examples import segments
from tools.train._weights import Loaded

MOST_TOKENS = 4096
Span = tuple[int, int]
Score = Callable[[Tensor], Tensor]
"""From token rows, (rows, tokens), to what is explained, (rows, parts of the answer)."""


@dataclass(frozen=True)
class Reading:
    """What a model reads, and which of it is the text.

    Attributes:
        tokens: All that comes before the answer.
        text: The text that is explained.
        words: The words of the text that the model has read, in order, each with the places of its tokens.
        score: Of a label, the log-odds against all the others, or against one of them; of an open answer, the
            log-probability by its tokens. A probability would be near 1 whatever is left out of a text of a sure model.
        parts: The tokens of an open answer as text; one for a label.
        unread: Words of the text that were cut off, since the context is too short.
        has_gradient: Whether gradients flow from the score to the embeddings.
    """

    tokens: list[int]
    text: str
    words: list[tuple[Piece, list[int]]]
    score: Score
    parts: list[str]
    unread: int = 0
    has_gradient: bool = False

    @property
    def is_open(self) -> bool:
        """Whether the answer is text of its own, whose parts are explained one by one."""
        return len(self.parts) > 1

    def total(self, tokens: Tensor) -> Tensor:
        """What is explained, of the whole answer: (rows, tokens) to (rows,)."""
        return self.score(tokens).sum(dim=-1)


def read(loaded: Loaded, plan: dict[str, Any], question: Question, answer: str, rival: str | None = None) -> Reading:
    """What a run's model reads of a question, and how likely it makes this answer.

    Args:
        loaded: The model.
        plan: The run's plan.
        question: What is asked.
        answer: What it answers, or could.
        rival: The label to hold a label against; all the others if not given.
    """
    labels: list[str] = plan["labels"] or []
    if plan["task"] == "classify":
        tokens, spans = _with_places(loaded, question.text, plan["max_length"], marks=True)
        return _of(question.text, tokens, spans, 0, _head_score(loaded, labels, answer, rival), [answer], True)
    rendered = [_pieces(loaded, question, said) for said in (labels or [answer])]
    prompt = rendered[0][0]
    answers = [_with_places(loaded, said, None, marks=False) for _, said in rendered]
    tokens, spans = _with_places(loaded, prompt, None, marks=False)
    room = max(_context(loaded) - max(len(said) for said, _ in answers), 1)
    text, start = _where(prompt, question)
    if labels:
        score = _label_score(loaded, [said for said, _ in answers], labels, answer, rival)
        parts = [answer]
    else:
        ((said, places),) = answers
        score = _answer_score(loaded, said)
        parts = [rendered[0][1][low:high] for low, high in places]
    return _of(text, tokens[-room:], spans[-room:], start, score, parts, False)


def _pieces(loaded: Loaded, question: Question, answer: str) -> tuple[str, str]:
    """A prompt and an answer to it, with its end mark."""
    turns = [*question.messages, {"role": "assistant", "content": answer or " "}]
    pieces = [text for text, _ in segments(loaded.tokenizer, turns)]
    return "".join(pieces[:-1]), pieces[-1]


def blank_token(loaded: Loaded) -> int:
    """A token that says nothing, and is no padding: classifiers read at the last token that is none."""
    tokenizer: Any = loaded.tokenizer
    if tokenizer.mask_token_id is not None:
        return int(tokenizer.mask_token_id)
    return int(tokenizer(" .", add_special_tokens=False)["input_ids"][0])


def _of(
    text: str, tokens: list[int], spans: Sequence[Span], start: int, score: Score, parts: list[str], gradient: bool
) -> Reading:
    every = words(text)
    found = _places(every, spans, start)
    known = {place for word, _ in found for place in range(word.start, word.end)}
    unread = sum(word.start not in known for word in every)
    return Reading(tokens, text, found, score, parts, unread, gradient)


def _places(every: Sequence[Piece], spans: Sequence[Span], start: int) -> list[tuple[Piece, list[int]]]:
    """Each word with the places of the tokens that end in it; words that share a token are one."""
    found: list[tuple[Piece, list[int]]] = []
    waiting: Piece | None = None
    first = min((begin for begin, end in spans if begin < end), default=0) - start
    for word in every:
        if word.start < first:
            continue  # cut off at the beginning
        low, high = word.start + start, word.end + start
        places = [place for place, (begin, end) in enumerate(spans) if begin < end and low < end <= high]
        whole = word if waiting is None else _joined(waiting, word)
        waiting = None if places else whole
        if places:
            found.append((whole, places))
    return found


def _joined(one: Piece, other: Piece) -> Piece:
    return Piece(one.text + " " * (other.start - one.end) + other.text, one.start, other.end)


def _where(prompt: str, question: Question) -> tuple[str, int]:
    """The text as it stands in the prompt, and where: templates trim, and a text column may not be what is asked."""
    asked = question.messages[-1]["content"] if question.messages else ""
    for text in (question.text, question.text.strip(), asked, asked.strip()):
        if text and (start := prompt.rfind(text)) >= 0:
            return text, start
    return prompt, 0


def _head_score(loaded: Loaded, labels: Sequence[str], answer: str, rival: str | None) -> Score:
    model: Any = loaded.model

    def score(tokens: Tensor) -> Tensor:
        real = torch.ones_like(tokens)
        return _odds(model(input_ids=tokens, attention_mask=real).logits.float(), labels, answer, rival)

    return score


def _label_score(
    loaded: Loaded, said: Sequence[list[int]], labels: Sequence[str], answer: str, rival: str | None
) -> Score:
    """All labels behind each prompt in one pass, as they are scored when the run answers; no gradients."""
    model: Any = loaded.model

    def score(tokens: Tensor) -> Tensor:
        return _odds(choices(model, tokens.tolist(), list(said)), labels, answer, rival)

    return score


def _odds(scores: Tensor, labels: Sequence[str], answer: str, rival: str | None) -> Tensor:
    """Log-odds of a label, from (rows, labels) to (rows, 1): against one rival, or all others together."""
    place = labels.index(answer)
    others = [labels.index(rival)] if rival else [other for other in range(len(labels)) if other != place]
    if not others:
        return scores.log_softmax(dim=-1)
    return (scores[:, place] - scores[:, others].logsumexp(dim=-1))[:, None]


def _answer_score(loaded: Loaded, said: Sequence[int]) -> Score:
    model: Any = loaded.model
    answer = torch.tensor([list(said)], device=loaded.device)
    inner: Any = getattr(model, "get_base_model", lambda: model)()
    last = len(said) + 1
    keep = {"logits_to_keep": last} if "logits_to_keep" in inspect.signature(inner.forward).parameters else {}

    def score(tokens: Tensor) -> Tensor:
        whole = torch.cat([tokens, answer.expand(len(tokens), -1)], dim=1)
        logits = model(input_ids=whole, attention_mask=torch.ones_like(whole), **keep).logits[:, -last:-1]
        return logits.float().log_softmax(dim=-1).gather(-1, answer.expand(len(tokens), -1)[..., None])[..., 0]

    return score


def _with_places(loaded: Loaded, text: str, most: int | None, *, marks: bool) -> tuple[list[int], list[Span]]:
    """Tokens, each with the letters of the text that it stands for."""
    limits: dict[str, Any] = {"truncation": True, "max_length": most} if most else {}
    found: Any = loaded.tokenizer(text, add_special_tokens=marks, return_offsets_mapping=True, **limits)
    return list(found["input_ids"]), [(int(begin), int(end)) for begin, end in found["offset_mapping"]]


def _context(loaded: Loaded) -> int:
    most = getattr(loaded.model.config, "max_position_embeddings", None)
    return min(int(most or MOST_TOKENS), MOST_TOKENS)
