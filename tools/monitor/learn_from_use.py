"""Turn what was said of a served model into rows to train on."""

from typing import Annotated

from pydantic import Field

from store import Version, Workspace
from store.counted import Count
from store.errors import NotFound
from store.services import Service
from tools.data._read import scratch
from tools.kinds import ServiceName, counting
from tools.labelling.begin import planned
from tools.monitor._harvest import Harvest, Lesson, Used, harvest, used
from tools.monitor._hoped import by_the_curve, hoped_table
from tools.monitor._rows_to_be import with_lessons, write
from tools.monitor._trained_on import known_to
from tools.monitor.check_service import leading, service_meant
from tools.result import Result, Table
from tools.tool import ToolError, tool

MOST = 100
SHOWN = 10
Rows = Annotated[int, Field(ge=0, le=2000), counting("label labelling by hand rows open unsure")]


@tool(
    effect="writes",
    asks=[
        ("learn from the use of tickets_live", {"service": "tickets_live"}),
        ("turn the corrections of our users into training data", {}),
        ("take what people corrected in triage into the dataset", {"service": "triage"}),
        ("close the loop: use the feedback for the next version of the data", {}),
        ("collect the requests that the live model was unsure about", {}),
        (
            "add the corrected answers of helpdesk as rows, and 20 unsure ones to label",
            {"service": "helpdesk", "rows": 20},
        ),
        ("make a new dataset version from production feedback", {}),
        ("the users told us what was wrong, feed that back", {}),
        ("harvest the served requests for retraining", {}),
        ("what can we learn from the live requests? put it into the data", {}),
        ("use only the corrections of triage, nothing to label", {"service": "triage", "rows": 0}),
    ],
)
def learn_from_use(ws: Workspace, service: ServiceName | None = None, rows: Rows = MOST) -> Result:
    """Add what people corrected in use to the dataset, and open unsure and new requests for labelling.

    Args:
        service: The service; the newest if none is named.
        rows: The most requests that nobody judged to be opened for labelling.

    Example:
        >>> learn_from_use(ws)
        Traceback (most recent call last):
        tools.tool.ToolError: Nothing is served yet, so there is nothing to watch. Deploy a run first.
    """
    meant = service_meant(ws, service)
    head = _dataset(ws, meant)
    found = _found(ws, meant, head, rows, _as_shown(ws, head))
    lessons = [*found.corrected, *found.open]
    sentence = _done(meant, found)
    recipe = {"tool": "learn_from_use", "service": meant.name, "requests": [lesson.request for lesson in lessons]}
    with scratch(ws) as folder:
        write(lessons, folder / "fresh.parquet")
        views = {"fresh": folder / "fresh.parquet"}
        version = ws.datasets.derive(head.dataset, with_lessons(head), sentence=sentence, recipe=recipe, views=views)
    if found.open:
        style = "labels" if head.column("label") else "answers"
        ws.labellings.open(planned(ws, head.dataset, style=style, which="missing")[0])
    return Result(
        f"{sentence} {head.dataset} is now version {version.number} with {Count(version.rows):row|rows}."
        f"{_open_told(found)} {_retrain(ws, meant, head, found)}",
        next=_next(ws, meant, head, found),
        data={
            "dataset": head.dataset,
            "version": version.number,
            "corrected": len(found.corrected),
            "open": len(found.open),
        },
    )


@learn_from_use.preview
def _preview(ws: Workspace, service: ServiceName | None = None, rows: Rows = MOST) -> Result:
    meant = service_meant(ws, service)
    head, until = _dataset(ws, meant), used(ws, meant.name)
    found = _found(ws, meant, head, rows, until)
    known = known_to(ws, leading(meant))
    tables = [
        _table("Corrections", found.corrected, "becomes"),
        _table("To be labelled", found.open, "why"),
        hoped_table(head, found.corrected, known.asked.labels if known else {}),
        Table("Left out", ("because", "requests"), list(found.left_out.items())) if found.left_out else None,
    ]
    return Result(
        f"I would add {Count(len(found.corrected)):corrected answer|corrected answers} and "
        f"{Count(len(found.open)):question|questions} without an answer from the use of {meant.name} to "
        f"{head.dataset}, as training rows of a new version that can be undone. Personal data is masked; test rows "
        "stay as they are."
        f"{_open_told(found)}{_without(found)} {_retrain(ws, meant, head, found)}",
        tables=[table for table in tables if table],
        data={"place": until.place, "said": until.said, "dataset": head.dataset, "version": head.number},
    )


