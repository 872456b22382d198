"""What is behind a figure: report, run and dataset version, each with its settings, its yes, and what made it.

An entry tells one of them and names those that it rests on, so that the chain can be followed to the loaded file.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from store import NotFound, TrainingRun, Version, Workspace
from store.reports import Report
from tools.data._export import sha256_of
from tools.result import Table
from tools.words import cut

PREDICTIONS = "predictions.parquet"
OLDER = "not recorded: it is older than this record"
LONGEST = 400
Fact = tuple[str, str]


@dataclass(frozen=True)
class Entry:
    """One link of the chain.

    Attributes:
        title: "report-3", "run-1" or "tickets, version 2".
        facts: What is known of it.
        behind: The titles of the entries that it rests on.
    """

    title: str
    facts: list[Fact]
    behind: list[str]

    def table(self) -> Table:
        """The entry as a table."""
        return Table(f"Ledger of {self.title}", ("", ""), [*self.facts, *(("rests on", name) for name in self.behind)])


def of_report(ws: Workspace, report: Report) -> list[Entry]:
    """A report and everything behind it, the report first."""
    named: list[str] = [*([report.run] if report.run else []), *map(str, report.body.get("runs", []))]
    runs = list(dict.fromkeys(named))
    others = [str(name) for name in report.body.get("reports", []) if name in ws.reports.names()]
    version = _version_name(report.dataset, report.version)
    entry = Entry(report.id, list(_report_facts(report)), [*others, *runs, *([version] if version else [])])
    found = [entry]
    for name in others:
        found += of_report(ws, ws.reports.get(name))
    for name in runs:
        found += of_run(ws, name)
    if report.dataset and report.version:
        found += of_version(ws, report.dataset, report.version)
    return list({one.title: one for one in found}.values())


def of_run(ws: Workspace, name: str) -> list[Entry]:
    """A training run and the data behind it."""
    try:
        run = ws.runs.get(name)
    except NotFound:
        return [Entry(name, [("state", f"{name} is not in this project any more; what it was is not known.")], [])]
    version = f"{run.dataset}, version {run.version}"
    return [Entry(run.id, list(_run_facts(ws, run)), [version]), *of_version(ws, run.dataset, run.version)]


def of_version(ws: Workspace, dataset: str, number: int) -> list[Entry]:
    """A dataset version with all the steps that made it, from the file that was loaded."""
    title = f"{dataset}, version {number}"
    try:
        line = ws.datasets.lineage(dataset, number)
    except NotFound:
        return [Entry(title, [("state", f"{title} is not in this project any more.")], [])]
    head = line[-1]
    facts: list[Fact] = [("rows", f"{head.rows:,}"), ("file", _file(head))]
    for step in line:
        facts += list(_step_facts(ws, step))
    return [Entry(title, facts, [])]


def _report_facts(report: Report) -> Iterator[Fact]:
    yield "what", f"{report.kind}{f' of {report.run}' if report.run else ''}"
    yield "made at (UTC)", report.made_at
    for name, value in report.body.get("settings", {}).items():
        if value is not None and name not in ("run", "dataset", "version", "weights"):
            yield f"setting: {name}", str(value)
    for name in ("split", "rows", "seed"):
        if report.body.get(name) is not None and name not in report.body.get("settings", {}):
            yield name, str(report.body[name])
    if report.kind == "evaluation":
        file = report.folder / PREDICTIONS
        told = f"{PREDICTIONS}, SHA-256 {sha256_of(file)}" if file.exists() else f"{PREDICTIONS} is gone"
        yield "every answer", told
    yield from _made_with(report.made_with)


def _run_facts(ws: Workspace, run: TrainingRun) -> Iterator[Fact]:
    yield "what", f"{run.plan.get('base_model')} fine-tuned with {run.plan.get('technique')}"
    yield "state", f"{run.state}{'' if run.model_folder else '; its weights are not there'}"
    yield "started at (UTC)", run.made_at
    yield "approved", _yes(ws, run.approval)
    for name, value in run.model_plan.items():
        if value is not None and name not in ("base_model", "technique", "estimates"):
            yield f"setting: {name}", _short(value)
    yield from _made_with(run.made_with)
    if run.model_folder:
        trained = json.loads((run.model_folder / "done.json").read_text()).get("versions", {})
        yield "libraries it was trained with", ", ".join(f"{name} {number}" for name, number in trained.items())


def _step_facts(ws: Workspace, step: Version) -> Iterator[Fact]:
    name = f"version {step.number}"
    yield name, f"{step.sentence.rstrip('.')} ({step.made_at} UTC, {step.rows:,} rows)"
    source = {key: step.recipe[key] for key in ("source", "sha256", "bytes", "revision") if key in step.recipe}
    if source:
        known = "; its SHA-256 was not recorded" if "sha256" not in source else ""
        yield f"{name}: loaded from", ", ".join(f"{key} {value}" for key, value in source.items()) + known
    if step.recipe:
        yield f"{name}: recipe", _short({key: value for key, value in step.recipe.items() if key not in source})
    change = next((one for one in ws.datasets.history(step.dataset) if one.after >= step.number), None)
    yield f"{name}: approved", _yes(ws, change.approval if change else None)


def _yes(ws: Workspace, approval: int | None) -> str:
    """Who said yes, when, and to exactly what."""
    if approval is None:
        return OLDER
    given = ws.approvals.get(approval)
    card = given.preview.get("text", "")
    how = "typed by the user" if given.note == "typed by the user" else "by the user of this project, on a card"
    told = f"yes at {given.answered_at} UTC, {how}, to {given.tool}({_short(given.arguments)})"
    shown = f"; the card said: {cut(card, LONGEST)}" if card else ""
    return f"{told}; question {given.id}, payload SHA-256 {given.payload_hash}{shown}"


def _made_with(made: Mapping[str, Any]) -> Iterator[Fact]:
    if not made:
        yield "code, libraries and machine", OLDER
        return
    code, machine = made["code"], made["machine"]
    commit = f", git commit {code['commit']}" if code.get("commit") else ""
    changed = " with changes that are not committed" if code.get("changed") else ""
    yield "code", f"tunewright {code['version']}{commit}{changed}"
    yield "libraries", ", ".join(f"{name} {number}" for name, number in made["libraries"].items())
    cards = f", {', '.join(machine['gpus'])}" if machine.get("gpus") else ""
    yield "machine", f"{machine['system']}, {machine['processor']}, {machine['cores']} cores{cards}"


def _file(version: Version) -> str:
    if not version.path.exists():
        return f"{version.path.name} is gone"
    return f"{version.path.name}, SHA-256 {sha256_of(version.path)}"


def _version_name(dataset: str | None, number: int | None) -> str:
    return f"{dataset}, version {number}" if dataset and number else ""


def _short(value: Any) -> str:
    return cut(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str), LONGEST)
