"""Whether an exported model answers as the trained one: the figures, the bounds, and what is wrong by name."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]
LIKELY = 1e-3
"""A token that the trained model gives less than this is not compared: nobody ever sees it."""
ENDS_LESS = 0.2
"""If so many more of the answers do not end by themselves, the end mark is at fault."""


@dataclass(frozen=True)
class Bounds:
    """What still passes.

    Attributes:
        difference: The largest difference of a log-probability; None where rounding may change it by any amount.
        choice: The share of prompts with the same likeliest next token, at least.
        metric: By how much the metric may fall, as a part of its whole scale.
    """

    difference: float | None
    choice: float
    metric: float


EXACT = Bounds(0.01, 0.98, 0.02)
HALF = Bounds(0.5, 0.9, 0.05)
BOUNDS: dict[str, Bounds] = {
    "f16": Bounds(0.2, 0.95, 0.05),
    "q8_0": Bounds(1.0, 0.9, 0.05),
    "q4_k_m": Bounds(None, 0.7, 0.1),
    "q4_0": Bounds(None, 0.6, 0.15),
    "gguf_adapter": Bounds(1.0, 0.9, 0.05),
}
"""By the kind of a GGUF file. A rounded model differs by right; more than this is no rounding."""


@dataclass(frozen=True)
class Said:
    """What one form of a model said.

    Attributes:
        next: For each prompt, the log-probability of each next token, or of each class.
        texts: For each prompt, the answer at temperature 0; empty where none is written.
        ended: Whether each of them ended by itself.
    """

    next: Sequence[Array]
    texts: list[str] = field(default_factory=list[str])
    ended: list[bool] = field(default_factory=list[bool])


def bounds(kind: str, precision: str) -> Bounds:
    """The bounds of a form: a GGUF kind, or anything else, of a model trained in a precision."""
    exact = precision == "float32"
    bound = BOUNDS.get(kind) or (EXACT if exact else HALF)
    if exact or kind not in BOUNDS or bound.difference is None:
        return bound
    assert HALF.difference is not None  # what the trained model rounds comes on top of what the file does
    return replace(bound, difference=bound.difference + HALF.difference, choice=min(bound.choice, HALF.choice))


def compared(trained: Said, exported: Said, served: Said | None, bound: Bounds, faults: list[str]) -> dict[str, Any]:
    """The figures.

    Args:
        trained: What the trained model said.
        exported: What the export said, loaded by the program that it is for.
        served: What came over HTTP, where the form is served.
        bound: What passes.
        faults: What is wrong with template and marks, in sentences.

    Returns:
        prompts, largest_difference (of a log-probability), same_choice, same_text, served_same_text, faults, bounds.
    """
    pairs = list(zip(trained.next, exported.next, strict=True))
    differences = [_difference(one, other) for one, other in pairs]
    same = sum(int(one.argmax()) == int(other.argmax()) for one, other in pairs)
    largest = max(differences, default=0.0)
    faults = [*faults, *_endings(trained, served or exported)]
    if not pairs:
        faults.append("No row could be asked, so nothing was compared.")
    if bound.difference is not None and largest > bound.difference:
        faults.append(
            f"The log-probability of a next token differs by {largest:.2g}, where {bound.difference:g} is the most "
            "that this form explains."
        )
    if same < int(bound.choice * len(pairs)):
        faults.append(
            f"The likeliest next token is the same for {same} of {len(pairs)} prompts only, where this form keeps at "
            f"least {bound.choice:.0%}."
        )
    return {
        "prompts": len(pairs),
        "largest_difference": largest,
        "same_choice": same,
        "same_text": _same(trained, exported),
        "served_same_text": _same(trained, served) if served else None,
        "bounds": {"difference": bound.difference, "choice": bound.choice, "metric": bound.metric},
        "faults": faults,
    }


def _difference(trained: Array, exported: Array) -> float:
    likely = trained >= np.log(LIKELY)
    return float(np.abs(trained[likely] - exported[likely]).max())


def _same(trained: Said, other: Said) -> int | None:
    if not trained.texts:
        return None
    return sum(one == two for one, two in zip(trained.texts, other.texts, strict=True))


def _endings(trained: Said, other: Said) -> list[str]:
    wrote_on = sum(one and not two for one, two in zip(trained.ended, other.ended, strict=True)) if other.ended else 0
    if not wrote_on or wrote_on < ENDS_LESS * sum(trained.ended):
        return []
    return [
        f"The trained model ends {sum(trained.ended)} of {len(trained.ended)} answers by itself, and {wrote_on} of "
        "these go on and on in the exported form: its stop token is another."
    ]


def with_metric(parity: dict[str, Any], metric: dict[str, Any] | None) -> dict[str, Any]:
    """The figures with the task's metric, and whether all of it passes."""
    faults = list(parity["faults"])
    if metric:
        last = metric["exported"] if metric["served"] is None else min(metric["exported"], metric["served"])
        fall = (metric["trained"] - last) / metric["top"]
        if fall > parity["bounds"]["metric"]:
            faults.append(f"The {metric['title']} falls from {metric['trained']:.3g} to {last:.3g}.")
    return {**parity, "metric": metric, "faults": faults, "passed": not faults}
