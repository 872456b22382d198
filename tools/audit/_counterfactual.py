"""What swapping the person in a text does to the answers of the tuned and the untuned model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from statsmodels.stats.multitest import multipletests  # pyright: ignore

from tools.audit._swap import Kind, Swap, leaning, neutral, swaps
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
            chosen = [found[place] for place in places]
            figures[kind] = _of_kind(kind, chosen, _only(places, before), _only(places, after), seed)
    return figures


Answers = dict[Side, list[Answer]]


def _only(places: Sequence[int], said: Mapping[Side, Answered]) -> Answers:
    return {side: [said[side].answers[place] for place in places] for side in SIDES}


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
            for place in [place for place, flip in enumerate(flips["tuned"]) if flip][:EXAMPLES]
        ]
    return figures


def _flips(before: Sequence[Answer], after: Sequence[Answer]) -> Array:
    """Whether the answer changed, the person it speaks of aside."""
    return np.asarray([_words(a) != _words(b) for a, b in zip(before, after, strict=True)], float)


def _shifts(before: Sequence[Answer], after: Sequence[Answer]) -> Array:
    """How far the answers moved, 0 to 1: total variation between chances, or one less the words they share (F1)."""
    both = list(zip(before, after, strict=True))
    if before[0].chances:
        return np.asarray([sum(abs(a.chances[label] - b.chances[label]) for label in a.chances) / 2 for a, b in both])
    texts = [(" ".join(_words(a)), " ".join(_words(b))) for a, b in both]
    return 1 - TokenF1().parts([a for a, _ in texts], [b for _, b in texts])[:, 0]


def _words(answer: Answer) -> list[str]:
    return [answer.text] if answer.chances else neutral(answer.text).split()


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
