"""Requests as a service records them."""

import itertools
from typing import Any

from store import Workspace
from store.requests import Feedback, Request
from store.services import ServedModel, Service
from tools.embeddings.static import encoder

_numbers = itertools.count(1)
MODEL = ServedModel("tickets", "run-1", "/exports/run-1", "transformers", "classify", 1.0)


def serve(ws: Workspace, *models: ServedModel, **settings: Any) -> Service:
    """A service named tickets, set with a yes; no process is started."""
    with ws.approvals.typed("deploy_run", {}):
        return ws.services.set("tickets", models or (MODEL,), settings)


def request(text: str = "", **more: Any) -> Request:
    """One request to it, with the vector of its text."""
    number = next(_numbers)
    told: dict[str, Any] = {
        "id": f"cls-{number}",
        "at": 1_800_000_000.0 + number,
        "kind": "classify",
        "model": "tickets",
        "run": "run-1",
        "status": 200,
        "outcome": "answered",
        "prompt_tokens": 9,
        "completion_tokens": 0,
        "waited_seconds": 0.0,
        "first_seconds": None,
        "seconds": 0.1,
        "features": encoder().encode([text])[0].astype("float16").tobytes() if text else None,
    }
    return Request(**{**told, **more})


def record(ws: Workspace, *requests: Request) -> None:
    """Keep requests as the service does."""
    ws.requests.record("tickets", requests)


def correct(ws: Workspace, of: Request, text: str) -> None:
    """Somebody says what would have been right."""
    ws.requests.say(Feedback(of.id, "correction", None, text, "the desk", of.at))
