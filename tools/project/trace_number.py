"""What is behind a number: from the page to the file that was loaded."""

from typing import Annotated, Any

from pydantic import Field

from store import Workspace
from store.reports import Report
from tools.kinds import Report as ReportName
from tools.kinds import Run, near
from tools.project._ledger import Entry, of_report, of_run, of_version
from tools.project._places import Place, places
from tools.project._traced import whence_chip
from tools.result import Result, Table
from tools.tool import ToolError, tool
from tools.words import counted

MOST_PLACES = 30
FIGURES_OF = ("evaluation", "audit", "comparison")
"""The kinds of reports that hold what a project rests on, most wanted first."""
Number = Annotated[
    float,
    Field(ge=-1_000_000_000, le=1_000_000_000),
    near("come came behind origin figure value accuracy score f1 bleu rouge percent share shows says got said stated"),
]


@tool(
    asks=[
        ("where does 87.2 % come from?", {"number": 0.872}),
        ("what is behind the accuracy of run-2?", {"run": "run-2"}),
        ("where do the numbers of report-3 come from?", {"report": "report-3"}),
        ("where do these numbers come from?", {}),
        ("trace the figure 0.86 back to the data", {"number": 0.86}),
        ("which dataset version and seed are behind report-2", {"report": "report-2"}),
        ("prove where the 91.5 % in the report was measured", {"number": 0.915}),
        ("show the ledger of run-1", {"run": "run-1"}),
        ("on what does the score of run-4 rest, down to the uploaded file", {"run": "run-4"}),
        ("with which library versions were the results computed", {}),
        ("I need the provenance of the results in report-1", {"report": "report-1"}),
    ],
)
def trace_number(
    ws: Workspace, number: Number | None = None, run: Run | None = None, report: ReportName | None = None
) -> Result:
    """Trace a number to what is behind it: report, run, settings, data version, approvals, source file, libraries.

    Args:
        number: The number as it was shown; 87.2 percent is 0.872.
        run: The run that it is about.
        report: The report that it stands in.

    Example:
        >>> print(trace_number(ws, 3))
        3 stands in reviews, version 1: rows, 3. reviews, version 1: Loaded 3 rows from reviews.csv (...
    """
    if number is None:
        title = report or _newest(ws, run)
        return _told("", title, [], _behind(ws, title))
    reports = [ws.reports.get(report)] if report else ws.reports.all(run=run)
    found = places(ws, float(number), reports, run)
    if report:
        found = [place for place in found if place.holder == report]
    if not found:
        raise ToolError(_nowhere(ws, _as_said(number), run, report))
    holders = list(dict.fromkeys(place.holder for place in found))
    if len(holders) > 1:
        return _several(_as_said(number), holders, found)
    first = found[0]
    stands = f"{_as_said(number)} stands in {first.holder}: {first.where}, {first.shown}."
    return _told(stands, holders[0], found, _behind(ws, holders[0]))


def _behind(ws: Workspace, title: str) -> list[Entry]:
    """The entries behind a report, a run or a dataset version, which is the first of them."""
    if title.startswith("report-"):
        return of_report(ws, ws.reports.get(title))
    if title.startswith("run-"):
        return of_run(ws, title)
    name, _, version = title.rpartition(", version ")
    return of_version(ws, name, int(version))


def _newest(ws: Workspace, run: str | None) -> str:
    """What is traced when no number is named: the newest results, else the run, else the data."""
    reports = ws.reports.all(run=run)
    for kind in FIGURES_OF:
        if found := [report.id for report in reports if report.kind == kind]:
            return found[-1]
    if run or ws.runs.names():
        return run or ws.runs.names()[-1]
    if names := ws.datasets.names():
        return f"{names[-1]}, version {ws.datasets.head(names[-1]).number}"
    raise ToolError("There are no numbers yet: nothing was loaded, trained or evaluated. Load a file first.")


def _told(stands: str, title: str, found: list[Place], entries: list[Entry]) -> Result:
    chain = f"{title} rests on {', then '.join(entry.title for entry in entries[1:])}." if entries[1:] else ""
    facts = [f"{entry.title}: {'; '.join(_main(entry))}." for entry in entries if _main(entry)]
    tables = [entry.table() for entry in entries]
    data: dict[str, Any] = {
        "places": [vars(place) for place in found],
        "chain": [{"title": each.title, "facts": each.facts, "rests_on": each.behind} for each in entries],
    }
    said = " ".join(part for part in (stands, chain, *facts) if part)
    return Result(said, tables=[*_listed(found), *tables], next=["write the report"], data=data)


def _main(entry: Entry) -> list[str]:
    """The facts of an entry that are told in words; all of them stand in its table."""
    facts = dict(entry.facts)
    told = [facts[name] for name in ("what", "state") if name in facts]
    told += [f"made {facts[name]} UTC" for name in ("made at (UTC)", "started at (UTC)") if name in facts]
    told += [f"seed {facts[name]}" for name in ("setting: seed", "seed") if name in facts]
    told += [facts["code"]] if "code" in facts else []
    steps = [value for name, value in entry.facts if name.startswith("version ") and ": " not in name]
    loaded = [f"loaded from {value}" for name, value in entry.facts if name.endswith("loaded from")]
    return [*told, *steps[-1:], *loaded]


def _several(said: str, holders: list[str], found: list[Place]) -> Result:
    text = (
        f"{said} stands in {counted(len(holders), 'place')}: {', '.join(holders)}. Ask about the one that you mean to "
        "be told what is behind it."
    )
    chips = [whence_chip(name) for name in holders if name.startswith(("report-", "run-"))][:3]
    return Result(text, tables=_listed(found), next=chips, data={"places": [vars(place) for place in found]})


def _listed(found: list[Place]) -> list[Table]:
    rows = [(place.holder, place.where, place.shown) for place in found[:MOST_PLACES]]
    more = f" (the first {MOST_PLACES} of {len(found)})" if len(found) > MOST_PLACES else ""
    return [Table(f"Where it stands{more}", ("in", "where", "as"), rows)] if rows else []


def _nowhere(ws: Workspace, said: str, run: str | None, report: str | None) -> str:
    where = report or (f"the results of {run}" if run else "any result, training or dataset of this project")
    there = "; ".join(f"{one.id}, {_what(one)}" for one in ws.reports.all() if "result" in one.body)
    has = f"The results here: {there}." if there else "Nothing has been evaluated here yet."
    return (
        f"{said} does not stand in {where}, neither as it was shown nor rounded. {has} Give the number as you see it."
    )


def _what(report: Report) -> str:
    return f"{report.kind} of {report.run or report.dataset or 'the project'}"


def _as_said(number: float) -> str:
    percent = f" ({100 * number:.6g} %)" if 0 < abs(number) < 1 else ""
    return f"{number:.6g}{percent}"
