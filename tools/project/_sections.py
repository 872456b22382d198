"""What a report tells, section by section, from what the store has."""

from collections.abc import Iterator

from store import TrainingRun, Workspace
from tools.project._document import Section
from tools.result import Result, Table
from tools.tool import Tool

SETTINGS = ("base_model", "technique", "task", "epochs", "learning_rate", "batch_size", "rank", "max_length", "seed")


def sections(ws: Workspace) -> list[Section]:
    """The sections that have something to tell, in the order of the path."""
    told = [
        Section("Goal", list(_goal(ws))),
        Section("Data", list(_data(ws))),
        Section("Proposed changes and what was decided", list(_decisions(ws))),
        Section("Training", [_training(ws, run) for run in ws.runs.all()]),
        Section("Evaluation", _reported(ws, "evaluation")),
        Section("Comparison of runs", _reported(ws, "comparison")),
        Section("Bias audit", _reported(ws, "audit")),
        Section("Explanations", _reported(ws, "explanation")),
        Section("Words that matter", _reported(ws, "words")),
    ]
    return [section for section in told if section.results]


def _goal(ws: Workspace) -> Iterator[Result]:
    if goal := ws.goals.get():
        facts = [
            ("Task", goal.task),
            ("Metric", goal.metric),
            ("Target", goal.target),
            ("Domain", goal.domain),
            ("Users", goal.users),
            ("Constraints", goal.constraints),
        ]
        yield Result(goal.description, tables=[Table("The goal", ("", ""), [fact for fact in facts if fact[1]])])


def _data(ws: Workspace) -> Iterator[Result]:
    for name in ws.datasets.names():
        head = ws.datasets.head(name)
        columns = ", ".join(f"{column} ({head.roles.get(column, 'other')})" for column in head.columns)
        history = [(change.made_at, f"version {change.after}", change.sentence) for change in ws.datasets.history(name)]
        yield Result(
            f"{name} has {head.rows} rows at version {head.number}. Columns: {columns}.",
            tables=[Table(f"What was done to {name}", ("when (UTC)", "gives", "what"), history)],
        )


def _decisions(ws: Workspace) -> Iterator[Result]:
    if fixes := ws.fixes.all():
        rows = [(fix.id, fix.dataset, fix.rows, fix.sentence, fix.why, fix.state, fix.note) for fix in fixes]
        columns = ("fix", "dataset", "rows", "what", "why", "state", "the user's words")
        decided = sum(fix.state != "open" for fix in fixes)
        text = f"{len(fixes)} changes to rows were proposed; {decided} of them are decided."
        yield Result(text, tables=[Table("Proposals", columns, rows)])


def _training(ws: Workspace, run: TrainingRun) -> Result:
    from tools.train.check_training import check_training  # noqa: PLC0415 - a tool that is used as a function

    assert isinstance(check_training, Tool)
    now = check_training(ws, run.id)
    settings = [(name.replace("_", " "), run.plan[name]) for name in SETTINGS if run.plan.get(name) is not None]
    made = f"{run.id} trained on version {run.version} of {run.dataset}."
    table = Table(f"Settings of {run.id}", ("setting", "value"), settings)
    return Result(f"{made} {now.text}", tables=[table, *now.tables], plots=now.plots)


def _reported(ws: Workspace, kind: str) -> list[Result]:
    """The newest report of a kind for each run and dataset."""
    newest = {(report.run, report.dataset): report for report in ws.reports.all(kind=kind)}
    return [Result.from_json(report.body["result"]) for report in newest.values() if "result" in report.body]
