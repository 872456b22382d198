"""Figures for Prometheus, counted from what is recorded of each request. No text is read."""

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest

from store.requests import Request

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
OTHER = "other"
LABELS = 100
"""Labels of a classifier that are counted apart; those that come later are counted as `other`."""


class Observed:
    """What a service has done since its process began.

    Args:
        service: Its name, a label of every figure.
    """

    def __init__(self, service: str) -> None:
        self._service, self._labels = service, set[str]()
        self.registry = registry = CollectorRegistry()
        by = ("service", "run")

        def count(name: str, told: str, *more: str) -> Counter:
            return Counter(f"tunewright_{name}", told, (*by, *more), registry=registry)

        def times(name: str, told: str) -> Histogram:
            return Histogram(f"tunewright_{name}_seconds", told, by, buckets=SECONDS, registry=registry)

        self._requests = count("requests", "Requests that ended.", "kind", "outcome", "status")
        self._tokens = count("tokens", "Tokens read and written.", "direction")
        self._seconds = times("request", "From when a request came in to its end.")
        self._first = times("first_token", "From when a request came in to its first token.")
        self._waited = times("queue", "In the queue, before a request was begun.")
        self._declined = count("declined", "Answers in which the model declined to answer.")
        self._empty = count("empty", "Answers without a token.")
        self._chosen = count("labels", "Labels that a classifier chose.", "label")

    def see(self, request: Request) -> None:
        """Count a request that ended."""
        by = (self._service, request.run)
        self._requests.labels(*by, request.kind, request.outcome, str(request.status)).inc()
        self._tokens.labels(*by, "read").inc(request.prompt_tokens)
        self._tokens.labels(*by, "written").inc(request.completion_tokens)
        if request.outcome != "refused":
            self._seconds.labels(*by).observe(request.seconds)
            self._waited.labels(*by).observe(request.waited_seconds)
        if request.first_seconds is not None:
            self._first.labels(*by).observe(request.first_seconds)
        if request.refused:
            self._declined.labels(*by).inc()
        if request.empty:
            self._empty.labels(*by).inc()
        if request.label is not None:
            self._chosen.labels(*by, self._counted_as(request.label)).inc()

    def _counted_as(self, label: str) -> str:
        if label not in self._labels and len(self._labels) >= LABELS:
            return OTHER
        self._labels.add(label)
        return label


def router(observed: Observed) -> APIRouter:
    """GET /metrics, in the text format of Prometheus."""
    routes = APIRouter()

    def metrics() -> Response:
        """The figures of this service since its process began."""
        return Response(generate_latest(observed.registry), media_type=CONTENT_TYPE_LATEST)

    routes.add_api_route("/metrics", metrics, methods=["GET"], response_class=Response, include_in_schema=False)
    return routes
