"""The course of a run, as plots."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from store import TrainingRun
from tools.plot import Plot
from tools.train._measures import SCORES, TOLD
from tools.train._own_measures import own_plots
from tools.train._trials import plots as trial_plots
from tools.train._trials import trials

MOST_POINTS = 400


def metrics(run: TrainingRun) -> list[dict[str, Any]]:
    """What the worker measured, in the order of the steps.

    After a kill some steps are made again; from there on, what was measured before no longer counts.
    """
    return metrics_in(run.folder)


def metrics_in(folder: Path) -> list[dict[str, Any]]:
    """As `metrics`, for the folder of a run."""
    file = folder / "metrics.jsonl"
    stamp = (file.stat().st_mtime_ns, file.stat().st_size) if file.exists() else None
    return list(_counted(file, stamp))


@lru_cache(maxsize=8)  # a page looks twice a second
def _counted(file: Path, stamp: tuple[int, int] | None) -> tuple[dict[str, Any], ...]:
    lines = file.read_text().splitlines(keepends=True) if stamp else []
    told = [json.loads(line) for line in lines if line.endswith("\n")]
    counted: list[dict[str, Any]] = []
    for one in told:
        while counted and counted[-1]["step"] > one["step"]:
            counted.pop()
        counted.append(one)
    return tuple({(one["step"], "eval_loss" in one): one for one in counted}.values())


def plots(run: TrainingRun) -> list[Plot]:
    """Loss, measures, learning rate, gradient norm, speed and memory by step; of a search, its trials."""
    if "search" in run.plan:
        return trial_plots(trials(run))
    lines = _thinned(metrics(run))
    losses = _series(lines, {"loss": "training", "eval_loss": "evaluation"}, "loss")
    if len(losses) < 2:
        return []
    scores = _series(lines, {name: TOLD[name] for name in SCORES}, "share")
    taken = [{"step": line["step"], "GB": line["memory_bytes"] / 1e9} for line in lines if "memory_bytes" in line]
    single = [(name, _only(lines, name), name) for name in ("learning_rate", "grad_norm", "tokens_per_second")]
    return [
        Plot(f"Loss of {run.id}", "line", losses, "step", "loss", "of"),
        *([Plot(f"Evaluation rows right in {run.id}", "line", scores, "step", "share", "of")] if scores else []),
        *(
            Plot(f"{TOLD.get(name, name).capitalize()} of {run.id}", "line", rows, "step", y)
            for name, rows, y in [*single, ("memory", taken, "GB")]
            if rows
        ),
        *own_plots(run.id, lines),
    ]


def _series(lines: list[dict[str, Any]], names: dict[str, str], y: str) -> list[dict[str, Any]]:
    return [
        {"step": line["step"], y: line[name], "of": told}
        for name, told in names.items()
        for line in lines
        if name in line
    ]


def _only(lines: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    return [{"step": line["step"], name: line[name]} for line in lines if line.get(name)]


def _thinned(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every measured evaluation, and at most `MOST_POINTS` of the steps."""
    every = max(1, len(lines) // MOST_POINTS)
    return [line for place, line in enumerate(lines) if place % every == 0 or "eval_loss" in line]
