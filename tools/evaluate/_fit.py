"""Whether a run was trained too long or not long enough, by the loss on rows it does not learn from."""

from typing import Any

from store import TrainingRun
from tools.train._curves import metrics

FEWEST = 3
"""Measurements of the evaluation loss below which its course says nothing."""
RISEN, FALLING = 1.05, 1.03
"""How far above its lowest the loss must have risen, and how far it must still have fallen at the end."""
Json = dict[str, Any]


def curve(run: TrainingRun) -> Json:
    """The losses by step, and what their course says: `fit` is "overfit", "underfit" or None; `epochs` to try."""
    lines = metrics(run)
    points = [
        {"step": line["step"], "loss": line[name], "of": told}
        for name, told in (("loss", "training"), ("eval_loss", "evaluation"))
        for line in lines
        if line.get(name) is not None
    ]
    held_out = [(line["step"], line["eval_loss"]) for line in lines if line.get("eval_loss") is not None]
    return {"points": points, **fit(held_out, float(run.plan.get("epochs") or 1))}


def fit(held_out: list[tuple[int, float]], epochs: float) -> Json:
    """What the loss on held-out rows says.

    Args:
        held_out: The loss by step.
        epochs: Passes over the training rows in all.
    """
    if len(held_out) < FEWEST:
        return {"fit": None, "epochs": None}
    last_step, last = held_out[-1]
    best_step, best = min(held_out, key=lambda one: one[1])
    if best_step < last_step and last > RISEN * best:
        fewer = max(1, round(epochs * best_step / last_step))
        return {"fit": "overfit", "epochs": fewer if fewer < epochs else None, "best_step": best_step}
    if best_step == last_step and held_out[-2][1] > FALLING * last:
        return {"fit": "underfit", "epochs": max(round(epochs * 2), round(epochs) + 1)}
    return {"fit": None, "epochs": None}
