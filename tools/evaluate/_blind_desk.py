"""A blind comparison while people are at it: which pair comes next for whom, in which order, and how far it is."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

from store import Workspace
from store.blind_tests import BlindTest, Judged, Pair, Side
from tools.evaluate._preference import Outcome

PACE = 50
"""The last pairs from whose times the time left is estimated."""
Pick = Literal["first", "second", "tie", "skip"]


@dataclass(frozen=True)
class Shown:
    """A pair as one person sees it: the browser never hears whose answers they are."""

    row: int
    text: str
    first: str
    second: str


@dataclass(frozen=True)
class Progress:
    """How far somebody is."""

    judged: int
    asked: int
    skipped: int
    seconds_left: float | None
    """None until there is a pace to tell it from."""


def next_pair(ws: Workspace, test: BlindTest, rater: str) -> Shown | None:
    """The pair that somebody should see now; None when nothing is left for them."""
    over = {each.row for each in ws.blind_tests.standing(test.number) if each.rater == rater}
    pair = next((pair for pair in ws.blind_tests.pairs(test.number) if pair.row not in over), None)
    return pair and _as_seen(test, pair, rater)


def show(ws: Workspace, test: BlindTest, rater: str, row: int) -> Shown | None:
    """A certain pair, such as one that was taken back; None where there is no such pair."""
    pair = next((pair for pair in ws.blind_tests.pairs(test.number) if pair.row == row), None)
    return pair and _as_seen(test, pair, rater)


def keep(ws: Workspace, test: BlindTest, rater: str, row: int, pick: Pick, seconds: float) -> None:
    """Keep what somebody chose, as whose answer that was.

    Raises:
        StoreError: It is no pair of this test, or the test has ended.
    """
    first = stands_first(test, rater, row)
    chosen: dict[Pick, Outcome | Literal["skip"]] = {"first": first, "second": _opposite(first)}
    choice = chosen.get(pick, "skip" if pick == "skip" else "tie")
    ws.blind_tests.write(test.number, row, rater, choice, first, seconds)


def stands_first(test: BlindTest, rater: str, row: int) -> Side:
    """Whose answer stands first: by chance for each person and row, and the same each time."""
    return random.Random(f"{test.seed} {test.number} {rater} {row}").choice(("one", "other"))


def progress(ws: Workspace, test: BlindTest, rater: str) -> Progress:
    """How far somebody is, and how long it takes them still."""
    mine = [each for each in ws.blind_tests.standing(test.number) if each.rater == rater]
    paces = [each.seconds for each in mine if each.choice != "skip"][-PACE:]
    left = test.asked - len(mine)
    skipped = sum(each.choice == "skip" for each in mine)
    return Progress(len(mine) - skipped, test.asked, skipped, median(paces) * left if paces else None)


def finished(test: BlindTest, standing: Iterable[Judged]) -> bool:
    """Whether everybody who began has said something of every pair."""
    said: dict[str, int] = {}
    for each in standing:
        said[each.rater] = said.get(each.rater, 0) + 1
    return bool(said) and all(rows == test.asked for rows in said.values())


def outcomes(standing: Sequence[Judged]) -> dict[int, Outcome]:
    """What each row came to: whom most of its raters preferred, a tie where the votes are even; skips do not count."""
    votes: dict[int, int] = {}
    for each in standing:
        if each.choice != "skip":
            worth = {"one": 1, "other": -1, "tie": 0}[each.choice]
            votes[each.row] = votes.get(each.row, 0) + worth
    return {row: "one" if vote > 0 else "other" if vote < 0 else "tie" for row, vote in votes.items()}


def _as_seen(test: BlindTest, pair: Pair, rater: str) -> Shown:
    ordered = (pair.one, pair.other) if stands_first(test, rater, pair.row) == "one" else (pair.other, pair.one)
    return Shown(pair.row, pair.text, *ordered)


def _opposite(side: Side) -> Side:
    return "other" if side == "one" else "one"
