"""Here a scripted brain says which tool is meant, a scripted model fills in the rest, and wording does not matter."""

from collections.abc import Sequence
from typing import Any

import pytest

from assistant.arguments import fill
from assistant.transcript import Turn
from store import Workspace
from tools import TOOLS


@pytest.fixture(autouse=True)
def scripted(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    if not request.node.get_closest_marker("model"):
        monkeypatch.setattr("assistant.asking.SURE", 2.0)
        monkeypatch.setattr("assistant.asking.MODEL_COUNTS", 100.0)


@pytest.fixture
def two(ws: Workspace) -> Workspace:
    """Two datasets: reviews and reviews_test."""
    with ws.approvals.typed("load_dataset", {}):
        ws.datasets.add("reviews_test", "select 'fine' as text, 1 as label", sentence="Loaded.", recipe={})
    return ws


class Model:
    """Answers with what is given, and keeps what it was asked for."""

    def __init__(self, **gives: Any) -> None:
        self.gives, self.asked = gives, {}

    def __call__(self, messages: Sequence[Any], properties: dict[str, Any], required: Sequence[str]) -> dict[str, Any]:
        self.asked = properties
        return {name: value for name, value in self.gives.items() if name in properties}


def filled(ws: Workspace, tool: str, wish: str, *earlier: Turn, **gives: Any) -> dict[str, Any]:
    """The arguments that are found for a tool, from a model that gives these."""
    return fill(TOOLS[tool], ws, [*earlier, Turn(wish)], [], Model(**gives))
