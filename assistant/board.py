"""The side of the page: how far the project is, and the training that goes on."""

from collections.abc import Sequence
from html import escape

from assistant.in_use import noticed
from assistant.languages import say
from assistant.markup import SIGNS, chart, figure, table
from store import TrainingRun, Workspace
from tools.project._board import Stage, board
from tools.train._curves import metrics, plots
from tools.train._measures import TOLD, latest, shown
from tools.train._noticed import chips as sensible
from tools.train._noticed import happened, what_is_wrong
from tools.train._samples import samples_table


def stages(ws: Workspace) -> str:
    """The board as HTML."""
    items = "".join(_stage(stage) for stage in board(ws))
    return f'<ol class="tw-board" aria-label="{escape(say("board"))}">{items}</ol>'


def _stage(stage: Stage) -> str:
    name = stage.name.lower()
    head = f'<b>{escape(say(f"stage_{name}"))}</b> <span class="tw-state">{escape(say(f"state_{stage.state}"))}</span>'
    sign = f'<span aria-hidden="true">{SIGNS[stage.state]}</span>'
    text = escape(stage.text or say(f"hint_{name}"))
    return f'<li class="tw-{stage.state}">{sign}<div>{head}<p>{text}</p></div></li>'


def watched_run(ws: Workspace) -> TrainingRun | None:
    """The run that goes on, those that wait for it left aside; else the newest until it is evaluated or served."""
    runs = ws.runs.all()
    if live := [run for run in runs if run.job.live]:
        return min(live, key=lambda run: run.job.id)
    if not runs or ws.reports.all(run=runs[-1].id):
        return None
    served = {model.run for service in ws.services.all() for model in service.models if service.state == "serving"}
    return None if runs[-1].id in served else runs[-1]


def still_sensible(ws: Workspace, chips: Sequence[str]) -> Sequence[str]:
    """The suggestions; those for what became of a training if it has ended since, or for what is wrong with it."""
    run = watched_run(ws)
    if wrong := warned(ws):
        return list(dict.fromkeys([*wrong, *chips]))
    if run and not run.job.live and f"stop {run.id}" in chips:
        return sensible(ws, run, what_is_wrong(ws, run))
    return chips


def warned(ws: Workspace) -> list[str]:
    """What to say next if something is wrong with the training that is shown, or with a service; mostly nothing."""
    run = watched_run(ws)
    found = what_is_wrong(ws, run) if run else []
    return [*(sensible(ws, run, found) if run and found else []), *noticed(ws)]


def live(ws: Workspace, run: TrainingRun) -> str:
    """A training run as HTML: how far, how long still, what is wrong, the losses and the other figures."""
    told = ws.runs.progress(run.id)
    share = 1.0 if run.state == "done" else told[-1].fraction if told else 0.0
    words = told[-1].text if told and run.job.live else run.job.sentence
    head = f"<p><b>{escape(run.called)}</b> on {escape(run.dataset)}: <b>{escape(run.state)}</b>. {escape(words)}</p>"
    bar = f'<progress max="1" value="{share:.4f}" aria-label="How far {escape(run.id)} is">{share:.0%}</progress>'
    notes = [*happened(run), *(trouble.sentence for trouble in what_is_wrong(ws, run))]
    wrong = "".join(f'<p class="tw-trouble">{escape(note)}</p>' for note in notes if note)
    losses = "".join(chart(plot) for plot in plots(run)[:1])
    return f'<div class="tw-live"><div>{head}{bar}{_figures(run)}<div role="status">{wrong}</div></div>{losses}</div>'


def curves(run: TrainingRun) -> str:
    """The other curves of a run, and its sample answers, as HTML."""
    samples = samples_table(run.folder, run.id)
    drawn = "".join(chart(plot) for plot in plots(run)[1:])
    answers = table(samples) if samples else ""
    nothing = "" if drawn or answers else "<p>Nothing has been measured yet.</p>"
    return f'<div class="tw-result">{answers}<div class="tw-curves">{drawn}</div>{nothing}</div>'


def _figures(run: TrainingRun) -> str:
    facts = latest(metrics(run))
    found = [(name, shown(key, facts[key])) for key, name in TOLD.items() if facts.get(key) is not None]
    cells = [(name, figure(value) if isinstance(value, float | int) else escape(value)) for name, value in found]
    return f"<dl>{''.join(f'<div><dt>{name}</dt><dd>{value}</dd></div>' for name, value in cells)}</dl>"
