"""Here a scripted brain says which tool is meant, and wording does not matter."""

import pytest


@pytest.fixture(autouse=True)
def scripted(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    if not request.node.get_closest_marker("model"):
        monkeypatch.setattr("assistant.decide.SURE", 2.0)
        monkeypatch.setattr("assistant.decide.MODEL_COUNTS", 100.0)
