"""Search for better training settings within a budget of minutes."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from store import Workspace
from tools.kinds import BaseModel, Dataset, near
from tools.result import Result, Table
from tools.tool import ToolError, tool
from tools.train._checks import refuse_if_impossible, refuse_if_too_short
from tools.train._plan import Planned, make_plan
from tools.train._queue import waits, would_wait
from tools.train._search import FEWEST_TRIALS, SEEDS, Vary, settings
from tools.train._show import short
from tools.train._wishes import Seed, Task, Technique, Wishes
from tools.train.techniques import TECHNIQUES
from tools.weights.progress import duration
from tools.words import counted, listed

Minutes = Annotated[int, Field(ge=1, le=10_080), near("minute minutes min budget", hour=60, overnight=480, night=480)]
USUAL = ("learning_rate", "rank", "epochs")


@tool(
    effect="trains",
    asks=[
        ("find better settings for tickets in 30 minutes", {"dataset": "tickets", "minutes": 30}),
        (
            "try different learning rates on reviews for an hour",
            {"dataset": "reviews", "minutes": 60, "vary": ["learning_rate"]},
        ),
        ("run a hyperparameter sweep on faq", {"dataset": "faq"}),
        (
            "can you search for the best rank and number of passes on leads, 45 minutes at most",
            {"dataset": "leads", "minutes": 45, "vary": ["rank", "epochs"]},
        ),
        ("optimise the hyperparameters for contracts overnight", {"dataset": "contracts", "minutes": 480}),
        ("what knobs work best on notes? experiment a bit", {"dataset": "notes"}),
        ("tune the tuning itself on calls, you have 20 minutes", {"dataset": "calls", "minutes": 20}),
        ("grid search on letters please", {"dataset": "letters"}),
        ("let optuna loose on orders for 90 minutes", {"dataset": "orders", "minutes": 90}),
        (
            "I don't want to guess the learning rate for forms, try several",
            {"dataset": "forms", "vary": ["learning_rate"]},
        ),
        ("explore settings with dora on incidents", {"dataset": "incidents", "technique": "dora"}),
    ],
)
def tune_settings(
    ws: Workspace,
    dataset: Dataset,
    minutes: Minutes = 30,
    vary: list[Vary] | None = None,
    base_model: BaseModel | None = None,
    technique: Technique | None = None,
    task: Task | None = None,
    seed: Seed | None = None,
) -> Result:
    """Try other learning rates, ranks and numbers of epochs within a budget of minutes, and confirm the best.

    Args:
        dataset: The dataset to train on.
        minutes: The most time it may take.
        vary: Which settings to try; learning rate, rank and epochs if none is named.
        base_model: The model to start from, if the user names one.
        technique: lora, dora, ia3, or full for all the weights.
        task: generate to write answers, classify for a head that chooses a label.
        seed: Fixes what is drawn.

    Example:
        >>> base = trained.runs.get("run-1").plan["base_model"]
        >>> print(tune_settings(trained, "tickets", minutes=10_080, vary=["rank"], base_model=base, technique="full"))
        Traceback (most recent call last):
        tools.tool.ToolError: rank says nothing in full fine-tuning. Vary learning_rate, epochs or batch_size instead.
    """
    planned, varied = _planned(ws, dataset, minutes, vary, Wishes(base_model, technique, task, seed=seed))
    plan = {**planned.plan, "search": {"kind": "settings", "minutes": minutes, "vary": list(varied)}}
    run = ws.runs.start(dataset, planned.material.version.number, plan)
    waiting = waits(ws, run)
    return Result(
        f"{run.id} {'will try' if waiting else 'is trying'} settings for {short(planned.plan['base_model'])} on "
        f"{dataset}: {listed(_words(varied))}, for {counted(minutes, 'minute')} at most.{waiting} It goes on when you "
        "close this page.",
        next=[f"how is {run.id} doing?", f"stop {run.id}"],
        data={"run": run.id, "job": run.job.id},
    )


@tune_settings.preview
def _preview(
    ws: Workspace,
    dataset: str,
    minutes: int = 30,
    vary: Sequence[str] | None = None,
    base_model: str | None = None,
    technique: Technique | None = None,
    task: Task | None = None,
    seed: int | None = None,
) -> Result:
    planned, varied = _planned(ws, dataset, minutes, vary, Wishes(base_model, technique, task, seed=seed))
    once = planned.estimates["seconds"]
    about = int(60 * minutes / once) - 2 * SEEDS
    rows = counted(planned.material.rows, "row")
    text = (
        f"This will try {listed(_words(varied))} for {short(planned.plan['base_model'])} on {rows} of {dataset} with "
        f"{TECHNIQUES[planned.plan['technique']].title}, for {counted(minutes, 'minute')} at most: about "
        f"{counted(about, 'trial')}, more where hopeless ones are ended early. The evaluation loss judges, on rows "
        "that are not trained on; test rows are not read. The best is trained again beside the plan on "
        f"{SEEDS} fresh seeds, and kept."
    )
    lines = [(each.name, each.value, each.why) for each in settings(planned.plan, varied, planned.material.rows)]
    return Result(text + would_wait(ws), tables=[Table("Settings to try", ("setting", "values", "why"), lines)])


def _planned(
    ws: Workspace, dataset: str, minutes: int, vary: Sequence[str] | None, wishes: Wishes
) -> tuple[Planned, Sequence[str]]:
    planned = make_plan(ws, dataset, wishes)
    refuse_if_impossible(planned)
    technique = TECHNIQUES[planned.plan["technique"]]
    varied = tuple(dict.fromkeys(vary)) if vary else tuple(v for v in USUAL if technique.sized or v != "rank")
    if "rank" in varied and not technique.sized:
        raise ToolError(f"rank says nothing in {technique.title}. Vary learning_rate, epochs or batch_size instead.")
    once = planned.estimates["seconds"]
    least = (FEWEST_TRIALS + 2 * SEEDS) * once
    why = f"one training takes about {duration(once)}, and {FEWEST_TRIALS} trials with their confirmation need about"
    refuse_if_too_short(minutes, least, f"{why} {duration(least)}")
    return planned, varied


def _words(varied: Sequence[str]) -> list[str]:
    return [name.replace("_", " ") for name in varied]
