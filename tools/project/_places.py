"""Where a number stands: on which result, run or dataset, as it was shown or as it is kept."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isclose
from typing import Any, cast

from store import Workspace
from store.reports import Report
from tools.result import Result
from tools.train._curves import metrics

_NUMBER = re.compile(r"(?<![\w.])[-+−]?(\d[\d,]*(?:\.\d+)?|\.\d+)(?:e[-+]?\d+)?(\s?%)?(?![\w]*\d)")
NOT_FIGURES = frozenset(("result", "settings", "mistakes", "differ", "weights", "examples", "asked"))
"""Parts of a report's body whose numbers are no findings, or stand in its tables already."""


@dataclass(frozen=True)
class Place:
    """A number that stands somewhere."""

    holder: str
    """The report, the run, or "tickets, version 2"."""
    where: str
    shown: str


def places(ws: Workspace, wanted: float, reports: Sequence[Report], run: str | None) -> list[Place]:
    """Everywhere a number stands, the newest result first.

    Args:
        ws: The workspace.
        wanted: The number; 87.2 % is 0.872.
        reports: Where to look.
        run: The run whose training is looked at; all of them, and the datasets, if None.
    """
    found = [place for report in reversed(reports) for place in _in_report(report, wanted)]
    for name in [run] if run else ws.runs.names():
        found += [
            Place(name, f"training, step {line['step']}, {key.replace('_', ' ')}", f"{value:.6g}")
            for line in metrics(ws.runs.get(name))
            for key, value in line.items()
            if key not in ("step", "epoch") and isinstance(value, int | float) and _rounds(float(value), wanted)
        ]
    if run is None and wanted.is_integer():
        found += [
            Place(f"{name}, version {version.number}", "rows", f"{version.rows:,}")
            for name in ws.datasets.names()
            for version in ws.datasets.versions(name)
            if version.rows == wanted
        ]
    return found


def _in_report(report: Report, wanted: float) -> list[Place]:
    """Where it stands as it was shown; only if it does not, where a kept figure rounds to it."""
    result = Result.from_json(report.body["result"]) if "result" in report.body else Result("")
    shown = [Place(report.id, where, text) for where, text in _shown(result, wanted)]
    if shown:
        return list(dict.fromkeys(shown))
    return [
        Place(report.id, " › ".join(path), f"{value:.6g}")
        for path, value in _leaves(report.body)
        if _rounds(value, wanted)
    ]


def _shown(result: Result, wanted: float) -> Iterator[tuple[str, str]]:
    for table in result.tables:
        for row in table.rows:
            for column, cell in zip(table.columns, row, strict=False):
                name = f", {row[0]}" if row and isinstance(row[0], str) and cell is not row[0] else ""
                for text in _same(str(cell), wanted):
                    yield f"table “{table.title}”{name[:80]}, {column or 'first column'}", text
    for text in _same(result.text, wanted):
        yield "the paragraph", text


def _same(text: str, wanted: float) -> Iterator[str]:
    """The numbers in a text that are the one that is wanted."""
    for hit in _NUMBER.finditer(text):
        value = float(hit[1].replace(",", ""))
        meant = (value / 100, value) if hit[2] else (value, value / 100 if 0 < abs(wanted) <= 1 else value)
        if any(isclose(abs(wanted), one, rel_tol=1e-9, abs_tol=1e-12) for one in meant):
            yield hit[0].strip()


def _rounds(value: float, wanted: float) -> bool:
    """Whether a figure, as it is or in percent, is the wanted number when it is rounded to as many digits."""
    digits = len(f"{abs(wanted):.10f}".rstrip("0").partition(".")[2])
    if digits < 2:
        return isclose(abs(value), abs(wanted), rel_tol=1e-9)
    return abs(abs(value) - abs(wanted)) <= 0.5 * 10**-digits + 1e-12


def _leaves(part: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], float]]:
    if isinstance(part, Mapping):
        for key, value in cast("Mapping[str, Any]", part).items():
            if key not in NOT_FIGURES:
                yield from _leaves(value, (*path, key.replace("_", " ")))
    elif isinstance(part, list):
        for place, value in enumerate(cast("list[Any]", part)):
            name = cast("dict[str, Any]", value).get("label") if isinstance(value, dict) else None
            yield from _leaves(value, (*path, str(name or place + 1)))
    elif isinstance(part, int | float) and not isinstance(part, bool):
        yield path, float(part)
