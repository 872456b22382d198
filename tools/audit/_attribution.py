"""How much each word of a text speaks for an answer: integrated gradients, or leaving words out where those fail."""

# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from captum.attr import LayerIntegratedGradients
from numpy.typing import NDArray
from torch import Tensor

from tools.audit._reading import Reading, blank_token
from tools.train._weights import Loaded

STEPS = (32, 128)
"""Tried in turn until the weights add up."""
OFF_AT_MOST = 0.1
"""Share of what the text changed by which the weights may miss it."""
ROWS_AT_ONCE, TOKENS_AT_ONCE = 64, 2048
LONGEST_FOR_GRADIENTS = 1024
"""Tokens; what gradients need of memory grows with them."""
WORK, WORK_ON_GPU = 6e11, 6e13
"""Operations for either method: about ten seconds on two cores. What takes more is done more coarsely. It is counted,
not timed, so that the same question is explained in the same way each time."""
FEWEST_GROUPS = 8
BACKWARD = 3
"""What a pass there and back costs, in passes there (Kaplan et al. 2020, table 1)."""
Tell = Callable[[float], None]
"""Hears the share that is done."""


@dataclass(frozen=True)
class Weights:
    """The weight of each word, in the units of what is explained: log-odds of a label, log-probability of open text.

    Attributes:
        words: Words in order, each with its weight; above zero speaks for the answer.
        method: integrated gradients (Sundararajan et al. 2017) or ablation.
        explained: The score of the answer with the text, less that without it: what the weights should add up to.
        together: Neighbouring words that were left out together, for want of time; 1 where each was weighed alone.
        links: For each part of a written answer, its text, the word that it leaned on most, and by how much.
    """

    words: list[tuple[str, float]]
    method: str
    explained: float
    together: int = 1
    links: list[tuple[str, str, float]] = field(default_factory=list[tuple[str, str, float]])

    @property
    def gap(self) -> float:
        """What the weights leave unexplained of what the text changed."""
        return self.explained - sum(weight for _, weight in self.words)


def attributed(loaded: Loaded, reading: Reading, *, passes: int | None = None, tell: Tell | None = None) -> Weights:
    """Weigh the words against the same prompt with every word of the text blanked out.

    A classifier's head is explained by integrated gradients if there is time for them and if they add up to what the
    text changed, as in theory they must. Else, and for answers that are written, it is what the score loses when a word
    is left out: labels are scored all in one pass then, and open answers part by part.

    Args:
        loaded: The model.
        reading: What it reads.
        passes: Through the model, about, for either method; as many as there is time for if not given.
        tell: Hears the share that is done.
    """
    passes = affordable(loaded, reading) if passes is None else passes
    if reading.has_gradient and (found := _by_gradients(loaded, reading, passes)):
        return found
    together = -(-len(reading.words) // max(FEWEST_GROUPS, passes))
    explained, lost = left_out(loaded, reading, together, tell)
    words = [(word.text, float(lost[place].sum())) for place, (word, _) in enumerate(reading.words)]
    links = _links(reading, lost) if reading.is_open else []
    return Weights(words, "leaving out one word at a time", explained, together, links)


def left_out(
    loaded: Loaded, reading: Reading, together: int = 1, tell: Tell | None = None
) -> tuple[float, NDArray[np.float64]]:
    """What the score loses without any word, and what each part of the answer loses without each: (words, parts).

    The same as captum's `FeatureAblation`, and its `LLMAttribution` for the parts, in batches.

    Args:
        loaded: The model.
        reading: What it reads.
        together: Neighbours blanked out at once; they share what is lost evenly.
        tell: Hears the share that is done.
    """
    count = len(reading.words)
    groups = [range(start, min(start + together, count)) for start in range(0, count, together)]
    rows = torch.cat([_without(loaded, reading, some) for some in (range(0), range(count), *groups)])
    found: list[Tensor] = []
    with torch.no_grad():
        for some in rows.split(_at_once(reading)):
            found.append(reading.score(some).double().cpu())
            if tell:
                tell(min(1.0, len(found) * _at_once(reading) / len(rows)))
    scores = torch.cat(found).numpy()
    lost = scores[0] - scores[1:]
    each = [lost[row] / len(group) for row, group in enumerate(groups, 1) for _ in group]
    return float(lost[0].sum()), np.stack(each) if each else lost[1:]


def _without(loaded: Loaded, reading: Reading, words: range) -> Tensor:
    """What is read, with these words blanked out: (1, tokens)."""
    tokens = torch.tensor([reading.tokens], device=loaded.device)
    tokens[0, [place for word in words for place in reading.words[word][1]]] = blank_token(loaded)
    return tokens


def affordable(loaded: Loaded, reading: Reading) -> int:
    """How many times such a text may be read: a pass takes two operations for each weight and token."""
    tokens = len(reading.tokens) + len(reading.parts)
    work = WORK if loaded.device.type == "cpu" else WORK_ON_GPU
    return int(work / (2 * tokens * sum(weight.numel() for weight in loaded.model.parameters())))


def _at_once(reading: Reading) -> int:
    return max(1, min(ROWS_AT_ONCE, TOKENS_AT_ONCE // (len(reading.tokens) + len(reading.parts))))


def _by_gradients(loaded: Loaded, reading: Reading, passes: int) -> Weights | None:
    """None where they cost too much, do not add up, or no gradient flows through the weights or the attention."""
    tokens, blank = (_without(loaded, reading, some) for some in (range(0), range(len(reading.words))))
    model: Any = loaded.model
    method = LayerIntegratedGradients(reading.total, model.get_input_embeddings())
    with torch.no_grad():
        explained = float(reading.total(tokens)[0] - reading.total(blank)[0])
    for steps in STEPS:
        if BACKWARD * steps > passes or len(reading.tokens) > LONGEST_FOR_GRADIENTS:
            return None
        given: dict[str, Any] = {"n_steps": steps, "internal_batch_size": _at_once(reading)}
        try:
            found: Any = method.attribute(tokens, baselines=blank, **given)
        except (RuntimeError, NotImplementedError):
            return None
        by_token: Tensor = found[0].sum(dim=-1).float().cpu()
        words = [(word.text, float(by_token[places].sum())) for word, places in reading.words]
        if abs(sum(weight for _, weight in words) - explained) <= OFF_AT_MOST * abs(explained) + 0.01:
            return Weights(words, "integrated gradients", explained)
    return None


def _links(reading: Reading, lost: NDArray[np.float64]) -> list[tuple[str, str, float]]:
    """The words of the answer, pieced together from its tokens, each with the word of the text it leaned on most."""
    if len(reading.parts) < 2 or not len(lost):
        return []
    found: list[tuple[str, NDArray[np.float64]]] = []
    for place, part in enumerate(reading.parts):
        if found and not part[:1].isspace():
            text, sums = found.pop()
            found.append((text + part, sums + lost[:, place]))
        else:
            found.append((part, lost[:, place]))
    best = [(text.strip(), int(sums.argmax()), float(sums.max())) for text, sums in found]
    return [(text, reading.words[word][0].text, weight) for text, word, weight in best if text]
