"""The ten mistakes that teach most.

Of labels: the wrong answers it was surest of, one of each confusion before a second of any; a text that is there
already does not come again. Of written answers: those that share least with their references, one of each reason
before a second of any.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tools.evaluate._answers import SIDES, Answered, Side
from tools.evaluate._metrics import TokenF1
from tools.evaluate._reasons import reason
from tools.evaluate._registry import Answers
from tools.evaluate._rows import Exam
from tools.evaluate.metrics.tags import TagAccuracy

MISTAKES = 10
Scores = NDArray[np.float64]
Json = dict[str, Any]


def surest(exam: Exam, answered: Mapping[Side, Answered]) -> list[Json]:
    """The wrong labels it was surest of, first one of each confusion, then more of them."""
    found: list[Json] = []
    for asked, answer, before in zip(
        exam.questions, answered["tuned"].answers, answered["untuned"].answers, strict=True
    ):
        if answer.text != asked.reference:
            shown = _shown(asked.row, asked.text, asked.reference, answer.text, before.text)
            shown["chance"] = round(answer.chances[answer.text], 4)
            shown["chance_of_reference"] = round(answer.chances.get(asked.reference, 0.0), 4)
            found.append(shown)
    found.sort(key=lambda one: -one["chance"])
    return _varied(found, lambda one: (one["reference"], one["tuned"]))


def furthest(exam: Exam, answered: Mapping[Side, Answered], kind: Answers = "text") -> list[Json]:
    """The answers that share least with their references, with a word on why: by token F1 where they are written.

    Of tags, by the share of words with the right one; of answers without a right one, by their reward.
    """
    found: list[Json] = []
    said, untuned = ([answer.text for answer in answered[side].answers] for side in SIDES)
    if kind == "passages":
        return []
    scores = row_scores(answered["tuned"], [asked.reference for asked in exam.questions], kind)
    for asked, answer, before, score in zip(exam.questions, said, untuned, scores.tolist(), strict=True):
        if score < 1:
            shown = _shown(asked.row, asked.text, asked.reference, answer, before)
            found.append({**shown, "token_f1": round(score, 4)})
    found.sort(key=lambda one: one["token_f1"])
    if kind != "text":
        return found[:MISTAKES]
    for one in found[: MISTAKES * MISTAKES]:
        one["why"] = reason(one["text"], one["reference"], one["tuned"])
    return _varied(found[: MISTAKES * MISTAKES], lambda one: one["why"])


def row_scores(answered: Answered, references: Sequence[str], kind: Answers) -> Scores:
    """By row: right (1) or not for labels, token F1 for written answers, words tagged right, or the reward."""
    texts = [answer.text for answer in answered.answers]
    if kind == "labels":
        return np.array([float(text == right) for text, right in zip(texts, references, strict=True)])
    if kind == "rewards":
        return np.array(answered.rewards, float)
    if kind == "tags":
        counts = TagAccuracy().parts(texts, references)
        return counts[:, 6] / np.maximum(counts[:, 7], 1)
    return TokenF1().parts(texts, references)[:, 0]


def _varied(found: Sequence[Json], kind: Callable[[Json], Any]) -> list[Json]:
    """The first of each kind, then the second of each, and so on; each text once."""
    met = Counter[Any]()
    texts = set[str]()
    ranked: list[tuple[int, Json]] = []
    for one in found:
        text = " ".join(one["text"].lower().split())
        if text not in texts:
            texts.add(text)
            ranked.append((met[kind(one)], one))
            met[kind(one)] += 1
    return [one for _, one in sorted(ranked, key=lambda each: each[0])[:MISTAKES]]


def _shown(row: int, text: str, reference: str, tuned: str, untuned: str) -> Json:
    return {"row": row, "text": text, "reference": reference, "tuned": tuned, "untuned": untuned}
