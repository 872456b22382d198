"""A span of OpenTelemetry for each request, by the conventions for generative AI. No text is in it."""

import importlib
import importlib.util
import os
from typing import Any

from opentelemetry import trace
from opentelemetry.trace import SpanKind, Status, StatusCode

from store.requests import Request

ADDRESS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
"""Where spans are sent is set by these variables, as everywhere with OpenTelemetry."""
OPERATIONS = {"chat": "chat", "completion": "text_completion", "classify": "classify"}
NANO = 1_000_000_000


def set_up(service: str) -> bool:
    """Send spans to the address in the environment, if there is one and the extra `tracing` is installed."""
    if not any(os.environ.get(name) for name in ADDRESS):
        return False
    if not importlib.util.find_spec("opentelemetry.sdk") or not importlib.util.find_spec("opentelemetry.exporter"):
        return False
    sdk: Any = importlib.import_module("opentelemetry.sdk.trace")
    export: Any = importlib.import_module("opentelemetry.sdk.trace.export")
    resources: Any = importlib.import_module("opentelemetry.sdk.resources")
    otlp: Any = importlib.import_module("opentelemetry.exporter.otlp.proto.http.trace_exporter")
    provider = sdk.TracerProvider(resource=resources.Resource.create({"service.name": service}))
    provider.add_span_processor(export.BatchSpanProcessor(otlp.OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    return True


def tell_span(service: str, request: Request, tracer: trace.Tracer | None = None) -> None:
    """Tell of a request that ended, with its own times (semantic conventions for generative AI, 1.38)."""
    tracer = tracer or trace.get_tracer("tunewright")
    operation = OPERATIONS[request.kind]
    begun = int(request.at * NANO)
    span = tracer.start_span(
        f"{operation} {request.model}",
        kind=SpanKind.SERVER,
        start_time=begun,
        attributes={
            "gen_ai.operation.name": operation,
            "gen_ai.provider.name": "tunewright",
            "gen_ai.request.model": request.model,
            "gen_ai.response.model": request.run or request.model,
            "gen_ai.response.id": request.id,
            "gen_ai.usage.input_tokens": request.prompt_tokens,
            "gen_ai.usage.output_tokens": request.completion_tokens,
            "http.response.status_code": request.status,
            "tunewright.service": service,
            "tunewright.outcome": request.outcome,
            "tunewright.queue_seconds": request.waited_seconds,
        },
    )
    if request.first_seconds is not None:
        span.set_attribute("gen_ai.response.time_to_first_chunk", request.first_seconds)
    if request.outcome == "failed":
        span.set_attribute("error.type", str(request.status))
        span.set_status(Status(StatusCode.ERROR))
    span.end(int((request.at + request.seconds) * NANO))
