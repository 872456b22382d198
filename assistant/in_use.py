"""The services of a project on the page: how much they are asked, how quickly they answer, and what was noticed."""

import time
from functools import lru_cache
from html import escape

from assistant.markup import chart
from store import Workspace
from store.requests import Alert, Request
from store.services import Service
from tools.monitor._drifted import vectors_of, with_vectors
from tools.monitor._figures import figures
from tools.monitor._over_time import asked_plot, labels_plot, novelty_plot, seconds_plot
from tools.monitor._trained_on import Known, known_to
from tools.monitor.check_service import leading

LOOKED_AT = 2000
"""The newest requests, which are shown."""
RECENT_SECONDS = 3600.0
DRAWN_SECONDS = 3.0
"""A picture is drawn anew no sooner."""
ALERTS = 3


def live_services(ws: Workspace) -> str:
    """Every service that answers, as HTML; "" if none does."""
    served = [each for each in ws.services.all() if each.state == "serving"]
    return "".join(_live(ws, each, _now()) for each in served)


def closer(ws: Workspace) -> str:
    """The other pictures of the services: seconds, labels, and how new requests are."""
    served = [each for each in ws.services.all() if each.state == "serving"]
    return "".join(_curves(ws, each) for each in served)


def noticed(ws: Workspace) -> list[str]:
    """What to say next if something of a service was noticed and not yet looked at; mostly nothing."""
    names = dict.fromkeys(alert.service for alert in ws.requests.alerts(unseen=True))
    return [f"how is {name} doing in use?" for name in names]


def _live(ws: Workspace, service: Service, bucket: int) -> str:
    alerts = ws.requests.alerts(service.name, unseen=True)
    wrong = "".join(f'<p class="tw-trouble">{escape(_told(alert))}</p>' for alert in reversed(alerts[-ALERTS:]))
    place = ws.requests.place(service.name, 0)
    return f'<div class="tw-live">{_drawn(ws, service.name, _served(service), place, bucket, wrong)}</div>'


@lru_cache(maxsize=8)
def _drawn(ws: Workspace, name: str, served: str, place: int, bucket: int, wrong: str) -> str:
    """One service; drawn again only when there is something new and a while has gone by."""
    requests = _recent(ws, name)
    head = f"<p><b>{escape(name)}</b> answers with <b>{escape(served)}</b>. {_sentence(requests)}</p>"
    plot = asked_plot(requests)
    return f'<div>{head}<div role="status">{wrong}</div></div>{chart(plot) if plot else ""}'


def _served(service: Service) -> str:
    """Which runs answer, and which share of the requests each of them."""
    shares = [(each.run or "the untuned base", each.share) for each in service.models if each.share]
    if len(shares) < 2:
        return leading(service) or "the untuned base"
    return " and ".join(f"{run} ({share:.0%})" for run, share in shares)


def _sentence(requests: list[Request]) -> str:
    if not requests:
        return "Nothing was asked in the last hour."
    found = figures(requests)
    times = (
        f", half answered within {found.seconds[0]:.2g} s and 95 of 100 within {found.seconds[1]:.2g} s"
        if found.seconds
        else ""
    )
    return f"In the last hour {found.requests:,} requests, {found.outcomes.get('failed', 0):,} failed{times}."


def _curves(ws: Workspace, service: Service) -> str:
    requests = _recent(ws, service.name)
    if not requests:
        return ""
    drift = novelty_plot(_ranks(with_vectors(requests), _known(ws, leading(service))))
    plots = [seconds_plot(requests), labels_plot(requests), drift]
    drawn = "".join(chart(plot) for plot in plots if plot)
    return f'<div class="tw-result"><div class="tw-curves">{drawn}</div></div>'


def _ranks(seen: list[Request], known: Known | None) -> list[tuple[float, float]]:
    """When each request came, and how new it is among held-out rows."""
    if not seen or known is None:
        return []
    ranks = known.novelty.ranks(known.novelty.of(vectors_of(seen)))
    return [(each.at, float(rank)) for each, rank in zip(seen, ranks, strict=True)]


@lru_cache(maxsize=4)
def _known(ws: Workspace, run: str) -> Known | None:
    """What a run knows: it never changes, and takes a second to read."""
    return known_to(ws, run) if run else None


def _recent(ws: Workspace, name: str) -> list[Request]:
    return ws.requests.of(name, since=time.time() - RECENT_SECONDS, most=LOOKED_AT)


def _told(alert: Alert) -> str:
    return f"{alert.service}: {alert.sentence}"


def _now() -> int:
    return int(time.time() / DRAWN_SECONDS)
