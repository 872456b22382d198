"""The trials of a search for settings, as the worker wrote them: words, a table and a plot."""

import json
from typing import Any

from store import TrainingRun
from tools.plot import Plot
from tools.result import Table
from tools.train._search import told
from tools.weights.progress import duration

FILE = "trials.jsonl"


def trials(run: TrainingRun) -> list[dict[str, Any]]:
    """Each finished trial: choice, loss, seed, seconds, state (done, pruned, failed), kind (trial, winner, plan)."""
    file = run.folder / FILE
    lines = file.read_text().splitlines(keepends=True) if file.exists() else []
    return [json.loads(line) for line in lines if line.endswith("\n")]


def best(found: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The trial with the lowest evaluation loss among those that were trained to their end."""
    able = [one for one in found if one["kind"] == "trial" and one["state"] == "done"]
    return min(able, key=lambda one: one["loss"], default=None)


def sentence(found: list[dict[str, Any]]) -> str:
    """How far the search is."""
    tried = [one for one in found if one["kind"] == "trial"]
    if not tried:
        return "its first trial is still going on"
    pruned = sum(one["state"] == "pruned" for one in tried)
    ended = f", {pruned} of them ended early as hopeless" if pruned else ""
    first = best(found)
    so_far = f"; the lowest evaluation loss is {first['loss']:.3f}, with {told(first['choice'])}" if first else ""
    return f"{len(tried)} trial{'' if len(tried) == 1 else 's'} made{ended}{so_far}"


def table(found: list[dict[str, Any]]) -> Table:
    """Every trial, the best first."""
    names = list(found[0]["choice"]) if found else []
    ordered = sorted(found, key=lambda one: (one["kind"] != "trial", one["state"] != "done", one["loss"] or 0))
    what = {"trial": "trial", "winner": "winner, fresh seed", "plan": "plan, fresh seed"}
    rows = [
        (
            what[one["kind"]],
            *(_value(one["choice"][name]) for name in names),
            None if one["loss"] is None else round(one["loss"], 4),
            {"done": "to its end", "pruned": "ended early", "failed": "failed"}[one["state"]],
            duration(one["seconds"]),
        )
        for one in ordered
    ]
    return Table(
        "Trials", ("what", *(name.replace("_", " ") for name in names), "evaluation loss", "how", "time"), rows
    )


def plots(found: list[dict[str, Any]]) -> list[Plot]:
    """Every trial as a line through its settings to its loss."""
    done = [one for one in found if one["kind"] == "trial" and one["loss"] is not None]
    if len(done) < 2:
        return []
    rows = [{**one["choice"], "evaluation loss": one["loss"]} for one in done]
    axes = [*done[0]["choice"], "evaluation loss"]
    return [Plot("Settings tried, by evaluation loss", "parallel", rows, "", "", "evaluation loss", axes=axes)]


def _value(value: float) -> str:
    return f"{value:.2g}" if isinstance(value, float) and value < 1 else f"{value:g}"
