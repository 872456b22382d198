"""The answers to the same few rows at each evaluation: how a run learns, for whoever knows the subject."""

import json
from pathlib import Path
from typing import Any

from tools.result import Table
from tools.words import cut

FILE = "samples.jsonl"
SHOWN = 3
"""Rows whose answers are shown."""
MOST_COLUMNS = 4
"""Evaluations that are shown beside each other: the first, the last, and some between."""


def read_samples(folder: Path) -> list[dict[str, Any]]:
    """What was answered, in the order of the steps: each has `step` and `answers`; the first has `asked` too.

    Steps that were made again after a kill count once.
    """
    file = folder / FILE
    lines = file.read_text().splitlines(keepends=True) if file.exists() else []
    by_step = {(told := json.loads(line))["step"]: told for line in lines if line.endswith("\n")}
    return [by_step[step] for step in sorted(by_step)]


def samples_table(folder: Path, name: str) -> Table | None:
    """Question, expected answer, and the answer at some of the steps; None before there are any."""
    told = read_samples(folder)
    if not told:
        return None
    asked = told[-1]["asked"][:SHOWN]
    shown = _thinned(told)
    columns = ("question", "expected", *(_head(one["step"]) for one in shown))
    rows = [
        (cut(asked[place]["question"], 160), asked[place]["expected"], *(one["answers"][place] for one in shown))
        for place in range(len(asked))
    ]
    return Table(f"Sample answers of {name}", columns, rows)


def _thinned(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if len(told) <= MOST_COLUMNS:
        return told
    places = {round(part * (len(told) - 1) / (MOST_COLUMNS - 1)) for part in range(MOST_COLUMNS)}
    return [told[place] for place in sorted(places)]


def _head(step: int) -> str:
    return "before" if step == 0 else f"step {step:,}"
