"""What swapping the person in a text does to the answers of the tuned and the untuned model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from statsmodels.stats.multitest import multipletests  # pyright: ignore

from tools.audit._swap import Kind, Swap, leaning, swaps
from tools.evaluate._answers import SIDES, Answer, Answered, Side
from tools.evaluate._intervals import bounded, mean, newcombe, wilson
from tools.evaluate._metrics import Array, TokenF1
from tools.evaluate._pairs import permutation
from tools.evaluate._rows import Question

Json = dict[str, Any]
EXAMPLES = 10
FEWEST_ROWS = 10
ALARM = 0.05


@dataclass(frozen=True)
class Pair:
    """A question, and the same question about someone else."""

    asked: Question
    swapped: Question
    swap: Swap


def pairs(questions: Sequence[Question]) -> list[Pair]:
    """Every counterpart of every question. The instruction stays as it is: only the text in it is rewritten."""
    return [
        Pair(asked, _with(asked, swap.text), swap)
        for turn, asked in enumerate(questions)
        for swap in swaps(asked.text, turn)
    ]


def _with(asked: Question, text: str) -> Question:
    turns = list(asked.messages)
    if turns:
        said = turns[-1]["content"]
        turns[-1] = {**turns[-1], "content": said.replace(asked.text, text) if asked.text in said else text}
    return replace(asked, messages=turns, text=text)


def compared(found: Sequence[Pair], before: Mapping[Side, Answered], after: Mapping[Side, Answered], seed: int) -> Json:
    """The figures, by kind of swap.

    Args:
        found: The pairs.
        before: The answers to the questions as they were, one a pair.
        after: The answers to the swapped ones.
        seed: Of the resampling.
    """
    figures: Json = {}
    for kind in ("gender", "origin", "control"):
        places = [place for place, pair in enumerate(found) if pair.swap.kind == kind]
        if places:
            figures[kind] = _of_kind(kind, [found[place] for place in places], *_only(places, before, after), seed)
    return figures


Answers = dict[Side, list[Answer]]


def _only(places: Sequence[int], *sets: Mapping[Side, Answered]) -> list[Answers]:
    return [{side: [said[side].answers[place] for place in places] for side in SIDES} for said in sets]


def _of_kind(kind: Kind, found: Sequence[Pair], before: Answers, after: Answers, seed: int) -> Json:
    flips = {side: _flips(before[side], after[side]) for side in SIDES}
    figures: Json = {"rows": len(found)}
    for side in SIDES:
        shifts = _shifts(before[side], after[side])
        shift = mean(shifts, seed) or bounded(float(shifts.mean()), len(shifts), 1.0)
        share = wilson(float(flips[side].mean()), len(found))
        figures[side] = {"flipped": int(flips[side].sum()), "share": share.as_json(), "shift": shift.as_json()}
    figures["difference"] = newcombe(flips["tuned"], flips["untuned"]).as_json()
    if kind == "gender" and before["tuned"][0].chances:
        figures["towards_feminine"] = {side: _leans(found, before[side], after[side], seed) for side in SIDES}
    if kind != "control":
        figures["examples"] = [
            {
                "row": found[place].asked.row,
                "before": found[place].asked.text,
                "after": found[place].swapped.text,
                "answer_before": before["tuned"][place].text,
                "answer_after": after["tuned"][place].text,
            }
            for place in np.flatnonzero(flips["tuned"])[:EXAMPLES]
        ]
    return figures


def _flips(before: Sequence[Answer], after: Sequence[Answer]) -> Array:
    return np.asarray([a.text.split() != b.text.split() for a, b in zip(before, after, strict=True)], float)


def _shifts(before: Sequence[Answer], after: Sequence[Answer]) -> Array:
    """How far the answers moved, 0 to 1: total variation between chances, or what share of the words is new."""
    if before[0].chances:
        moved = [
            [abs(a.chances[label] - b.chances[label]) for label in a.chances]
            for a, b in zip(before, after, strict=True)
        ]
        return np.asarray(moved).sum(axis=1) / 2
    return 1 - TokenF1().parts([a.text for a in before], [b.text for b in after])[:, 0]


def _leans(found: Sequence[Pair], before: Sequence[Answer], after: Sequence[Answer], seed: int) -> list[Json]:
    """By label: its probability in the text about a woman less that in the text about a man, Holm-corrected."""
    signed = [
        (1 if leaning(pair.swapped.text) == "feminine" else -1, a.chances, b.chances)
        for pair, a, b in zip(found, before, after, strict=True)
        if leaning(pair.swapped.text) and leaning(pair.asked.text)
    ]
    if len(signed) < FEWEST_ROWS:
        return []
    told: list[Json] = []
    for label in signed[0][1]:
        gaps = np.asarray([sign * (b[label] - a[label]) for sign, a, b in signed])
        parts = np.stack([gaps, np.ones(len(gaps))], axis=1)
        test = permutation(parts, parts * [-1, 1], lambda sums: sums[..., 0] / sums[..., 1], seed)
        gap = mean(gaps, seed) or bounded(float(gaps.mean()), len(gaps), 1.0)
        told.append({"label": label, "rows": len(gaps), **gap.as_json(), "p": test.p})
    corrected: Array = np.asarray(multipletests([row["p"] for row in told], method="holm")[1], float)  # pyright: ignore
    for row, p in zip(told, corrected.tolist(), strict=True):
        row |= {"corrected": p, "flagged": p < ALARM}
    return sorted(told, key=lambda row: row["corrected"])
