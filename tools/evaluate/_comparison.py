"""Two runs on the same rows: scores, paired tests and what they let one say."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from store.engine import engine, fetch
from tools.evaluate._metrics import LABELS, TEXT
from tools.evaluate._paired import Paired, paired
from tools.evaluate._pairs import rows_needed, verdict

Json = dict[str, Any]
DIFFERING = 20


@dataclass(frozen=True)
class Both:
    """What two runs answered to the rows that both were asked."""

    rows: list[Json]
    """Each with _row, text, reference, one and other."""

    def column(self, name: str) -> list[str]:
        """One column of it."""
        return [row[name] for row in self.rows]


def answers(one: Path, other: Path) -> Both:
    """The rows that two files of predictions share: the same row with the same text and reference."""
    sql = (
        "select a._row, a.text, a.reference, a.tuned as one, b.tuned as other"
        " from one a join other b using (_row, text, reference) order by a._row"
    )
    with engine([one.parent, other.parent], {"one": one, "other": other}) as connection:
        return Both(fetch(connection, sql))


def compared(names: tuple[str, str], both: Both, *, labels: bool, wanted: str | None, seed: int) -> Json:
    """The figures of a comparison, as JSON.

    Args:
        names: The two runs.
        both: Their answers.
        labels: Whether both answer from a closed set.
        wanted: The goal's metric, which decides where it fits.
        seed: Of resampling and permutation.
    """
    metrics = [kind() for kind in (LABELS if labels else TEXT)]
    primary = next((metric for metric in metrics if metric.key == wanted), metrics[0 if labels else 1])
    columns = both.column("one"), both.column("other"), both.column("reference")
    figures = {metric.key: paired(metric, *columns, seed) for metric in metrics}
    found = figures[primary.key]
    differ = [row for row in both.rows if row["one"] != row["other"]]
    return {
        "runs": list(names),
        "primary": primary.key,
        "metrics": {key: _as_json(figure) for key, figure in figures.items()},
        "rows": len(both.rows),
        "seed": seed,
        "needed": rows_needed(found.difference, len(both.rows)),
        "verdict": verdict(*names, found.difference, found.test, len(both.rows)),
        "differing": len(differ),
        "differ": sorted(differ, key=_telling)[:DIFFERING],
    }


def _as_json(found: Paired) -> Json:
    parts = {"one": found.one, "other": found.other, "difference": found.difference}
    return {**{part: value.as_json() for part, value in parts.items()}, "test": found.test.name, "p": found.test.p}


def _telling(row: Json) -> tuple[bool, int]:
    """Rows that one of them gets right come first."""
    return (row["one"] != row["reference"] and row["other"] != row["reference"], row["_row"])
