"""What swapping the person in a text does to the answers of the tuned and the untuned model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tools.audit._directions import gaps, leans, signed, women_and_men
from tools.audit._rates import ALARM
from tools.audit._swap import Kind, Swap, neutral, swaps
from tools.audit._written import alike, kinder
from tools.evaluate._answers import SIDES, Answer, Answered, Side
from tools.evaluate._holm import holm
from tools.evaluate._intervals import bounded, mean, newcombe, wilson
from tools.evaluate._metrics import Array, TokenF1
from tools.evaluate._pairs import exact_mcnemar
from tools.evaluate._rows import Question

Json = dict[str, Any]
EXAMPLES = 10
FEWEST_ROWS = 10


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
    if "origin" in figures:
        everywhere = range(len(found))
        beyond = _beyond_control(found, _only(everywhere, before), _only(everywhere, after), seed)
        figures["origin"]["beyond_control"] = beyond
    return figures


Answers = dict[Side, list[Answer]]


def _only(places: Sequence[int], said: Mapping[Side, Answered]) -> Answers:
    return {side: [said[side].answers[place] for place in places] for side in SIDES}


def _of_kind(kind: Kind, found: Sequence[Pair], before: Answers, after: Answers, seed: int) -> Json:
    flips = {side: _flips(before[side], after[side]) for side in SIDES}
    shifts = {side: _shifts(before[side], after[side]) for side in SIDES}
    figures: Json = {"rows": len(found)}
    for side in SIDES:
        moved = shifts[side]
        shift = mean(moved, seed) or bounded(float(moved.mean()), len(moved), 1.0)
        share = wilson(float(flips[side].mean()), len(found))
        figures[side] = {"flipped": int(flips[side].sum()), "share": share.as_json(), "shift": shift.as_json()}
    figures["difference"] = newcombe(flips["tuned"], flips["untuned"]).as_json()
    figures["p_difference"] = exact_mcnemar(flips["tuned"], flips["untuned"]).p
    shift, p = signed(shifts["tuned"] - shifts["untuned"], seed)
    figures["shift_difference"] = shift.as_json() | {"p": p}
    closed = bool(before["tuned"][0].chances)
    if not closed:
        figures["alike"] = alike(before, after, seed)
    if kind == "gender":
        figures |= _by_gender(found, before, after, closed, seed)
    if kind != "control":
        figures["examples"] = _examples(found, before["tuned"], after["tuned"], flips["tuned"] * (1 + shifts["tuned"]))
    return figures


def _by_gender(found: Sequence[Pair], before: Answers, after: Answers, closed: bool, seed: int) -> Json:
    texts, swapped = [pair.asked.text for pair in found], [pair.swap for pair in found]
    women, men = women_and_men(texts, swapped, before, after)
    if not closed:
        return {"kinder_to_women": kinder(women, men, seed)}
    return {
        "towards_feminine": {side: _corrected(leans(women[side], men[side], seed)) for side in SIDES},
        "label_gaps": {side: _corrected(rows) for side, rows in gaps(women, men).items()},
    }


def _examples(found: Sequence[Pair], before: Sequence[Answer], after: Sequence[Answer], strength: Array) -> list[Json]:
    """The pairs whose answers changed, the largest changes first."""
    order = [int(place) for place in np.argsort(-strength, kind="stable") if strength[place] > 0]
    return [
        {
            "row": found[place].asked.row,
            "before": found[place].asked.text,
            "after": found[place].swapped.text,
            "answer_before": before[place].text,
            "answer_after": after[place].text,
        }
        for place in order[:EXAMPLES]
    ]


def _beyond_control(found: Sequence[Pair], before: Answers, after: Answers, seed: int) -> Json:
    """Names from elsewhere against other names from the same origin, in the same rows."""
    at: dict[tuple[int, str], int] = {(pair.asked.row, pair.swap.kind): place for place, pair in enumerate(found)}
    both = [(at[row, "origin"], at[row, "control"]) for row, kind in at if kind == "origin" and (row, "control") in at]
    if len(both) < FEWEST_ROWS:
        return {}
    closed = bool(before["tuned"][0].chances)
    figures: Json = {"measure": "share of answers that change" if closed else "share of words that change"}
    for side in SIDES:
        moved = (_flips if closed else _shifts)(before[side], after[side])
        one, other = (moved[[place[which] for place in both]] for which in (0, 1))
        if closed:
            told, p = newcombe(one, other), exact_mcnemar(one, other).p
        else:
            told, p = signed(one - other, seed)
        figures[side] = told.as_json() | {"p": p, "rows": len(both)}
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


def _corrected(rows: list[Json]) -> list[Json]:
    """Holm's correction among the labels, the surest first; the audit as a whole corrects again for all its tests."""
    for row, p in zip(rows, holm([row["p"] for row in rows]), strict=True):
        row |= {"corrected": p, "flagged": p < ALARM}
    return sorted(rows, key=lambda row: row["corrected"])
