"""Trainings take turns: what is ahead of one, in words."""

from collections.abc import Sequence

from store import Job, TrainingRun, Workspace
from tools.weights.progress import duration


def would_wait(ws: Workspace) -> str:
    """What a training that is asked for now would wait for, as a sentence with a space before it; empty if nothing."""
    return _sentence(ws, ws.jobs.ahead("train"), "It will wait")


def waits(ws: Workspace, run: TrainingRun) -> str:
    """What a run waits for, as a sentence with a space before it; empty if it does not."""
    return _sentence(ws, ws.jobs.ahead("train", run.job.id), "It waits") if run.state == "queued" else ""


def _sentence(ws: Workspace, ahead: Sequence[Job], opening: str) -> str:
    if not ahead:
        return ""
    names = [_name(ws, job) for job in ahead]
    listed = " and ".join(", ".join(names).rsplit(", ", 1)) if len(names) < 4 else f"{len(names)} others"
    seconds = [_seconds_left(ws, job) for job in ahead]
    known = [each for each in seconds if each is not None]
    told = f", about {duration(sum(known))}" if len(known) == len(seconds) else ""
    return f" {opening} for {listed} to end{told}, and begins by itself."


def _name(ws: Workspace, job: Job) -> str:
    run = str(job.payload.get("run", "another training"))
    return run if job.project == ws.project else f"{run} of project {job.project}"


def _seconds_left(ws: Workspace, job: Job) -> float | None:
    told = ws.jobs.progress(job.id)
    if told and told[-1].seconds_left is not None:
        return told[-1].seconds_left
    return job.payload.get("plan", {}).get("estimates", {}).get("seconds")
