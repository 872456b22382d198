"""Would more data help?"""

from typing import Annotated, Any

from pydantic import Field

from store import TrainingRun, Workspace
from tools.kinds import BaseModel, Dataset, near
from tools.plot import Plot
from tools.result import Result, Table
from tools.tool import tool
from tools.train._checks import refuse_if_impossible, refuse_if_too_short
from tools.train._plan import Planned, make_plan
from tools.train._queue import waits, would_wait
from tools.train._show import short
from tools.train._wishes import Task, Technique, Wishes
from tools.weights.progress import duration
from tools.words import counted

Minutes = Annotated[int, Field(ge=1, le=10_080), near("minute minutes min budget", hour=60, overnight=480, night=480)]
ONCE = 2.0
"""Trainings of all the rows that one round of the three parts takes: a quarter twice as often, a half, and all."""


@tool(
    effect="trains",
    asks=[
        ("would more data help on tickets?", {"dataset": "tickets"}),
        ("is it worth labelling more rows for reviews", {"dataset": "reviews"}),
        ("draw a learning curve over the size of faq", {"dataset": "faq"}),
        ("how much better would it get with twice as many leads", {"dataset": "leads"}),
        ("do we have enough examples in contracts, or should I collect more?", {"dataset": "contracts"}),
        ("train on a quarter, half and all of notes and compare", {"dataset": "notes"}),
        ("have we hit the ceiling with the data in calls, take 20 minutes", {"dataset": "calls", "minutes": 20}),
        ("check data efficiency on letters", {"dataset": "letters"}),
        ("does adding examples still pay off for orders", {"dataset": "orders"}),
        ("measure the effect of dataset size on forms as a classifier", {"dataset": "forms", "task": "classify"}),
        ("should my team annotate another thousand incidents?", {"dataset": "incidents"}),
    ],
)
def learning_curve(
    ws: Workspace,
    dataset: Dataset,
    minutes: Minutes = 60,
    base_model: BaseModel | None = None,
    technique: Technique | None = None,
    task: Task | None = None,
) -> Result:
    """Train on a quarter, a half and all of the rows, and tell what twice the rows would bring.

    Args:
        dataset: The dataset to train on.
        minutes: The most time for repeating it with other seeds; one round is always made.
        base_model: The model to start from, if the user names one.
        technique: lora, dora, ia3, or full for all the weights.
        task: generate to write answers, classify for a head that chooses a label.

    Example:
        >>> base = trained.runs.get("run-1").plan["base_model"]
        >>> print(learning_curve(trained, "reviews", base_model=base))
        Traceback (most recent call last):
        store.errors.NotFound: There is no dataset named 'reviews'. ...
    """
    planned = _planned(ws, dataset, minutes, Wishes(base_model, technique, task))
    plan = {**planned.plan, "search": {"kind": "sizes", "minutes": minutes}}
    run = ws.runs.start(dataset, planned.material.version.number, plan)
    waiting = waits(ws, run)
    return Result(
        f"{run.id} {'will train' if waiting else 'is training'} {short(planned.plan['base_model'])} on a quarter, a "
        f"half and all of {dataset}.{waiting} It goes on when you close this page.",
        next=[f"how is {run.id} doing?", f"stop {run.id}"],
        data={"run": run.id, "job": run.job.id},
    )


@learning_curve.preview
def _preview(
    ws: Workspace,
    dataset: str,
    minutes: int = 60,
    base_model: str | None = None,
    technique: Technique | None = None,
    task: Task | None = None,
) -> Result:
    planned = _planned(ws, dataset, minutes, Wishes(base_model, technique, task))
    seconds = ONCE * planned.estimates["seconds"]
    return Result(
        f"This will train {short(planned.plan['base_model'])} on a quarter, a half and all of the "
        f"{planned.material.rows:,} training rows of {dataset}: about {duration(seconds)} a round, repeated with other "
        f"seeds while {counted(minutes, 'minute')} last. Rows that are not trained on judge it; test rows are not read."
        + would_wait(ws)
    )


def told(run: TrainingRun, found: dict[str, Any]) -> Result:
    """What a finished curve says."""
    sizes, losses, of = found["sizes"], found["losses"], found["measure"]
    rows = [
        {"rows": size, of: loss, "low": min(by_seed), "high": max(by_seed)}
        for size, loss, by_seed in zip(sizes, losses, found["by_seed"], strict=True)
    ]
    table = Table(
        "By size of the data",
        ("training rows", f"mean {of}", "lowest and highest seed"),
        [(row["rows"], _shown(row[of], of), f"{_shown(row['low'], of)} to {_shown(row['high'], of)}") for row in rows],
    )
    plot = Plot(f"{of.capitalize()} by training rows", "point", rows, "rows", of, log=True)
    return Result(f"{run.id} is done. {_verdict(found)}", tables=[table], plots=[plot], data={"run": run.id, **found})


def _verdict(found: dict[str, Any]) -> str:
    of, last, coming, most = found["measure"], found["last"], found["next"], found["sizes"][-1]
    between = f"{_shown(coming['low'], of)} to {_shown(coming['high'], of)}"
    went = f"From {found['sizes'][1]:,} to {most:,} rows the {of} went from {_shown(found['losses'][1], of)} to "
    went += f"{_shown(found['losses'][2], of)}."
    if last["low"] <= 0:
        return f"{went} That is no more than chance: more rows of this kind would hardly help."
    if coming["low"] <= 0:
        return f"{went} Whether twice the rows would help again cannot be told from this: between {between}."
    return f"{went} Twice the rows would lower it by about {_shown(coming['value'], of)} more ({between})."


def _shown(value: float, of: str) -> str:
    return f"{100 * value:.1f} %" if of == "error" else f"{value:.3f}"


def _planned(ws: Workspace, dataset: str, minutes: int, wishes: Wishes) -> Planned:
    planned = make_plan(ws, dataset, wishes)
    refuse_if_impossible(planned)
    seconds = ONCE * planned.estimates["seconds"]
    why = f"a quarter, a half and all of the rows take about {duration(seconds)} together"
    refuse_if_too_short(minutes, seconds, why)
    return planned
