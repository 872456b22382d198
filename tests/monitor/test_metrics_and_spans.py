"""Prometheus and OpenTelemetry are told what was recorded, and never a text."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode
from prometheus_client.parser import text_string_to_metric_families

from store.requests import Request
from tests.monitor.asked import request
from tools.monitor._metrics import LABELS, OTHER, Observed, router
from tools.monitor._spans import set_up, tell_span

SECRET = "my card number"


def scraped(*requests: Request) -> dict[tuple[str, str], float]:
    """The value of every sample by its name and each of its labels."""
    observed, app = Observed("tickets"), FastAPI()
    for each in requests:
        observed.see(each)
    app.include_router(router(observed))
    answer = TestClient(app).get("/metrics")
    assert SECRET not in answer.text
    assert answer.headers["content-type"].startswith("text/plain")
    families = text_string_to_metric_families(answer.text)
    return {(s.name, label): s.value for family in families for s in family.samples for label in s.labels.values()}


def test_what_was_recorded_is_counted():
    chat = {"kind": "chat", "prompt": SECRET, "answer": SECRET, "first_seconds": 0.2}
    found = scraped(
        request(label="refund"),
        request(**chat, completion_tokens=7, seconds=0.7),
        request(**chat, completion_tokens=0, refused=True),
        request(outcome="failed", status=500),
    )
    assert found["tunewright_requests_total", "500"] == 1
    assert found["tunewright_tokens_total", "written"] == 7
    assert found["tunewright_tokens_total", "read"] == 36
    assert found["tunewright_labels_total", "refund"] == 1
    assert found["tunewright_declined_total", "run-1"] == 1
    assert found["tunewright_empty_total", "run-1"] == 1
    assert found["tunewright_first_token_seconds_count", "run-1"] == 2
    assert found["tunewright_request_seconds_count", "run-1"] == 4


def test_a_client_cannot_make_figures_without_end():
    found = scraped(*(request(label=f"label {number}") for number in range(LABELS + 50)))
    assert found["tunewright_labels_total", OTHER] == 50


def test_a_span_tells_times_and_tokens_and_no_text():
    kept = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    asked = request(kind="chat", completion_tokens=7, seconds=0.5, first_seconds=0.2, prompt=SECRET, answer=SECRET)
    tell_span("tickets", asked, provider.get_tracer("test"))
    tell_span("tickets", request(outcome="failed", status=500), provider.get_tracer("test"))
    good, bad = kept.get_finished_spans()
    assert good.name == "chat tickets"
    assert good.attributes is not None
    assert good.attributes["gen_ai.usage.output_tokens"] == 7
    assert good.attributes["gen_ai.response.model"] == "run-1"
    assert good.end_time is not None
    assert good.start_time is not None
    assert abs((good.end_time - good.start_time) / 1e9 - 0.5) < 0.001
    assert SECRET not in good.to_json()
    assert bad.status.status_code is StatusCode.ERROR
    provider.shutdown()


def test_without_an_address_no_span_is_sent_anywhere(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", raising=False)
    assert not set_up("tickets")
