"""The words that drive each label of a run: what leaving a word out does, over many rows, beside what the data says."""

# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false

import math
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import t as student
from scipy.stats import ttest_1samp
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS
from statsmodels.stats.multitest import multipletests

from tools.audit._pieces import changed, fine, rewritten
from tools.audit._told_by_data import Told
from tools.audit.words import gender_of, group_of_name
from tools.evaluate._answers import Answer
from tools.evaluate._rows import Question

FEWEST_ROWS = 5
"""In fewer rows nothing can be said of a word."""
WORDS_A_ROW = 40
ALARM = 0.05
LEVEL = 0.95


@dataclass(frozen=True)
class Without:
    """A question without one of its words.

    Attributes:
        place: Which of the questions it is.
        word: The word, in lower case; wherever it stands, it is left out.
        question: What is left.
    """

    place: int
    word: str
    question: Question


@dataclass(frozen=True)
class Driver:
    """A word and what it does for a label, over the rows that get this label and have the word.

    Attributes:
        label: The label that the model gives.
        word: In lower case.
        rows: How many rows.
        mean: What the log-odds of the label lose on average when the word is left out.
        low: Lower end of the 95 % interval (Student's t).
        high: Upper end.
        p: Of the t-test against no effect, corrected for all words and labels tested (Holm).
        kind: What sort of word it is, where it is one that seldom ought to decide: "a number", "a first name" ...
        in_data: Training rows of this label with the word, and of other labels.
        z: How surely the word tells the label in the training rows; from 3 it does.
        tells: Whether it does.
    """

    label: str
    word: str
    rows: int
    mean: float
    low: float
    high: float
    p: float
    kind: str
    in_data: tuple[int, int]
    z: float
    tells: bool

    @property
    def certain(self) -> bool:
        """Whether the effect is there beyond chance."""
        return self.p < ALARM


def without_each(questions: Sequence[Question], seed: int) -> tuple[list[Without], int]:
    """Every question without each of its words, and how many words of very long texts were passed over."""
    found: list[Without] = []
    passed = 0
    for place, asked in enumerate(questions):
        pieces = fine(asked.text)
        every = sorted({piece.text.lower() for piece in pieces})
        if len(every) < 2:
            continue  # nothing would be left
        chosen = every
        if len(every) > WORDS_A_ROW:
            chosen = sorted(random.Random(seed + place).sample(every, WORDS_A_ROW))
            passed += len(every) - WORDS_A_ROW
        for word in chosen:
            gone = {number: "" for number, piece in enumerate(pieces) if piece.text.lower() == word}
            found.append(Without(place, word, rewritten(asked, changed(asked.text, pieces, gone))))
    return found, passed


def log_odds(answer: Answer, label: str) -> float:
    """Log-odds of a label against all others together."""
    others = np.array([score for other, score in answer.scores.items() if other != label])
    top = others.max()
    return float(answer.scores[label] - top - math.log(np.exp(others - top).sum()))


def drivers(
    whole: Sequence[Answer],
    without: Sequence[tuple[Without, Answer]],
    told: Mapping[tuple[str, str], Told],
) -> tuple[list[Driver], int]:
    """The words of each label, the surest first, and how many were in too few rows to be tested.

    Args:
        whole: The answers to the whole questions.
        without: The answers to those without a word.
        told: What the training rows say of words and labels.
    """
    effects: dict[tuple[str, str], list[float]] = defaultdict(list)
    for one, answer in without:
        label = whole[one.place].text
        effects[label, one.word].append(log_odds(whole[one.place], label) - log_odds(answer, label))
    enough = {key: np.array(values) for key, values in effects.items() if len(values) >= FEWEST_ROWS}
    ps = _corrected([_p(values) for values in enough.values()])
    found = [_driver(*key, values, p, told) for (key, values), p in zip(enough.items(), ps, strict=True)]
    found.sort(key=lambda one: (one.label, not one.certain, -abs(one.mean), one.word))
    return found, len(effects) - len(enough)


def _driver(label: str, word: str, values: np.ndarray, p: float, told: Mapping[tuple[str, str], Told]) -> Driver:
    mean = float(values.mean())
    half = float(student.ppf((1 + LEVEL) / 2, len(values) - 1) * values.std(ddof=1) / math.sqrt(len(values)))
    data = told.get((label, word), Told(0, 0, 0.0))
    there = (data.rows, data.others)
    return Driver(label, word, len(values), mean, mean - half, mean + half, p, kind_of(word), there, data.z, data.tells)


def _p(values: np.ndarray) -> float:
    if np.ptp(values) < 1e-12:  # the same in every row: a sign test
        return 1.0 if abs(float(values[0])) < 1e-9 else 2 * 0.5 ** len(values)
    test: Any = ttest_1samp(values, 0.0)
    return float(test.pvalue)


def _corrected(ps: Sequence[float]) -> list[float]:
    if not ps:
        return []
    corrected: Any = multipletests(ps, method="holm")[1]
    return [float(p) for p in corrected]


def kind_of(word: str) -> str:
    """What sort of word it is, if it is one that seldom ought to decide a label; else empty."""
    if any(letter.isdigit() for letter in word):
        return "a number or code"
    if not any(letter.isalpha() for letter in word):
        return "marks"
    if word.capitalize() in group_of_name():
        return "a first name"
    if gender_of(word):
        return "a gendered word"
    return "a little word" if word in ENGLISH_STOP_WORDS else ""