def _dataset(ws: Workspace, service: Service) -> Version:
    """The head of the dataset that the run was trained on which answers most."""
    try:
        run = ws.runs.get(leading(service))
    except NotFound as error:
        raise ToolError(
            f"{service.name} answers with an untuned model, so there is no dataset that could learn."
        ) from error
    return ws.datasets.head(run.dataset)


def _as_shown(ws: Workspace, head: Version) -> Used | None:
    """What the card showed that is carried out now: what came in since is for the next time.

    Raises:
        ToolError: The dataset was changed since.
    """
    shown = ws.approvals.get(ws.approvals.needed(f"changing {head.dataset}")).preview.get("data")
    if not shown or "place" not in shown:
        return None
    if shown["version"] != head.number:
        raise ToolError(f"{head.dataset} has changed since you saw this. Ask again to see it as it would be now.")
    return Used(shown["place"], shown["said"])


def _found(ws: Workspace, service: Service, head: Version, rows: int, until: Used | None) -> Harvest:
    found = harvest(ws, service.name, head, known_to(ws, leading(service)), until or used(ws, service.name), rows)
    if found.corrected or found.open:
        return found
    if found.without_text:
        raise ToolError(
            f"{Count(found.without_text):request|requests} to {service.name} could teach something, but their texts "
            "were not kept. Deploy it again with texts kept, and what comes in from then on can be learned from."
        )
    known = (
        f" {sum(found.left_out.values()):,} that could are in {head.dataset} already, or nearly."
        if found.left_out
        else ""
    )
    raise ToolError(
        f"Nobody has corrected an answer of {service.name}, and none was unsure or new.{known} "
        "Ask again when there is more."
    )


def _done(service: Service, found: Harvest) -> str:
    return (
        f"Added {Count(len(found.corrected)):corrected answer|corrected answers} and "
        f"{Count(len(found.open)):question|questions} to be labelled from the use of {service.name}."
    )


def _open_told(found: Harvest) -> str:
    if not found.open:
        return ""
    opened = f"{Count(len(found.open)):question is|questions are} opened for labelling in the page"
    return f" {opened}: nobody has said what is right."


def _without(found: Harvest) -> str:
    if not found.without_text:
        return ""
    return f" {Count(found.without_text):request|requests} more could teach something, but their texts were not kept."


def _retrain(ws: Workspace, service: Service, head: Version, found: Harvest) -> str:
    run = leading(service)
    rows = max(1, head.rows)
    curve = by_the_curve(ws, head.dataset, rows, len(found.corrected)) if found.corrected else ""
    told = (
        f"Then train again and compare with {run}, which is served: how they compare stands on the card before the new "
        "one is given any requests."
    )
    return f"{told} {curve}".strip()


def _next(ws: Workspace, service: Service, head: Version, found: Harvest) -> list[str]:
    label = [f"Apply the labels of {head.dataset}"] if found.open else []
    return [
        *label,
        f"repeat {leading(service)} on the newest version of {head.dataset}",
        f"undo the last change of {head.dataset}",
    ]


def _table(title: str, lessons: list[Lesson], last: str) -> Table | None:
    rows = [
        (lesson.text[:300], lesson.answered[:100], (lesson.right or "")[:300] if last == "becomes" else lesson.why)
        for lesson in lessons[:SHOWN]
    ]
    more = f", {SHOWN} of {len(lessons):,}" if len(lessons) > SHOWN else ""
    return Table(f"{title}{more}", ("asked", "answered", last), rows) if rows else None
