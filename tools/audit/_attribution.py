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
    tokens = torch.tensor([reading.tokens], device=loaded.device)
    blank = tokens.clone()
    blank[0, [place for _, places in reading.words for place in places]] = blank_token(loaded)
    with torch.no_grad():
        explained = float(reading.total(tokens)[0] - reading.total(blank)[0])
    for steps in STEPS if reading.has_gradient else ():
        if BACKWARD * steps > passes or len(reading.tokens) > LONGEST_FOR_GRADIENTS:
            break
        by_token = _gradients(loaded, reading, tokens, blank, steps)
        if by_token is None:
            break
        words = [(word.text, float(by_token[places].sum())) for word, places in reading.words]
        if abs(sum(weight for _, weight in words) - explained) <= OFF_AT_MOST * abs(explained) + 0.01:
            return Weights(words, "integrated gradients", explained)
    together = -(-len(reading.words) // max(FEWEST_GROUPS, passes))
    lost = left_out(loaded, reading, together, tell)
    words = [(word.text, float(lost[place].sum())) for place, (word, _) in enumerate(reading.words)]
    return Weights(
        words, "leaving out one word at a time", explained, together, _links(reading, lost) if reading.is_open else []
    )


def left_out(loaded: Loaded, reading: Reading, together: int = 1, tell: Tell | None = None) -> NDArray[np.float64]:
    """What each part of the answer loses when a word is blanked out: (words, parts of the answer).

    The same as captum's `FeatureAblation`, and its `LLMAttribution` for the parts, in batches.

    Args:
        loaded: The model.
        reading: What it reads.
        together: Neighbours blanked out at once; they share what is lost evenly.
        tell: Hears the share that is done.
    """
    count = len(reading.words)
    groups = [range(start, min(start + together, count)) for start in range(0, count, together)]
    whole = torch.tensor([reading.tokens], device=loaded.device)
    without = whole.repeat(len(groups), 1)
    blank = blank_token(loaded)
    for row, group in enumerate(groups):
        without[row, [place for word in group for place in reading.words[word][1]]] = blank
    at_once = _at_once(reading)
    found: list[Tensor] = []
    with torch.no_grad():
        for some in torch.cat([whole, without]).split(at_once):
            found.append(reading.score(some).double().cpu())
            if tell:
                tell(len(found) * at_once / (len(groups) + 1))
    scores = torch.cat(found).numpy()
    lost = scores[0] - scores[1:]
    return np.stack([lost[row] / len(group) for row, group in enumerate(groups) for _ in group]) if count else lost


def affordable(loaded: Loaded, reading: Reading) -> int:
    """How many times such a text may be read: a pass takes two operations for each weight and token."""
    tokens = len(reading.tokens) + len(reading.parts)
    work = WORK if loaded.device.type == "cpu" else WORK_ON_GPU
    return int(work / (2 * tokens * sum(weight.numel() for weight in loaded.model.parameters())))


def _at_once(reading: Reading) -> int:
    return max(1, min(ROWS_AT_ONCE, TOKENS_AT_ONCE // (len(reading.tokens) + len(reading.parts))))


def _gradients(loaded: Loaded, reading: Reading, tokens: Tensor, blank: Tensor, steps: int) -> Tensor | None:
    """The weight of each token; None where no gradient flows through the weights or the attention."""
    model: Any = loaded.model
    method = LayerIntegratedGradients(reading.total, model.get_input_embeddings())
    try:
        found: Any = method.attribute(tokens, baselines=blank, n_steps=steps, internal_batch_size=_at_once(reading))
    except (RuntimeError, NotImplementedError):
        return None
    return found[0].sum(dim=-1).float().cpu()


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
