"""A workspace with tickets and a run that is done, without the minutes that a training takes."""

import random
from typing import Any

import pytest

from store import TrainingRun, Workspace
from tests.tiny_run import ROWS, add_tickets

PLAN: dict[str, Any] = {
    "base_model": "tiny",
    "task": "classify",
    "technique": "lora",
    "prompt": "prompt",
    "completion": "completion",
    "messages": None,
    "text": "text",
    "label": "label",
    "split": "split",
    "labels": sorted(ROWS),
    "worker": "tests.monitor.done_at_once",
}


@pytest.fixture
def served(empty: Workspace) -> Workspace:
    """Tickets with 96 rows, and run-1 that was trained on them."""
    add_tickets(empty)
    train(empty, "tickets")
    return empty


def train(ws: Workspace, dataset: str) -> TrainingRun:
    """A run whose worker ends at once; its weights are not looked at here."""
    with ws.approvals.typed("start_training", {"dataset": dataset}):
        return ws.runs.start(dataset, ws.datasets.head(dataset).number, PLAN)


def made_up(rows: int) -> list[tuple[str, str]]:
    """Different sentences about tickets, with their labels."""
    things = ["parcel", "order", "invoice", "card", "refund", "password", "account", "app", "page", "courier"]
    verbs = ["is late", "was lost", "does not open", "shows an error", "was charged twice", "never came", "is wrong"]
    whens = [
        "today",
        "since Monday",
        "again",
        "for a week",
        "this morning",
        "after the update",
        "on my phone",
        "at home",
    ]
    labels = sorted(ROWS)
    cases = [
        (f"My {thing} {verb} {when}", labels[(one + two) % len(labels)])
        for three, when in enumerate(whens)
        for one, thing in enumerate(things)
        for two, verb in enumerate(verbs)
    ]
    random.Random(0).shuffle(cases)
    return cases[:rows]
