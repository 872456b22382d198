"""The training rows that are most like a text: found by words and meaning, ranked as the model itself reads them."""

# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import regex
import torch
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from store import TrainingRun, Workspace
from tools.audit._reading import read
from tools.embeddings.static import encoder
from tools.evaluate._batches import by_tokens, fitted
from tools.evaluate._rows import Question
from tools.evaluate._taught import training_rows
from tools.train._weights import Loaded

CANDIDATES = 8
"""Rows that each of the two ways to look may bring before the model; each costs a pass through it."""
NEARLY = 0.6
"""Jaccard of runs of four letters from which two texts are near-duplicates, as `propose_fixes` has it."""
THE_SAME = "the same text"
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Neighbour:
    """A training row.

    Attributes:
        row: Its `_row`.
        text: What is asked there.
        reference: Its answer.
        likeness: How alike the model holds the two: the cosine of what it makes of them, from -1 to 1. Models hold all
            texts rather alike, so that only the order of such figures has a meaning.
        words: How alike their words are: TF-IDF cosine, from 0 to 1.
        same: "the same text", "nearly the same", or empty.
    """

    row: int
    text: str
    reference: str
    likeness: float
    words: float
    same: str


def nearest(ws: Workspace, run: TrainingRun, loaded: Loaded, question: Question, most: int = 5) -> list[Neighbour]:
    """The training rows most like a question as the model reads it, rows of the same text before all others.

    The row itself is left out.
    """
    known = training_rows(ws, run, question.row)
    if not known:
        return []
    shared, meant = _by_words(question.text, known), _by_meaning(question.text, known)
    places = list(dict.fromkeys([*_best(shared), *_best(meant)]))
    if not places:
        return []
    inner = _as_read(loaded, run.plan, [question, *(known[place] for place in places)])
    found = [
        Neighbour(
            known[place].row,
            known[place].text,
            known[place].reference,
            round(likeness, 4),
            round(float(shared[place]), 4),
            _same(question.text, known[place].text),
        )
        for likeness, place in zip(inner.tolist(), places, strict=True)
    ]
    return sorted(found, key=lambda one: (one.same != THE_SAME, -one.likeness, one.row))[:most]


def _by_words(text: str, known: Sequence[Question]) -> Array:
    """TF-IDF cosine; signs of scripts without spaces are words by themselves."""
    pattern = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]|[\p{L}\p{M}\p{N}]+"
    make: Any = TfidfVectorizer
    weigh = make(ngram_range=(1, 2), sublinear_tf=True, tokenizer=regex.compile(pattern).findall, token_pattern=None)
    try:
        matrix = weigh.fit_transform([text, *(asked.text for asked in known)])
    except ValueError:  # no word anywhere
        return np.zeros(len(known))
    return (matrix[1:] @ matrix[0].T).toarray()[:, 0]


def _by_meaning(text: str, known: Sequence[Question]) -> Array:
    vectors = encoder().encode([text, *(asked.text for asked in known)]).astype(np.float64)
    return vectors[1:] @ vectors[0]


def _best(likeness: Array) -> list[int]:
    return [int(place) for place in np.argsort(-likeness, kind="stable")[:CANDIDATES] if likeness[place] > 0]


@torch.inference_mode()
def _as_read(loaded: Loaded, plan: dict[str, Any], questions: Sequence[Question]) -> Array:
    """The cosine of the first question to each other one in the last layer, where the model decides what to answer."""
    model: Any = loaded.model
    begins = getattr(loaded.tokenizer, "cls_token_id", None)
    answer = plan["labels"][0] if plan["labels"] else "-"
    rows = [read(loaded, plan, asked, answer).tokens for asked in questions]
    places = [0 if plan["task"] == "classify" and begins == row[0] else len(row) - 1 for row in rows]
    pad = int(getattr(loaded.tokenizer, "pad_token_id", 0) or 0)

    def states(some: list[int]) -> Array:
        width = max(len(rows[row]) for row in some)
        tokens = torch.tensor([rows[row] + [pad] * (width - len(rows[row])) for row in some], device=loaded.device)
        real = torch.tensor([[1] * len(rows[row]) + [0] * (width - len(rows[row])) for row in some])
        read_in = model(input_ids=tokens, attention_mask=real.to(loaded.device), output_hidden_states=True)
        last = read_in.hidden_states[-1].double().cpu().numpy()
        return last[range(len(some)), [places[row] for row in some]]

    parts = list(fitted([len(row) for row in rows], by_tokens(16), states))
    found = np.concatenate([part for _, part in parts])[np.argsort([row for some, _ in parts for row in some])]
    lengths = np.linalg.norm(found, axis=1)
    return (found[1:] @ found[0]) / np.maximum(lengths[1:] * lengths[0], 1e-12)


def _same(one: str, other: str) -> str:
    first, second = _plain(one), _plain(other)
    if first == second:
        return THE_SAME
    a, b = _runs(first), _runs(second)
    return "nearly the same" if len(a & b) >= NEARLY * len(a | b) else ""


def _plain(text: str) -> str:
    return " ".join(regex.findall(r"[\p{L}\p{M}\p{N}]+", text.lower()))


def _runs(text: str) -> set[str]:
    return {text[start : start + 4] for start in range(max(1, len(text) - 3))}
