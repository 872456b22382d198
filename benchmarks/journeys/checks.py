"""What may have to be so at the end of a journey; each check reads the store and tells what is not."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.journeys.starts import base
from store import StoreError, Workspace
from store.engine import quoted
from tools.data._format import format_of

Check = Callable[[Workspace], Iterator[str]]
NEAR = 0.04
"""How far a share of the rows may be from the one asked for, since labels and repeats stay together."""


def every(*checks: Check) -> Callable[[Workspace], list[str]]:
    """All of these."""

    def wrong(check: Check, ws: Workspace) -> list[str]:
        try:
            return list(check(ws))
        except (StoreError, duckdb.Error) as error:  # what it is about is not there
            return [str(error).splitlines()[0]]

    return lambda ws: [told for check in checks for told in wrong(check, ws)]


def goal(**wanted: Any) -> Check:
    """The goal has these values."""

    def check(ws: Workspace) -> Iterator[str]:
        found = ws.goals.get()
        yield from _differing("the goal's", asdict(found), wanted) if found else ["no goal is set"]

    return check


def no_goal(ws: Workspace) -> Iterator[str]:
    """Nobody set a goal."""
    if found := ws.goals.get():
        yield f"the goal {found.description!r} was set"


def datasets(*names: str) -> Check:
    """There are these datasets and no others."""

    def check(ws: Workspace) -> Iterator[str]:
        if set(found := ws.datasets.names()) != set(names):
            yield f"the datasets are {', '.join(found) or 'none'}, not {', '.join(names)}"

    return check


def untouched(*names: str) -> Check:
    """The datasets are as they were loaded, and always were."""

    def check(ws: Workspace) -> Iterator[str]:
        for name in names:
            for change in ws.datasets.history(name)[1:]:
                yield f"{name} was changed: {change.sentence}"

    return check


def rows(name: str, wanted: int, where: str = "") -> Check:
    """A dataset has so many rows, or so many of which an SQL condition is true."""

    def check(ws: Workspace) -> Iterator[str]:
        if (found := _count(ws, name, where or "true")) != wanted:
            yield f"{name} has {found} rows{f' where {where}' if where else ''}, not {wanted}"

    return check


def fixed(name: str, *kinds: str) -> Check:
    """Fixes of these kinds are applied to a dataset and in force, and no others."""

    def check(ws: Workspace) -> Iterator[str]:
        found = {fix.kind for fix in ws.fixes.all(name, "applied")}
        if found != set(kinds):
            yield f"fixed in {name}: {', '.join(sorted(found)) or 'nothing'}, not {', '.join(sorted(kinds))}"

    return check


def split(name: str, *, test: float, validation: float) -> Check:
    """A dataset is split, with about these shares."""

    def check(ws: Workspace) -> Iterator[str]:
        head = ws.datasets.head(name)
        if not (column := head.column("split")):
            yield f"{name} is not split"
            return
        for part, share in (("test", test), ("validation", validation)):
            found = _count(ws, name, f"{quoted(column)} = '{part}'") / head.rows
            if abs(found - share) > (NEAR if share else 0):
                yield f"the {part} share of {name} is {found:.2f}, not {share}"

    return check


def no_split(name: str) -> Check:
    """A dataset is not split."""

    def check(ws: Workspace) -> Iterator[str]:
        if ws.datasets.head(name).column("split"):
            yield f"{name} is split"

    return check


def formatted(name: str, style: str = "pairs", instruction: str = "") -> Check:
    """A dataset has prompts and answers of a style, made here, with these words before each."""

    def check(ws: Workspace) -> Iterator[str]:
        head = ws.datasets.head(name)
        found = format_of(ws, head)
        if not found or found.style != style or not {"prompt", "messages"} & set(head.columns):
            yield f"{name} is not formatted as {style}"
        elif instruction.lower() not in found.instruction.lower():
            yield f"the instruction of {name} is {found.instruction!r}, not {instruction!r}"

    return check


def happened(name: str, *beginnings: str) -> Check:
    """The history of a dataset has sentences that begin like this, in this order, whatever is between."""

    def check(ws: Workspace) -> Iterator[str]:
        told = iter(change.sentence for change in ws.datasets.history(name))
        for beginning in beginnings:
            if not any(sentence.startswith(beginning) for sentence in told):
                yield f"{beginning!r} is not in the history of {name}, or not in its place"
                return

    return check


def never(name: str, words: str) -> Check:
    """No sentence of the history of a dataset has these words."""

    def check(ws: Workspace) -> Iterator[str]:
        for change in ws.datasets.history(name):
            if words in change.sentence:
                yield f"{name} had this done: {change.sentence}"

    return check


def runs(*states: str) -> Check:
    """The runs have ended in these states, oldest first, and there are no others."""

    def check(ws: Workspace) -> Iterator[str]:
        if (found := tuple(run.state for run in ws.runs.all())) != states:
            yield f"the runs are {', '.join(found) or 'none'}, not {', '.join(states) or 'none'}"

    return check


def trained(run: str, **wanted: Any) -> Check:
    """A run learned from the tiny base model, with these settings in its plan."""

    def check(ws: Workspace) -> Iterator[str]:
        found = ws.runs.get(run).plan
        yield from _differing(run, found | {"base": Path(found["base_model"])}, {"base": base().resolve()} | wanted)

    return check


def resumed(run: str) -> Check:
    """A run was stopped and went on later."""

    def check(ws: Workspace) -> Iterator[str]:
        jobs = [job.state for job in reversed(ws.jobs.all("train")) if job.payload["run"] == run]
        if len(jobs) < 2 or jobs[0] != "stopped":
            yield f"{run} was never stopped and resumed: {', '.join(jobs)}"

    return check


def reported(kind: str, run: str | None = None, times: int = 1, **words: str) -> Check:
    """There are so many results of a kind, about a run, whose body holds these words in these places."""

    def check(ws: Workspace) -> Iterator[str]:
        found = [report for report in ws.reports.all(kind, run) if not words or _holds(report.body, words)]
        if len(found) < times:
            about = "".join(f" of {one}" for one in (run, *words.values()) if one)
            yield f"{len(found)} results of kind {kind}{about}, not {times}"

    return check


def written_after(kind: str, run: str | None = None) -> Check:
    """The project's report was written, and after a result of a kind, so that it is in it."""

    def check(ws: Workspace) -> Iterator[str]:
        order = [report.kind for report in ws.reports.all(run=run)]
        if "report" not in order or kind not in order[: len(order) - order[::-1].index("report")]:
            yield f"no report was written after the {kind}"

    return check


def exported(run: str, *forms: str) -> Check:
    """A run was exported in these forms, and no others."""

    def check(ws: Workspace) -> Iterator[str]:
        found = {folder.name for folder in (ws.folder / "exports").glob(f"{run}-*") if any(folder.iterdir())}
        if found != {f"{run}-{form}" for form in forms}:
            yield f"exported: {', '.join(sorted(found)) or 'nothing'}, not {', '.join(forms)} of {run}"

    return check


def _differing(what: str, found: Mapping[str, Any], wanted: Mapping[str, Any]) -> Iterator[str]:
    for key, value in wanted.items():
        if found.get(key) != value:
            yield f"{what} {key} is {found.get(key)}, not {value}"


def _count(ws: Workspace, name: str, where: str) -> int:
    with ws.datasets.read(name) as connection:
        found = connection.execute(f"select count(*) from {quoted(name)} where {where}").fetchone()
    return found[0] if found else 0


def _holds(body: Mapping[str, Any], words: Mapping[str, str]) -> bool:
    """Whether the parts of a body hold words, letter for letter but for case."""
    return all(value.lower() in str(body.get(part)).lower() for part, value in words.items())
