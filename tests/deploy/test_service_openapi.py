"""The service keeps to its own description, whatever is sent (schemathesis)."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode

from tests.deploy.served import Served

OPERATIONS = ("health", "ready", "models", "model", "chat", "completion", "classify", "feedback")


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
@pytest.mark.parametrize("name", OPERATIONS)
def test_every_answer_is_as_described(served: Served, name: str, mode: GenerationMode):
    """No server error, no undescribed status or body, nothing wrong let in, nothing open without its key."""
    described: Any = schemathesis.openapi.from_url(f"{served.url}/openapi.json")
    found = {each.ok().definition.raw["operationId"]: each.ok() for each in described.get_all_operations()}
    if mode is GenerationMode.NEGATIVE and not (found[name].body or found[name].path_parameters):
        return  # nothing is sent, so nothing can be wrong

    @given(case=found[name].as_strategy(generation_mode=mode))
    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
    def holds(case: Any) -> None:
        case.call_and_validate(headers={"Authorization": f"Bearer {served.key}"})

    holds()
