"""Here a scripted brain says which tool is meant, and wording does not matter."""

import pytest


@pytest.fixture(autouse=True)
def scripted(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    if not request.node.get_closest_marker("model"):
        monkeypatch.setattr("assistant.asking.SURE", 2.0)
        monkeypatch.setattr("assistant.asking.MODEL_COUNTS", 100.0)
