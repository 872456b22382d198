"""The board of a project: the stages of the path, and how far each is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from store import Workspace
from store.uses import QUESTIONS
from tools.words import counted

State = Literal["done", "current", "open"]


@dataclass(frozen=True)
class Stage:
    """One stage. The first that is not done is the current one."""

    name: str
    state: State
    text: str


def board(ws: Workspace) -> list[Stage]:
    """The stages in the order of the path."""
    stages: list[Stage] = []
    for name, look in STAGES.items():
        done, text = look(ws)
        behind = all(stage.state == "done" for stage in stages)
        stages.append(Stage(name, "done" if done else "current" if behind else "open", text))
    return stages


def _goal(ws: Workspace) -> tuple[bool, str]:
    goal = ws.goals.get()
    answered = len(ws.uses.all())
    if goal and answered:
        return True, f"{goal.description.rstrip('.')}. Its use: {answered} of {len(QUESTIONS)} questions answered"
    return goal is not None, goal.description if goal else ""


def _data(ws: Workspace) -> tuple[bool, str]:
    heads = [ws.datasets.head(name) for name in ws.datasets.names()]
    return bool(heads), ", ".join(f"{head.dataset} ({head.rows} rows, version {head.number})" for head in heads)


def _fixes(ws: Workspace) -> tuple[bool, str]:
    fixes = ws.fixes.all()
    counts = {state: sum(fix.state == state for fix in fixes) for state in ("open", "applied", "declined")}
    text = ", ".join(f"{count} {state}" for state, count in counts.items() if count)
    return bool(fixes) and not counts["open"], text


def _runs(ws: Workspace) -> tuple[bool, str]:
    runs = ws.runs.all()
    return any(run.model_folder for run in runs), ", ".join(f"{run.called} {run.state}" for run in runs)


def _results(ws: Workspace) -> tuple[bool, str]:
    reports = ws.reports.all(kind="evaluation") + ws.reports.all(kind="audit")
    done = {report.kind for report in reports} >= {"evaluation", "audit"}
    return done, ", ".join(dict.fromkeys(f"{report.kind} of {report.run or report.dataset}" for report in reports))


def _service(ws: Workspace) -> tuple[bool, str]:
    live = [service for service in ws.services.all() if service.state == "serving"]
    alerts = len(ws.requests.alerts(unseen=True))
    told = [f"{each.name}: {ws.requests.count(each.name):,} requests" for each in live]
    return bool(live) and not alerts, ", ".join([*told, *([counted(alerts, "new alert")] if alerts else [])])


STAGES: dict[str, Callable[[Workspace], tuple[bool, str]]] = {
    "Goal": _goal,
    "Data": _data,
    "Fixes": _fixes,
    "Runs": _runs,
    "Results": _results,
    "Service": _service,
}
