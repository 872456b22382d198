"""The side of the page: how far the project is, and the training that goes on."""

from collections.abc import Sequence
from html import escape
from typing import Any

from assistant.markup import chart
from store import Progress, TrainingRun, Workspace
from tools.plot import Plot
from tools.project._board import Stage, board
from tools.weights.progress import duration

SIGNS = {"done": "✓", "current": "●", "open": "○"}
POINTS = 300
"""Steps that a live chart shows; a longer run is thinned out evenly."""
LOSSES = {"loss": "training", "eval_loss": "evaluation"}
FIGURES = {"learning_rate": "learning rate", "tokens_per_second": "tokens per second", "epoch": "epoch"}


def stages(ws: Workspace) -> str:
    """The board as HTML."""
    items = "".join(_stage(stage) for stage in board(ws))
    return f'<ol class="tw-board" aria-label="Where the project is">{items}</ol>'


def _stage(stage: Stage) -> str:
    head = f'<b>{escape(stage.name)}</b> <span class="tw-state">{stage.state}</span>'
    sign = f'<span aria-hidden="true">{SIGNS[stage.state]}</span>'
    return f'<li class="tw-{stage.state}">{sign}<div>{head}<p>{escape(stage.text)}</p></div></li>'


def watched_run(ws: Workspace) -> TrainingRun | None:
    """The newest run while it goes on, and after that until it is evaluated."""
    runs = ws.runs.all()
    if runs and (runs[-1].job.live or not ws.reports.all(run=runs[-1].id)):
        return runs[-1]
    return None


def live(run: TrainingRun, told: Sequence[Progress]) -> str:
    """A training run as HTML: how far, how long still, the losses and the other figures."""
    last = told[-1] if told else None
    left = last and run.job.live and last.seconds_left
    share = 1.0 if run.state == "done" else last.fraction if last else 0.0
    words = [last.text if last and run.job.live else run.job.sentence, left and f"{duration(left)} left"]
    head = (
        f"<p><b>{escape(run.id)}</b> on {escape(run.dataset)} version {run.version}: <b>{escape(run.state)}</b>. "
        f"{escape(' · '.join(word for word in words if word))}</p>"
    )
    bar = f'<progress max="1" value="{share:.4f}" aria-label="How far {escape(run.id)} is">{share:.0%}</progress>'
    return f'<div class="tw-live">{head}{bar}{_figures(told)}{_losses(told)}</div>'


def _figures(told: Sequence[Progress]) -> str:
    latest: dict[str, Any] = {}
    for progress in told:
        latest |= {key: value for key, value in progress.data.items() if isinstance(value, int | float)}
    shown = [(name, latest[key]) for key, name in {**LOSSES, **FIGURES}.items() if key in latest]
    names = {"training": "loss", "evaluation": "evaluation loss"}
    return "<dl>" + "".join(f"<div><dt>{names.get(n, n)}</dt><dd>{v:,.4g}</dd></div>" for n, v in shown) + "</dl>"


def _losses(told: Sequence[Progress]) -> str:
    rows: list[dict[str, Any]] = []
    for key, series in LOSSES.items():
        points = [p.data for p in told if isinstance(p.data.get(key), int | float) and "step" in p.data]
        every = max(1, len(points) // POINTS)
        rows += [{"step": p["step"], "loss": p[key], "which": series} for p in points[::every]]
    return chart(Plot("Loss by step", "line", rows, x="step", y="loss", color="which")) if len(rows) > 1 else ""
