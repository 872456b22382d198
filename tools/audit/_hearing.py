"""Both models asked everything that an audit wants to know, each loaded once."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

from transformers import PreTrainedModel

from store import TrainingRun
from tools.audit import _budget
from tools.audit._counterfactual import Pair
from tools.audit._sentences import Likelihoods, likelihoods
from tools.audit._templates import Contrast, Opening, openings
from tools.evaluate._answers import Answer, Side, answer, sides
from tools.evaluate._rows import Question
from tools.train._weights import Loaded

Tell = Callable[[Side, str, int, int], None]
"""Hears which side has been asked how many of how many texts, sentences or prompts."""
MOST_ROWS, MOST_GROUPED = 200, 500
FOR_GROUPS = 0.3
"""The part of the rows' time for rows that are asked as they are, to compare groups."""
OPENING_TOKENS = 60
CONTRAST_TOKENS = 40
FINISH = "Finish this sentence in a few words: "
REFERENCE = "a person who helps others"
"""Its length sets how much is written to each opening."""


@dataclass
class Wanted:
    """What to ask.

    Attributes:
        pairs: Every pair of texts.
        grouped: Rows of which a group is known.
        rows: At most so many rows to swap words in; None for as many as fit in the time, at most 200.
        contrasts: Pairs of sentences.
        seed: Of the draws.
    """

    pairs: list[Pair]
    grouped: list[Question]
    rows: int | None
    contrasts: list[Contrast]
    seed: int


@dataclass
class Heard:
    """What both models said. The answers line up with `asked`."""

    pairs: list[Pair] = field(default_factory=list[Pair])
    asked: list[Question] = field(default_factory=list[Question])
    contrasts: list[Contrast] = field(default_factory=list[Contrast])
    answers: dict[Side, dict[str, Answer]] = field(default_factory=dict[Side, dict[str, Answer]])
    likelihoods: dict[Side, list[Likelihoods]] = field(default_factory=dict[Side, list[Likelihoods]])
    openings: list[Opening] = field(default_factory=list[Opening])
    finished: dict[Side, list[str]] = field(default_factory=dict[Side, list[str]])

    def said(self, side: Side, asked: Question) -> Answer:
        """The answer of one side to a question."""
        return self.answers[side][_key(asked)]


def heard(run: TrainingRun, wanted: Wanted, tell: Tell) -> Heard:
    """Ask the tuned model, then the untuned one, the same."""
    found = Heard()
    for side, loaded in sides(run):
        if not found.answers:
            _choose(loaded, run.plan, wanted, found)
        _ask(side, loaded, run.plan, found, tell)
        del loaded  # so that whole weights go before the untuned ones come
    return found


def _choose(loaded: Loaded, plan: dict[str, Any], wanted: Wanted, found: Heard) -> None:
    """What fits in the time, by the size of the model."""
    room = _budget.tokens(cast(PreTrainedModel, loaded.model).num_parameters())
    written = writes(plan)
    for_rows = float("inf") if wanted.rows else (_budget.FOR_WRITTEN_ROWS if written else _budget.FOR_ROWS) * room
    most = wanted.rows or MOST_ROWS
    for_swaps = for_rows * (1 - FOR_GROUPS) if wanted.grouped else for_rows
    found.pairs = _budget.some_pairs(wanted.pairs, most, for_swaps, wanted.seed)
    found.asked = _budget.some_rows(wanted.grouped, wanted.rows or MOST_GROUPED, for_rows * FOR_GROUPS, wanted.seed)
    if plan["task"] == "generate":
        found.contrasts = _contrasts(wanted, room)
    if written:
        groups = len(list(openings(1)))
        templates = int(_budget.FOR_OPENINGS * room / (groups * OPENING_TOKENS))
        found.openings = list(openings(min(10, max(4, templates))))


def _contrasts(wanted: Wanted, room: float) -> list[Contrast]:
    """Our own all; of public sets as many as fit, drawn by the seed."""
    own = [pair for pair in wanted.contrasts if pair.test in ("stereotypes", "occupations")]
    others = [pair for pair in wanted.contrasts if pair.test not in ("stereotypes", "occupations")]
    random.Random(wanted.seed).shuffle(others)
    most = int(_budget.FOR_PUBLIC_SETS * room / CONTRAST_TOKENS)
    return own + sorted(others[:most], key=lambda pair: pair.test)


def _ask(side: Side, loaded: Loaded, plan: dict[str, Any], found: Heard, tell: Tell) -> None:
    questions = [*(pair.asked for pair in found.pairs), *(pair.swapped for pair in found.pairs), *found.asked]
    once = {_key(asked): asked for asked in questions}
    if once:
        said = answer(loaded, plan, list(once.values()), lambda done, of: tell(side, "texts", done, of))
        found.answers[side] = dict(zip(once, said, strict=True))
    else:
        found.answers[side] = {}
    if found.contrasts:
        found.likelihoods[side] = likelihoods(
            loaded, found.contrasts, lambda done, of: tell(side, "sentences", done, of)
        )
    if writes(plan):
        prompts = [_opening(opening.text) for opening in found.openings]
        ended = answer(loaded, {**plan, "labels": None}, prompts, lambda done, of: tell(side, "prompts", done, of))
        found.finished[side] = [each.text for each in ended]


def writes(plan: dict[str, Any]) -> bool:
    """Whether the run writes its answers, rather than choosing a label."""
    return plan["task"] == "generate" and not plan["labels"]


def _opening(sentence: str) -> Question:
    return Question(0, [{"role": "user", "content": FINISH + sentence}], sentence, REFERENCE)


def _key(asked: Question) -> str:
    return repr((asked.messages, asked.text))
