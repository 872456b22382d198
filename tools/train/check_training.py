"""How a training is going."""

from typing import Any

from store import TrainingRun, Workspace
from tools.kinds import Run
from tools.result import Result, Table
from tools.tool import tool
from tools.train._curves import metrics, plots
from tools.train._federated_show import client_plots, federated_tables
from tools.train._measures import TOLD, latest, scores_told, shown
from tools.train._mirrored import mirrored
from tools.train._newest import run_meant
from tools.train._noticed import chips, happened, what_is_wrong
from tools.train._own_measures import own_words
from tools.train._queue import waits
from tools.train._samples import samples_table
from tools.train._searching import searching
from tools.weights.progress import duration


@tool(
    asks=[
        ("how is the training going?", {}),
        ("is run-2 done yet", {"run": "run-2"}),
        ("show me the loss of run-1", {"run": "run-1"}),
        ("how much longer will training take?", {}),
        ("what's the training status", {}),
        ("where is run-3 at right now", {"run": "run-3"}),
        ("did it crash or is it still running?", {}),
        ("what step are we on, and is the loss falling", {}),
        ("how far along is the fine-tuning", {}),
        ("what time can I come back to a finished model", {}),
        ("is the computer still busy learning?", {}),
        ("show the learning curves of run-2", {"run": "run-2"}),
        ("has run-4 finished?", {"run": "run-4"}),
    ],
)
def check_training(ws: Workspace, run: Run | None = None) -> Result:
    """Tell the state, the step, the loss and the time left of a training, its curves, and what is wrong with it.

    Args:
        run: The run to look at; the newest if none is named.

    Example:
        >>> print(check_training(trained, "run-1"))
        run-1 is done: step ... of ..., loss ..., evaluation loss ..., ... tokens per second.
    """
    meant = run_meant(ws, run, lambda _: True, "has been started yet")
    if "search" in meant.plan:
        return searching(ws, meant)
    lines = metrics(meant)
    facts = _facts(ws, meant, lines)
    noticed = what_is_wrong(ws, meant)
    told = [*happened(meant), *(one.sentence for one in noticed)]
    samples = samples_table(meant.folder, meant.id)
    values = [(TOLD.get(name, name.replace("_", " ")), shown(name, value)) for name, value in facts.items()]
    return Result(
        " ".join([_sentence(ws, meant, facts), *told, *mirrored(ws)]).strip(),
        tables=[
            Table(f"{meant.id}", ("what", "value"), values),
            *([samples] if samples else []),
            *federated_tables(meant),
        ],
        plots=[*plots(meant), *client_plots(meant)],
        next=chips(ws, meant, noticed),
        data={"run": meant.id, "job": meant.job.id, "state": meant.state, **facts},
    )


def _facts(ws: Workspace, run: TrainingRun, lines: list[dict[str, Any]]) -> dict[str, Any]:
    facts = {name: value for name, value in latest(lines).items() if not isinstance(value, dict)}
    told = ws.runs.progress(run.id)
    if run.job.live and told and told[-1].seconds_left is not None:
        facts["seconds_left"] = round(told[-1].seconds_left)
    return facts


def _sentence(ws: Workspace, run: TrainingRun, facts: dict[str, Any]) -> str:
    state = f"{run.called} is {run.state}"
    if waiting := waits(ws, run):
        return f"{state}.{waiting}"
    if run.job.live and "step" not in facts:
        return f"{state}; its first step is still to come."
    words: list[str] = []
    if "step" in facts:
        words.append(f"{'round' if 'rounds' in run.plan else 'step'} {facts['step']} of {facts['steps']}")
    words += [f"{told} {facts[name]:.3f}" for name, told in _LOSSES if name in facts]
    words += [*scores_told(facts), *own_words(facts)]
    if facts.get("tokens_per_second"):
        words.append(f"{facts['tokens_per_second']:,.0f} tokens per second")
    if "seconds_left" in facts:
        words.append(f"{duration(facts['seconds_left'])} left")
    text = f"{state}: {', '.join(words)}." if words else f"{state}."
    return text if run.job.live or run.state == "done" else f"{text} {run.job.sentence}".strip()


_LOSSES = (("loss", "loss"), ("eval_loss", "evaluation loss"))
