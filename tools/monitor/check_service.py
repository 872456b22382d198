"""How a model that is served is doing."""

import time
from typing import Annotated

from pydantic import Field

from store import Workspace
from store.requests import Request
from store.services import Service
from tools.kinds import ServiceName, near
from tools.monitor._check_show import (
    alerts_table,
    drift_tables,
    drift_words,
    figures_table,
    labels_table,
    noticed_tables,
    plots,
    quality_table,
    rollout_table,
)
from tools.monitor._drifted import drifted
from tools.monitor._figures import Figures, Quality, cost, figures, quality
from tools.monitor._rollout import in_words, judged
from tools.result import Result
from tools.tool import ToolError, tool
from tools.words import counted

HOUR = 3600.0
MOST = 50_000
Hours = Annotated[float, Field(gt=0, le=24 * 366), near("hour hours h", today=24, day=24, week=168, month=720)]
Price = Annotated[float, Field(ge=0, le=1_000_000)]


@tool(
    asks=[
        ("how is the service doing?", {}),
        ("how are the answers of tickets_live in production", {"service": "tickets_live"}),
        ("show the requests and errors of the triage endpoint", {"service": "triage"}),
        ("is there drift in what people ask our deployed model?", {}),
        ("what did users say about the answers of helpdesk", {"service": "helpdesk"}),
        ("latency of the deployed model over the last 3 hours", {"hours": 3.0}),
        ("monitor the live model", {}),
        ("are there alerts about the service", {}),
        ("which new kinds of questions came in since we went live", {}),
        ("what does serving triage cost if the machine is 1.2 per hour", {"service": "triage", "hour_price": 1.2}),
        ("is the new run better than the old one in live traffic so far?", {}),
        ("how many people used the api today", {"hours": 24.0}),
        ("p95 and first token time in use", {}),
    ],
)
def check_service(
    ws: Workspace,
    service: ServiceName | None = None,
    hours: Hours | None = None,
    hour_price: Annotated[Price, near("hour machine server")] | None = None,
    token_price: Annotated[Price, near("tokens thousand 1,000 1000")] | None = None,
) -> Result:
    """Tell how a deployed service does in use: requests, errors, times, labels, cost, feedback, drift, alerts, rollout.

    Args:
        service: The service; the newest if none is named.
        hours: How far back to look; all that was recorded if not given.
        hour_price: What an hour of the machine costs, in any currency.
        token_price: What 1,000 tokens cost, in any currency.

    Example:
        >>> check_service(ws)
        Traceback (most recent call last):
        tools.tool.ToolError: Nothing is served yet, so there is nothing to watch. Deploy a run first.
    """
    meant = service_meant(ws, service)
    since = time.time() - HOUR * hours if hours else 0.0
    requests = _requests(ws, meant.name, since, hours)
    found, said = figures(requests), quality(requests, ws.requests.said(meant.name, since))
    price = cost(found, *_prices(meant, hour_price, token_price))
    drift = drifted(ws, leading(meant), requests, ws.requests.of(meant.name, until=requests[0].at, most=MOST))
    verdict, alerts = judged(ws, meant), ws.requests.alerts(meant.name)
    ws.requests.see([alert.id for alert in alerts])
    tables = [
        figures_table(found, price),
        quality_table(said),
        labels_table(found, drift.trained_labels if drift else {}),
        *(drift_tables(drift) if drift else ()),
        *noticed_tables(ws, alerts),
        rollout_table(verdict) if verdict else None,
        alerts_table(alerts),
    ]
    sentences = [
        _sentence(meant, found, said),
        drift_words(drift, kept=_texts_are_kept(requests)),
        in_words(verdict, meant.name) if verdict else "",
        alerts[-1].sentence if alerts else "",
    ]
    return Result(
        " ".join(filter(None, sentences)),
        tables=[table for table in tables if table],
        plots=plots(requests, drift),
        next=[
            *([f"deploy {verdict.new} as {meant.name}"] if verdict and verdict.ready and not verdict.harm else []),
            *([f"learn from the use of {meant.name}"] if said.judged or (drift and drift.new) else []),
        ],
        data=_data(meant, found, said, drift.new if drift else None),
    )


def service_meant(ws: Workspace, name: str | None) -> Service:
    """The service that is named, else the one that was set last.

    Raises:
        ToolError: There is none.
    """
    if name:
        return ws.services.get(name)
    known = ws.services.all()
    if not known:
        raise ToolError("Nothing is served yet, so there is nothing to watch. Deploy a run first.")
    return max(known, key=lambda each: (each.state == "serving", each.made_at, each.version))


def leading(service: Service) -> str:
    """The run that answers most of the requests."""
    return max(service.models, key=lambda each: each.share).run if service.models else ""


def counted_hours(hours: float) -> str:
    """Hours in words."""
    return "hour" if hours == 1 else f"{hours:g} hours"


def _prices(service: Service, hour: float | None, thousand: float | None) -> tuple[float | None, float | None]:
    kept = service.settings
    return (
        (hour, thousand)
        if (hour, thousand) != (None, None)
        else (kept.get("price_per_hour"), kept.get("price_per_1000_tokens"))
    )


def _texts_are_kept(requests: list[Request]) -> bool:
    return any(each.prompt for each in requests)


def _requests(ws: Workspace, service: str, since: float, hours: float | None) -> list[Request]:
    """What was asked of a service, oldest first.

    Raises:
        ToolError: Nothing was.
    """
    requests = ws.requests.of(service, since=since, most=MOST)
    if not requests:
        when = f" in the last {counted_hours(hours)}" if hours else " yet"
        raise ToolError(f"{service} had no request{when}, so there is nothing to tell of it.")
    return requests


def _sentence(service: Service, found: Figures, said: Quality) -> str:
    failed = found.outcomes.get("failed", 0)
    words = f"{service.name} had {counted(found.requests, 'request')}; {counted(failed, 'request')} failed."
    if found.seconds:
        words += (
            f" Half of the answers took up to {found.seconds[0]:.3g} seconds, 95 of 100 up to {found.seconds[1]:.3g}."
        )
    if (right := said.accuracy) is not None:
        words += (
            f" Of {counted(said.judged, 'answer')} that somebody judged, {right.value:.0%} were right "
            f"({right.low:.0%} to {right.high:.0%}); people rather judge what is wrong."
        )
    return words


def _data(service: Service, found: Figures, said: Quality, new: int | None) -> dict[str, object]:
    return {
        "service": service.name,
        "requests": found.requests,
        "failed": found.outcomes.get("failed", 0),
        "seconds": found.seconds,
        "tokens": found.read + found.written,
        "judged": said.judged,
        "right": said.right,
        "new": new,
    }
