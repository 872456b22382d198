"""The side of the page: how far the project is, and the training that goes on."""

from collections.abc import Sequence
from html import escape
from typing import Any

from assistant.markup import SIGNS, chart, figure
from store import TrainingRun, Workspace
from tools.project._board import Stage, board
from tools.train._curves import metrics, plots
from tools.train.check_training import NEXT

FIGURES = {
    "loss": "loss",
    "eval_loss": "evaluation loss",
    "learning_rate": "learning rate",
    "tokens_per_second": "tokens per second",
    "epoch": "epoch",
}
HINTS = {
    "Goal": "Say what the model shall do.",
    "Data": "Upload a file, or try the sample.",
    "Fixes": "Ask what is wrong with the data.",
    "Runs": "Ask for a plan, then train.",
    "Results": "Evaluate a run, and audit it for bias.",
}
"""What to do in a stage where nothing is yet."""


def stages(ws: Workspace) -> str:
    """The board as HTML."""
    items = "".join(_stage(stage) for stage in board(ws))
    return f'<ol class="tw-board" aria-label="Where the project is">{items}</ol>'


def _stage(stage: Stage) -> str:
    head = f'<b>{escape(stage.name)}</b> <span class="tw-state">{stage.state}</span>'
    sign = f'<span aria-hidden="true">{SIGNS[stage.state]}</span>'
    text = escape(stage.text or HINTS.get(stage.name, ""))
    return f'<li class="tw-{stage.state}">{sign}<div>{head}<p>{text}</p></div></li>'


def watched_run(ws: Workspace) -> TrainingRun | None:
    """The newest run while it goes on, and after that until it is evaluated."""
    runs = ws.runs.all()
    if runs and (runs[-1].job.live or not ws.reports.all(run=runs[-1].id)):
        return runs[-1]
    return None


def still_sensible(ws: Workspace, chips: Sequence[str]) -> Sequence[str]:
    """The suggestions; if they are for a training that has ended since, those for what became of it."""
    run = watched_run(ws)
    if run and not run.job.live and f"stop {run.id}" in chips:
        return [each.format(run=run.id) for each in NEXT[run.state]]
    return chips


def live(ws: Workspace, run: TrainingRun) -> str:
    """A training run as HTML: how far, how long still, the losses and the other figures."""
    told = ws.runs.progress(run.id)
    share = 1.0 if run.state == "done" else told[-1].fraction if told else 0.0
    words = told[-1].text if told and run.job.live else run.job.sentence
    head = f"<p><b>{escape(run.id)}</b> on {escape(run.dataset)}: <b>{escape(run.state)}</b>. {escape(words)}</p>"
    bar = f'<progress max="1" value="{share:.4f}" aria-label="How far {escape(run.id)} is">{share:.0%}</progress>'
    losses = "".join(chart(plot) for plot in plots(run)[:1])
    return f'<div class="tw-live">{head}{bar}{_figures(run)}{losses}</div>'


def _figures(run: TrainingRun) -> str:
    latest: dict[str, Any] = {}
    for line in metrics(run):
        latest |= line
    shown = [(name, latest[key]) for key, name in FIGURES.items() if latest.get(key) is not None]
    return f"<dl>{''.join(f'<div><dt>{name}</dt><dd>{figure(value)}</dd></div>' for name, value in shown)}</dl>"
