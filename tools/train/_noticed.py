"""What is to be said of a run beside its figures: what happened to it, what is wrong, and what to do next."""

import json
from collections.abc import Sequence
from typing import Any

from store import TrainingRun, Workspace
from tools.train._curves import metrics
from tools.train._smaller import changes_of
from tools.train._troubles import Course, Trouble, troubles

NEXT = {
    "done": ("evaluate {run}", "try {run}"),
    "running": ("stop {run}",),
    "queued": ("stop {run}",),
    "stopped": ("resume {run}", "evaluate {run}"),
    "interrupted": ("resume {run}",),
    "cancelled": ("delete {run}", "repeat {run}"),
    "failed": ("resume {run}",),
}


def what_is_wrong(ws: Workspace, run: TrainingRun) -> list[Trouble]:
    """The troubles of a run as it is now, the gravest first."""
    told = ws.runs.progress(run.id) if run.job.live else []
    left = told[-1].seconds_left if told else None
    sentence = run.job.sentence if run.state == "failed" else ""
    return troubles(Course(metrics(run), run.plan, run.id, run.dataset, run.job.live, sentence, left))


def happened(run: TrainingRun) -> list[str]:
    """What a run did by itself, in sentences: fewer rows at once, an early end, weights that were put back."""
    sentences = [str(change["sentence"]) for change in changes_of(run.folder)[-1:]]
    folder = run.model_folder
    facts: dict[str, Any] = json.loads((folder / "done.json").read_text()) if folder and not run.job.live else {}
    if facts.get("ended_early"):
        sentences.append(
            "It ended early, since the evaluations got only worse; to go on in spite of it, train without early "
            "stopping."
        )
    if "model_of_step" in facts:
        sentences.append(f"The model is that of step {facts['model_of_step']:,}, the best evaluation.")
    return sentences


def chips(ws: Workspace, run: TrainingRun, noticed: Sequence[Trouble]) -> list[str]:
    """What the user may sensibly say next: the proposals first."""
    usual = [each.format(run=run.id) for each in NEXT[run.state]]
    if run.state == "done":
        usual = [*(f"is {run.id} better than {served}?" for served in _served(ws, run)), *usual]
    if any(trouble.kind == "nan" for trouble in noticed):
        usual = [f"evaluate {run.id}"] if run.model_folder else []  # resuming would run into the same
    return list(dict.fromkeys([*(said for trouble in noticed for said in trouble.proposals), *usual]))


def _served(ws: Workspace, run: TrainingRun) -> list[str]:
    """Earlier runs on the same dataset that answer requests now: what a newer one is to be compared with."""
    serving = [model.run for each in ws.services.all() if each.state == "serving" for model in each.models]
    known = {one.id for one in ws.runs.all() if one.dataset == run.dataset and one.id != run.id}
    return [] if run.id in serving else [each for each in dict.fromkeys(serving) if each in known]
