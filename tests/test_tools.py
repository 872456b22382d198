"""What every tool owes its readers. New tools are picked up by themselves."""

import doctest
import inspect
import json
from pathlib import Path

import pytest

from store import Workspace
from tools import CHAPTERS, TOOLS
from tools.catalogue import README, table
from tools.tool import Tool
from tools.train import _proven as techniques

every_tool = pytest.mark.parametrize("tool", TOOLS.values(), ids=list(TOOLS))


@every_tool
def test_it_explains_its_arguments(tool: Tool, ws: Workspace):
    properties = tool.schema(ws)["properties"]
    assert "ws" not in properties
    assert all(part.get("description") for part in properties.values())
    assert tool.summary.endswith(".")


@every_tool
def test_what_users_say_for_it_is_exact(tool: Tool):
    assert len(tool.asks) >= 3
    for text, arguments in tool.asks:
        assert text.strip()
        assert set(arguments) <= set(tool.arguments.model_fields), text
        tool.arguments.model_validate(arguments)


def test_no_two_tools_are_asked_for_in_the_same_words():
    said = [text.lower() for tool in TOOLS.values() for text, _ in tool.asks]
    assert len(said) == len(set(said))


@every_tool
def test_it_is_named_as_its_file_and_kept_in_its_chapter(tool: Tool):
    file = Path(inspect.getfile(tool.function))
    assert file.stem == tool.name
    assert file.parent.name == tool.chapter
    assert tool.chapter in CHAPTERS


@every_tool
def test_anything_but_reading_shows_first_what_it_would_do(tool: Tool):
    assert tool.asks_first == (tool._preview is not None)


@every_tool
def test_its_schema_is_json_and_bounded(tool: Tool, ws: Workspace):
    """Unbounded numbers and strings run away under constrained decoding."""
    schema = tool.schema(ws)
    json.dumps(schema)
    for part in _leaves(schema["properties"]):
        if part.get("type") in ("integer", "number") and "enum" not in part:
            assert ("maximum" in part or "exclusiveMaximum" in part) and (
                "minimum" in part or "exclusiveMinimum" in part
            ), part


@every_tool
def test_its_example_is_true(tool: Tool, request: pytest.FixtureRequest):
    doc = inspect.getdoc(tool.function) or ""
    assert "Example:" in doc, "a tool shows an example of itself"
    ws: Workspace = request.getfixturevalue("trained" if "(trained" in doc else "ws")
    example = doctest.DocTestParser().get_doctest(doc, {**TOOLS, "ws": ws, "trained": ws}, tool.name, None, None)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    with ws.approvals.typed(tool.name, {"example": True}):
        runner.run(example)
    assert runner.summarize(verbose=False).failed == 0


def test_the_readme_lists_the_tools_as_they_are():
    assert table() in README.read_text(), "run `python -m tools.catalogue`"


def test_the_readme_lists_the_techniques_as_they_are_proven():
    assert techniques.table() in README.read_text(), "run `python -m tools.catalogue`"


def _leaves(part: object) -> list[dict[str, object]]:
    if isinstance(part, dict):
        return [part, *(leaf for value in part.values() for leaf in _leaves(value))]
    return [leaf for item in part for leaf in _leaves(item)] if isinstance(part, list) else []
