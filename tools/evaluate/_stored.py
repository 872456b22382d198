"""Evaluations that were kept: the figures, and the answer to every row."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from store import Workspace
from store.engine import engine, fetch
from store.reports import Report
from tools.evaluate._evaluation import PREDICTIONS

Row = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Stored:
    """One evaluation."""

    report: Report

    @property
    def run(self) -> str:
        """The run that was evaluated."""
        return str(self.report.run)

    @property
    def body(self) -> dict[str, Any]:
        """The figures."""
        return self.report.body

    @property
    def closed(self) -> bool:
        """Whether answers are labels."""
        return self.body["answers"] == "labels"

    @property
    def labels(self) -> list[str]:
        """The labels that rows have or were given."""
        return [str(label["label"]) for label in self.body.get("labels", ())]

    @cached_property
    def rows(self) -> Sequence[Row]:
        """One record a row, as `_judge.rows_of` and `_closer` made them."""
        file = self.report.folder / PREDICTIONS
        with engine([file.parent], {"said": file}) as connection:
            return fetch(connection, "from said order by _row")

    @property
    def groups(self) -> list[str]:
        """The groups that rows are in, such as "language: German"."""
        return list(dict.fromkeys(group for row in self.rows for group in row.get("slices") or ()))

    def only(self, keep: Callable[[Row], bool]) -> list[Row]:
        """Some of the rows."""
        return [row for row in self.rows if keep(row)]

    def score(self, row: Row) -> float:
        """Right (1) or not for a label, token F1 for a written answer."""
        if self.closed:
            return float(row["tuned"] == row["reference"])
        return float(row["score_tuned"])


def evaluations(ws: Workspace) -> list[Stored]:
    """The newest whole evaluation of each run on each dataset, in the order of the runs, then as they were made."""
    kept: dict[tuple[Any, ...], Report] = {}
    for report in ws.reports.all(kind="evaluation"):
        if "slices" in report.body and (report.folder / PREDICTIONS).exists():
            key = (report.run, report.dataset, report.body["split"])
            kept.pop(key, None)
            kept[key] = report
    found = [Stored(report) for report in kept.values()]
    return sorted(found, key=lambda one: int(one.run.rpartition("-")[2]))
