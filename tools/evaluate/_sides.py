"""Two models' stored answers to the same rows, as pairs to choose between. Nobody is asked anything anew."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from store import Workspace
from store.blind_tests import Pair
from store.engine import engine, fetch
from store.reports import Report
from tools.evaluate._evaluation import PREDICTIONS
from tools.tool import ToolError

UNTUNED = "the untuned model"


@dataclass(frozen=True)
class Sides:
    """What two models answered.

    Attributes:
        one: A run.
        other: Another run; empty for the untuned model of the first.
        answers: labels where both answer from a closed set, else text.
        reports: The evaluations that the answers come from.
        pairs: Every row that both answered, by `_row`.
    """

    one: str
    other: str
    dataset: str
    version: int
    answers: Literal["labels", "text"]
    reports: tuple[str, ...]
    pairs: Sequence[Pair]

    @property
    def names(self) -> tuple[str, str]:
        """Both, for people."""
        return named(self.one, self.other)

    @property
    def differing(self) -> list[Pair]:
        """Pairs of answers that are not the same; case counts, white space does not."""
        return [pair for pair in self.pairs if pair.one.split() != pair.other.split()]

    def drawn(self, rows: int, seed: int) -> list[Pair]:
        """So many differing pairs in a random order that is the same each time, for people and for a judge alike."""
        pairs = self.differing
        random.Random(seed).shuffle(pairs)
        return pairs[:rows]


@dataclass(frozen=True)
class Unasked:
    """There are no answers to compare yet.

    Attributes:
        runs: Those that are to be evaluated first.
        dataset: On which, where one was named.
    """

    runs: Sequence[str]
    dataset: str | None

    def __str__(self) -> str:
        on = f" to the rows of {self.dataset}" if self.dataset else ""
        who = " and ".join(self.runs)
        rows = " on the same rows" if len(self.runs) > 1 else ""
        return f"There are no stored answers of {who}{on} to compare yet. Evaluate {who}{rows} first, then ask again."

    @property
    def next(self) -> list[str]:
        """What to say to have them."""
        return [f"evaluate {run}{f' on {self.dataset}' if self.dataset else ''}" for run in self.runs]


def named(one: str, other: str) -> tuple[str, str]:
    """Both sides, for people."""
    return one, other or UNTUNED


def sides(ws: Workspace, run: str | None, other: str | None, dataset: str | None) -> Sides | Unasked:
    """The newest answers of two models to the same rows.

    Args:
        ws: The workspace.
        run: A run; the one evaluated last if not given.
        other: Another run; the untuned model of the first if not given.
        dataset: The dataset that both were tested on; that of the newest answers if not given.

    Raises:
        ToolError: No run is meant, or both are the same.
    """
    one = run or _newest(ws)
    if one == other:
        raise ToolError(f"{one} cannot be compared with itself. Name another run, or none for the untuned model.")
    for first, second in _matching(ws, one, other, dataset):
        if pairs := _pairs(first.folder / PREDICTIONS, second.folder / PREDICTIONS, "tuned" if other else "untuned"):
            closed = all(report.body["answers"] == "labels" for report in (first, second))
            ids = tuple(dict.fromkeys([first.id, second.id]))
            where = str(first.dataset), int(first.version or 0)
            return Sides(one, other or "", *where, "labels" if closed else "text", ids, pairs)
    runs = [each for each in (one, other) if each and not _evaluated(ws, each, dataset)]
    return Unasked(runs or [each for each in (one, other) if each], dataset)


def _newest(ws: Workspace) -> str:
    evaluated = [report.run for report in ws.reports.all(kind="evaluation") if report.run]
    if found := evaluated or [run.id for run in ws.runs.all() if run.model_folder]:
        return found[-1]
    raise ToolError("There is no trained model whose answers could be compared. Train one and evaluate it first.")


def _evaluated(ws: Workspace, run: str, dataset: str | None) -> list[Report]:
    """The evaluations of a run with their answers still there, the newest first."""
    found = reversed(ws.reports.all(kind="evaluation", run=run))
    return [each for each in found if dataset in (None, each.dataset) and (each.folder / PREDICTIONS).exists()]


def _matching(ws: Workspace, one: str, other: str | None, dataset: str | None) -> Iterator[tuple[Report, Report]]:
    """Pairs of evaluations on the same version of a dataset, the newest first."""
    for first in _evaluated(ws, one, dataset):
        if other is None:
            yield first, first
            continue
        for second in _evaluated(ws, other, dataset):
            if (first.dataset, first.version) == (second.dataset, second.version):
                yield first, second


def _pairs(one: Path, other: Path, side: Literal["tuned", "untuned"]) -> list[Pair]:
    sql = (
        f"select a._row as row, a.text, a.reference, a.tuned as one, b.{side} as other"
        " from one a join other b using (_row, text, reference) order by a._row"
    )
    with engine([one.parent, other.parent], {"one": one, "other": other}) as connection:
        return [Pair(**row) for row in fetch(connection, sql)]
