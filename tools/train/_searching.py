"""What a run that is made of several trainings has found so far, or in the end."""

from typing import Any

from store import TrainingRun, Workspace
from tools.result import Result
from tools.train import learning_curve
from tools.train._queue import waits
from tools.train._search import told
from tools.train._trials import best, plots, sentence, table, trials
from tools.weights.progress import duration


def searching(ws: Workspace, run: TrainingRun) -> Result:
    """How a search goes, or what it found."""
    if run.state == "done":
        found = ws.jobs.result(run.job.id)
        return _settings(run, found) if run.plan["search"]["kind"] == "settings" else learning_curve.told(run, found)
    if waiting := waits(ws, run):
        return Result(f"{run.called} is {run.state}.{waiting}", next=[f"stop {run.id}"], data={"run": run.id})
    at = ws.runs.progress(run.id)
    words = f" {at[-1].text}." if at and run.job.live else f" {run.job.sentence}" if run.job.sentence else ""
    left = at[-1].seconds_left if at and run.job.live else None
    ends = f" At most {duration(left)} left." if left is not None else ""
    found = trials(run)
    so_far = f": {sentence(found)}" if run.plan["search"]["kind"] == "settings" else ""
    return Result(
        f"{run.id} is {run.state}{so_far}.{words}{ends}",
        tables=[table(found)] if found else [],
        plots=plots(found),
        next=[f"stop {run.id}"] if run.job.live else [f"resume {run.id}"],
        data={"run": run.id, "job": run.job.id, "state": run.state},
    )


def _settings(run: TrainingRun, found: dict[str, Any]) -> Result:
    made = trials(run)
    choice, first = found["choice"], best(made)
    text = f"{run.id} is done: {found['trials']} trials, {found['pruned']} of them ended early. {_verdict(found)}"
    wanted = ", ".join(f"{name.replace('_', ' ')} {value:g}" for name, value in choice.items())
    return Result(
        text,
        tables=[table(made)],
        plots=plots(made),
        next=[f"evaluate {run.id}", f"train on {run.dataset} with {wanted}"],
        data={"run": run.id, "job": run.job.id, "state": run.state, **found, "best": first},
    )


def _verdict(found: dict[str, Any]) -> str:
    """Whether the winner is better than the plan, beyond what another seed changes."""
    ours = [loss for loss in found["winner"] if loss is not None]
    usual = [loss for loss in found["plan"] if loss is not None]
    if found["same"] or not usual or not ours:
        return f"None was better than the settings of the plan ({told(found['choice'])}); that model is kept."
    winner, plan = (f"{sum(losses) / len(losses):.3f}" for losses in (ours, usual))
    compared = f"On {len(ours)} fresh seeds its evaluation loss is {winner}, that of the plan {plan}"
    best = told(found["choice"])
    if max(ours) < min(usual):
        return f"Best is {best}. {compared}: lower with every seed. That model is kept."
    if min(ours) > max(usual):
        return f"The trials were won by {best}. {compared}: higher with every seed, so it was luck."
    return f"The trials were won by {best}. {compared}: no more apart than seeds are, so the plan is as good."
