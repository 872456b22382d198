"""A run to train on is found in what is said; elsewhere a run is no base model."""

from assistant.outside import narrowed
from store import Workspace
from tools import TOOLS


def base_models(ws: Workspace, tool: str, wish: str) -> list[str]:
    part = TOOLS[tool].schema(ws)["properties"]["base_model"]["anyOf"][0]
    return narrowed(part, ws, wish)["enum"]


def test_a_run_that_is_named_is_what_a_training_starts_from(trained: Workspace):
    wish = "train on from run-1 with the new rows of tickets"
    assert base_models(trained, "start_training", wish) == ["run-1"]
    assert base_models(trained, "plan_training", wish) == ["run-1"]
    assert base_models(trained, "repeat_training", wish) == []
    assert base_models(trained, "start_training", "train smollm2-360m on tickets") == ["smollm2-360m"]
