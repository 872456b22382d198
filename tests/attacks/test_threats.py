"""The threat model names the tests that hold it, and each of them exists."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
THREATS = (ROOT / "docs" / "THREATS.md").read_text()
LINES = [line for line in THREATS.partition("## What is done")[2].splitlines() if line.startswith("| ")]
ROWS = [line for line in LINES if not line.startswith("| threat ")]


def defined() -> set[str]:
    """The tests that there are."""
    return {
        node.name
        for path in (ROOT / "tests").rglob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def test_every_line_names_a_test_and_every_test_exists() -> None:
    assert len(ROWS) >= 35
    assert [line for line in ROWS if not re.findall(r"`(test_\w+)`", line)] == []
    assert {*re.findall(r"`(test_\w+)`", THREATS)} - {"test_threats"} - defined() == set()


def test_no_line_has_words_that_stand_for_work_left() -> None:
    assert not re.search(r"\b(?:todo|tbd|planned|not yet built)\b", THREATS, re.IGNORECASE)
