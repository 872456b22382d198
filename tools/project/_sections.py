"""What a report tells, section by section, from what the store has."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from store import TrainingRun, Workspace
from store.reports import Report
from tools.project._document import Section, ledger_title
from tools.project._ledger import Entry, of_report, of_run, of_version
from tools.project._lost import lost
from tools.project._use import unanswered, use_table
from tools.result import Result, Table
from tools.tool import Tool

SETTINGS = ("base_model", "technique", "task", "epochs", "learning_rate", "batch_size", "rank", "max_length", "seed")
KINDS = {
    "evaluation": "Evaluation",
    "comparison": "Comparison of runs",
    "audit": "Bias audit",
    "explanation": "Explanation",
    "words": "Words that matter",
}
LIMITS = (
    "The figures hold for rows like those they were measured on, and for the versions named in the ledger. An interval "
    "tells what chance alone leaves open, not what other users, times or wordings would bring. A bias audit that finds "
    "nothing is no proof that there is nothing."
)


def sections(ws: Workspace, run: TrainingRun | None = None) -> list[Section]:
    """The sections that have something to tell, in the order of the path.

    Args:
        ws: The workspace.
        run: Only what is about this run; the whole project if None.
    """
    runs = [run] if run else ws.runs.all()
    reports = reported(ws, run)
    told = [
        Section("Goal", list(_goal(ws))),
        Section("Intended use and impact", [_use(ws)]),
        Section("Data", list(_data(ws))),
        Section("Proposed changes and what was decided", list(_decisions(ws))),
        *(Section(f"Training of {each.id}", [_training(ws, each)], each.id) for each in runs),
        *(Section(_heading(report), [_result(report)], report.id) for report in reports),
        *_losses(reports),
        Section("Limits", [Result(LIMITS)] if reports else []),
    ]
    return [section for section in told if section.results]


def ledger(ws: Workspace, told: Sequence[Section]) -> list[Section]:
    """The ledger that the sections point to, and all that its entries rest on, an entry a section."""
    entries: dict[str, Entry] = {}
    for source in dict.fromkeys(section.source for section in told if section.source):
        found = of_report(ws, ws.reports.get(source)) if source in ws.reports.names() else of_run(ws, source)
        entries |= {entry.title: entry for entry in found}
    for name in ws.datasets.names():
        entries |= {entry.title: entry for entry in of_version(ws, name, ws.datasets.head(name).number)}
    if not entries:
        return []
    words = (
        "What each number above rests on: a report on its run, a run on its data, and data on the file it came from."
    )
    heading = Section("Ledger", [Result(words)])
    return [heading, *(_entry(entry) for entry in sorted(entries.values(), key=_kind_of))]


def _kind_of(entry: Entry) -> int:
    """Reports stand before runs, and runs before data."""
    return next((place for place, kind in enumerate(("report-", "run-")) if entry.title.startswith(kind)), 2)


def reported(ws: Workspace, run: TrainingRun | None = None) -> list[Report]:
    """The newest report of each kind for each run and dataset, kind by kind."""
    newest: dict[tuple[str, str | None, str | None, str], Report] = {}
    for report in ws.reports.all():
        about = run is None or report.run == run.id or run.id in report.body.get("runs", [])
        if report.kind in KINDS and "result" in report.body and about:
            others = " ".join(report.body.get("runs", []))
            newest[report.kind, report.run, report.dataset, others] = report
    return sorted(newest.values(), key=lambda report: [*KINDS].index(report.kind))


def _entry(entry: Entry) -> Section:
    table = replace(entry.table(), title="")
    return Section(ledger_title(entry.title), [Result("", tables=[table])], level=3)


def _heading(report: Report) -> str:
    about = report.run or report.dataset
    if runs := report.body.get("runs"):
        return f"Comparison of {' and '.join(runs)} ({report.id})"
    on = f" on {report.dataset}" if report.run and report.dataset else ""
    return f"{KINDS[report.kind]} of {about}{on} ({report.id})"


def _result(report: Report) -> Result:
    """The result as it was shown, with the settings it was made with."""
    shown = Result.from_json(report.body["result"])
    settings = [(name.replace("_", " "), value) for name, value in report.body.get("settings", {}).items()]
    known = [(name, value) for name, value in settings if value is not None and name != "weights"]
    table = [Table(f"Settings of {report.id}", ("setting", "value"), known)] if known else []
    return Result(shown.text, tables=[*shown.tables, *table], plots=shown.plots)


def _losses(reports: Sequence[Report]) -> Iterator[Section]:
    for report in reports:
        if report.kind == "evaluation":
            yield Section(f"What {report.run} lost ({report.id})", [lost(report)], report.id)


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


def _use(ws: Workspace) -> Result:
    left = len(unanswered(ws))
    text = f"{left} of these questions are not answered yet." if left > 1 else "One question is not answered yet."
    told = text if left else "Answered by the people who made it, in their own words."
    return Result(told, tables=[use_table(ws)])


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
    plan = run.model_plan
    settings = [(name.replace("_", " "), plan[name]) for name in SETTINGS if plan.get(name) is not None]
    made = f"{run.id} trained on version {run.version} of {run.dataset}."
    table = Table(f"Settings of {run.id}", ("setting", "value"), settings)
    return Result(f"{made} {now.text}", tables=[table, *now.tables], plots=now.plots)
