"""How unlike all others a text is: by what it says and by how it looks."""

# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false

from collections.abc import Sequence
from typing import Any

import numpy as np

Floats = np.ndarray[Any, np.dtype[np.float64]]
DEVIATIONS = 8.0
"""Robust standard deviations from the median from which a measure is odd."""
BLOCK = 2_000
"""Texts compared at a time."""
HARDLY, MOSTLY = 0.1, 0.5
"""The share of letters that is odd by itself, where at least so many are usual."""
NO_LETTERS = "hardly a letter"
NEIGHBOURS, OTHERS = 3, 3_000
LEAST_SPREAD = 0.2
"""Of the logarithm of the likeness."""
MEASURES = {
    "letters": ("", ""),
    "digits": ("", "mostly digits"),
    "signs": ("", "mostly punctuation and signs"),
    "word length": ("", "very long words"),
    "variety": ("the same words over and over", ""),
}
"""What is said of a measure far below and far above the others; nothing where that is not odd."""


def measures(text: str) -> list[float]:
    """The measures of a text, in the order of `MEASURES`; shares from 0 to 1 but for the length of words."""
    shown = [c for c in text if not c.isspace()] or [" "]
    words = text.lower().split() or [""]
    letters = sum(c.isalpha() for c in shown)
    return [
        letters / len(shown),
        sum(c.isdigit() for c in shown) / len(shown),
        sum(not c.isalnum() for c in shown) / len(shown),
        min(len(text) / len(words), 200.0),
        len(set(words)) / len(words) if len(words) >= 12 else 1.0,
    ]


def odd_looks(texts: Sequence[str]) -> list[str]:
    """In words, how the look of each text is far from the usual; "" for most.

    Deviations are counted in units of 1.4826 times the median absolute deviation (Iglewicz and Hoaglin 1993), with a
    floor, so that a dataset of much alike texts does not make every small difference odd.
    """
    table = np.array([measures(text) for text in texts])
    middle = np.median(table, axis=0)
    spread = np.maximum(1.4826 * np.median(np.abs(table - middle), axis=0), [0.06, 0.06, 0.06, 2.0, 0.07])
    scores = (table - middle) / spread
    told: list[str] = []
    for row, (letters, *_) in zip(scores, table, strict=True):
        said = [NO_LETTERS] if letters < HARDLY and middle[0] > MOSTLY else []
        said += [
            (high if score > 0 else low)
            for score, (low, high) in zip(row, MEASURES.values(), strict=True)
            if abs(score) > DEVIATIONS
        ]
        told.append(", ".join(word for word in said if word))
    return told


def far(matrix: Any) -> Floats:
    """How far each text is from its nearest `NEIGHBOURS` others, in robust standard deviations from the usual.

    Outliers are those with far nearest neighbours (Ramaswamy, Rastogi, Shim 2000, "Efficient Algorithms for Mining
    Outliers from Large Data Sets"). The mean cosine is taken on a logarithmic scale, and the spread from the texts that
    are nearer than usual to none, so that many near-copies among the others do not hide what is odd. Of many texts, the
    neighbours are looked for among `OTHERS`, drawn at random.
    """
    from sklearn.preprocessing import normalize  # noqa: PLC0415

    unit: Any = normalize(matrix)
    rows = unit.shape[0]
    others = np.sort(np.random.default_rng(0).permutation(rows)[:OTHERS])
    known = unit[others].T
    near = np.zeros(rows)
    for start in range(0, rows, BLOCK):
        likeness = (unit[start : start + BLOCK] @ known).toarray()
        mine = np.flatnonzero((others >= start) & (others < start + BLOCK))
        likeness[others[mine] - start, mine] = -1
        near[start : start + BLOCK] = np.partition(likeness, -NEIGHBOURS, axis=1)[:, -NEIGHBOURS:].mean(axis=1)
    logs = np.log(np.maximum(near, 1e-3))
    below = np.median(logs) - logs
    return below / max(float(1.4826 * np.median(below[below >= 0])), LEAST_SPREAD)
