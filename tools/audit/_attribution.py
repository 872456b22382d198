"""How much each word of a text speaks for an answer: integrated gradients, or leaving words out where those fail."""

# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from captum.attr import FeatureAblation, LayerIntegratedGradients
from torch import Tensor

from tools.evaluate._rows import Question
from tools.train._examples import segments
from tools.train._weights import Loaded

STEPS = (32, 128)
"""Tried in turn until the weights add up."""
OFF_AT_MOST = 0.1
"""Share of what the text changed by which the weights may miss it."""
AT_ONCE = 8
Span = tuple[int, int]


@dataclass(frozen=True)
class Reading:
    """What a model reads, and which of it is the text.

    Attributes:
        tokens: All that comes before the answer.
        words: The words of the text in order, each with the places of its tokens.
        score: From token rows, (rows, tokens), to the log-probability of the answer, (rows,).
    """

    tokens: list[int]
    words: list[tuple[str, list[int]]]
    score: Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Weights:
    """The weight of each word, in units of the answer's log-probability.

    Attributes:
        words: Words in order, each with its weight; above zero speaks for the answer.
        method: integrated gradients (Sundararajan et al. 2017) or ablation.
        explained: Log-probability of the answer with the text, less that without it: what the weights should add up to.
    """

    words: list[tuple[str, float]]
    method: str
    explained: float


def attributed(loaded: Loaded, reading: Reading) -> Weights:
    """Weigh the words against the same prompt with every word of the text blanked out.

    Gradients count only where they add up to what the text changed, as in theory they must; else words are left out.
    """
    tokens = torch.tensor([reading.tokens], device=loaded.device)
    blank = tokens.clone()
    blank[0, [place for _, places in reading.words for place in places]] = blank_token(loaded)
    with torch.no_grad():
        explained = float(reading.score(tokens)[0] - reading.score(blank)[0])
    for steps in STEPS:
        by_token = _gradients(loaded, reading, tokens, blank, steps)
        if by_token is None:
            break
        words = [(word, float(by_token[places].sum())) for word, places in reading.words]
        if abs(sum(weight for _, weight in words) - explained) <= OFF_AT_MOST * abs(explained) + 0.01:
            return Weights(words, "integrated gradients", explained)
    return Weights(_ablated(reading, tokens, blank), "leaving out one word at a time", explained)


def blank_token(loaded: Loaded) -> int:
    """A token that says nothing, and is no padding: classifiers read at the last token that is none."""
    tokenizer: Any = loaded.tokenizer
    if tokenizer.mask_token_id is not None:
        return int(tokenizer.mask_token_id)
    return int(tokenizer(" .", add_special_tokens=False)["input_ids"][0])


def _gradients(loaded: Loaded, reading: Reading, tokens: Tensor, blank: Tensor, steps: int) -> Tensor | None:
    """The weight of each token; None where no gradient flows through the weights or the attention."""
    model: Any = loaded.model
    method = LayerIntegratedGradients(reading.score, model.get_input_embeddings())
    try:
        found: Any = method.attribute(tokens, baselines=blank, n_steps=steps, internal_batch_size=AT_ONCE)
    except (RuntimeError, NotImplementedError):
        return None
    return found[0].sum(dim=-1).float().cpu()


def _ablated(reading: Reading, tokens: Tensor, blank: Tensor) -> list[tuple[str, float]]:
    features = torch.zeros_like(tokens)  # 0 is all that is not the text; it is the same in the baseline
    for number, (_, places) in enumerate(reading.words, 1):
        features[0, places] = number
    with torch.no_grad():
        found: Any = FeatureAblation(reading.score).attribute(tokens, baselines=blank, feature_mask=features)
    return [(word, float(found[0, places[0]])) for word, places in reading.words]


def read(loaded: Loaded, plan: dict[str, Any], question: Question, answer: str) -> Reading:
    """What a run's model reads of a question, and how likely it makes this answer."""
    if plan["task"] == "classify":
        tokens, spans = _with_places(loaded, question.text, plan["max_length"], marks=True)
        place = plan["labels"].index(answer)
        return Reading(tokens, _words(question.text, spans, 0), _head_score(loaded, place))
    turns = [*question.messages, {"role": "assistant", "content": answer or " "}]
    pieces = [text for text, _ in segments(loaded.tokenizer, turns)]
    prompt = "".join(pieces[:-1])
    tokens, spans = _with_places(loaded, prompt, None, marks=False)
    said, _ = _with_places(loaded, pieces[-1], None, marks=False)
    start = max(prompt.rfind(question.text), 0)
    return Reading(tokens, _words(question.text, spans, start), _answer_score(loaded, said))


def _head_score(loaded: Loaded, place: int) -> Callable[[Tensor], Tensor]:
    model: Any = loaded.model

    def score(tokens: Tensor) -> Tensor:
        real = torch.ones_like(tokens)
        return model(input_ids=tokens, attention_mask=real).logits.float().log_softmax(dim=-1)[:, place]

    return score


def _answer_score(loaded: Loaded, said: Sequence[int]) -> Callable[[Tensor], Tensor]:
    model: Any = loaded.model
    answer = torch.tensor([list(said)], device=loaded.device)

    def score(tokens: Tensor) -> Tensor:
        whole = torch.cat([tokens, answer.expand(len(tokens), -1)], dim=1)
        logits = model(input_ids=whole, attention_mask=torch.ones_like(whole)).logits[:, tokens.shape[1] - 1 : -1]
        told = logits.float().log_softmax(dim=-1).gather(-1, answer.expand(len(tokens), -1)[..., None])
        return told[..., 0].sum(dim=-1)

    return score


def _with_places(loaded: Loaded, text: str, most: int | None, *, marks: bool) -> tuple[list[int], list[Span]]:
    """Tokens, each with the letters of the text that it stands for."""
    limits: dict[str, Any] = {"truncation": True, "max_length": most} if most else {}
    found: Any = loaded.tokenizer(text, add_special_tokens=marks, return_offsets_mapping=True, **limits)
    return list(found["input_ids"]), [tuple(span) for span in found["offset_mapping"]]


def _words(text: str, spans: Sequence[Span], start: int) -> list[tuple[str, list[int]]]:
    """The words of a text that begins at `start`, each with the places of the tokens that end in it."""
    found: list[tuple[str, list[int]]] = []
    for match in re.finditer(r"\S+", text):
        low, high = match.start() + start, match.end() + start
        places = [place for place, (begin, end) in enumerate(spans) if begin < end and low < end <= high]
        if places:
            found.append((match[0], places))
    return found
