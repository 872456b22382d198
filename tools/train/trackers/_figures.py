"""What of a run is mirrored: its settings, what was measured, and how it ended. Never rows, answers or labels."""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from store import TrainingRun, Workspace
from tools.train._curves import metrics

Point = tuple[int, dict[str, float]]
"""A step, and all that was measured at it."""
Scalar = str | int | float | bool
LONGEST = 80
"""Characters of a setting that is mirrored; what is longer may hold text of the user's."""
PRIVATE = {"pattern"}
"""Settings that may hold words of the user's answers."""


@dataclass(frozen=True)
class Facts:
    """A run as a tracker is told of it."""

    id: str
    """Its own in the whole world, and the same each time."""
    name: str
    config: dict[str, Scalar]
    folder: Path
    """Where a tracker without a place of its own writes; of all runs that are mirrored to it under one name."""


def facts(ws: Workspace, run: TrainingRun, folder: Path) -> Facts:
    """What a tracker is told of a run, but for its points and its end."""
    own = hashlib.sha256(f"{ws.home}\n{ws.project}\n{run.id}\n{run.made_at}".encode()).hexdigest()[:12]
    told = {"dataset": run.dataset, "version": run.version, "project": ws.project, **settings(run.plan)}
    return Facts(f"{run.id}-{own}", run.called, told, folder)


def settings(plan: Mapping[str, Any]) -> dict[str, Scalar]:
    """The settings of a plan: paths by their last part, labels by their number, lists and long texts left out."""
    told: dict[str, Scalar] = {}
    for key, value in plan.items():
        if key in PRIVATE:
            continue
        if key == "labels" and value:
            told[key] = len(value)
        elif isinstance(value, Mapping):
            inner: Mapping[str, Any] = value  # pyright: ignore[reportUnknownVariableType]
            told |= {f"{key}.{name}": each for name, each in settings(inner).items()}
        elif isinstance(value, str):
            short = Path(value).name if Path(value).is_absolute() else value
            if value and len(short) <= LONGEST and short.isprintable():
                told[key] = short
        elif isinstance(value, bool | int | float):
            told[key] = value
    return told


def points(run: TrainingRun) -> list[Point]:
    """What was measured, a point for each step; of a run that goes on, its last step may still grow and is held back.

    After a kill some steps are made again, and those made before no longer count.
    """
    found: dict[int, dict[str, float]] = {}
    for line in metrics(run):
        found.setdefault(int(line["step"]), {}).update(numbers(line, "step"))
    steps = sorted(found)
    return [(step, found[step]) for step in (steps[:-1] if run.job.live else steps)]


def final(ws: Workspace, run: TrainingRun) -> dict[str, float]:
    """The figures that a run ended with, and those of its newest evaluation."""
    result = ws.jobs.result(run.job.id) if run.state == "done" else {}
    told = {f"final/{name}": value for name, value in numbers(result).items()}
    reports = ws.reports.all("evaluation", run.id)
    measured: Mapping[str, Any] = reports[-1].body.get("metrics", {}) if reports else {}
    for metric, sides in measured.items():
        for side in ("tuned", "untuned"):
            told |= {
                f"evaluation/{metric}/{side}": value
                for name, value in numbers(sides.get(side) or {}).items()
                if name == "value"
            }
    return told


def numbers(line: Mapping[str, Any], *but: str) -> dict[str, float]:
    """The finite numbers of a line."""
    return {
        name: value
        for name, value in line.items()
        if name not in but and isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    }
