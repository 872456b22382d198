"""All checks of instruction data: they end on any text, and look at every row that they have to."""

import time
from typing import Any

import pytest

from store import Workspace
from tests.clean.conftest import ALPACA, Make
from tests.clean.test_checks import proposed
from tools import TOOLS
from tools.clean._checks import impossible_tasks as impossible
from tools.clean._checks import merged_instructions as merged
from tools.clean._checks import placeholder_fields as placeholders
from tools.clean._checks import refusals
from tools.clean._checks import repeated_questions as repeated
from tools.clean._checks import truncated_answers as truncated
from tools.clean._checks import wrong_arithmetic as arithmetic
from tools.clean._checks import wrong_order as order
from tools.clean._exchanges import Exchange


@pytest.mark.parametrize("piece", ["user:\n", "![", "1 + ", "<noinput "])
def test_no_text_keeps_a_check_busy(piece: str):
    text = piece * 20_000
    began = time.process_time()
    for check in (placeholders, merged, refusals, impossible, arithmetic, order, repeated, truncated):
        check.judge(Exchange("Say it.", "", text))
        check.judge(Exchange(text, text, "Yes."))
    assert time.process_time() - began < 5


def test_data_without_questions_is_not_looked_at(empty: Workspace, make: Make):
    make("rows_", [("As an AI language model, I cannot help", "a")])
    result = TOOLS["propose_fixes"].run(empty, {"dataset": "rows_", "kinds": ["refusals", "wrong_arithmetic"]})
    assert "Not looked for: refusals (no questions with answers), wrong arithmetic" in result.text


def test_what_the_database_looks_for_first_leaves_nothing_out(empty: Workspace, make: Make):
    """Every row that a check would flag passes its filter in SQL, which runs on all cores before Python does."""
    tasks: list[tuple[Any, ...]] = [
        ("placeholder_fields", "Draw a chart.", "", "[Insert chart here]"),
        ("merged_instructions", "Name a colour.", "", "Blue.\n### Instruction:\nName a pet."),
        ("refusals", "Plan a picnic.", "", "I’m just an AI, so I can't."),
        ("impossible_tasks", "From the following list, pick two.", "", "Tea and milk."),
        ("answer_language", "Translate to Russian", "good day", "good day"),
        ("repeated_questions", "Make a plan for a trip.", "", "Make a plan for a trip."),
        ("truncated_answers", "List them.", "", "1. Tea\n2."),
        ("wrong_arithmetic", "Subtract 4 from 10", "", "7"),
        ("wrong_order", "Sort in alphabetical order.", "c, b, a", "b, c, a"),
    ]
    make("tasks", [task[1:] for task in tasks], "instruction, input, output", ALPACA)
    for row, (kind, *_) in enumerate(tasks, 1):
        assert row in proposed(empty, "tasks", kind), kind
