"""The course of a run, as plots."""

import json
from typing import Any

from store import TrainingRun
from tools.plot import Plot

MOST_POINTS = 400


def metrics(run: TrainingRun) -> list[dict[str, Any]]:
    """What the worker measured, in the order of the steps.

    After a kill some steps are made again; from there on, what was measured before no longer counts.
    """
    file = run.folder / "metrics.jsonl"
    lines = file.read_text().splitlines(keepends=True) if file.exists() else []
    told = [json.loads(line) for line in lines if line.endswith("\n")]
    counted: list[dict[str, Any]] = []
    for one in told:
        while counted and counted[-1]["step"] > one["step"]:
            counted.pop()
        counted.append(one)
    return list({(one["step"], "eval_loss" in one): one for one in counted}.values())


def plots(run: TrainingRun) -> list[Plot]:
    """Loss of training and evaluation, learning rate, and speed by step."""
    lines = _thinned(metrics(run))
    losses = [
        {"step": line["step"], "loss": line[name], "of": told}
        for name, told in (("loss", "training"), ("eval_loss", "evaluation"))
        for line in lines
        if name in line
    ]
    rates = [line for line in lines if "learning_rate" in line]
    if len(losses) < 2:
        return []
    return [
        Plot(f"Loss of {run.id}", "line", losses, "step", "loss", "of"),
        Plot(f"Learning rate of {run.id}", "line", _only(rates, "learning_rate"), "step", "learning_rate"),
        Plot(f"Tokens per second of {run.id}", "line", _only(rates, "tokens_per_second"), "step", "tokens_per_second"),
    ]


def _only(lines: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    return [{"step": line["step"], name: line[name]} for line in lines]


def _thinned(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every measured evaluation, and at most `MOST_POINTS` of the steps."""
    every = max(1, len(lines) // MOST_POINTS)
    return [line for place, line in enumerate(lines) if place % every == 0 or "eval_loss" in line]
