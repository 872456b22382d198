"""The journeys are whole conversations, and what they hold at the end is neither so before nor out of reach."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.journeys import JOURNEYS
from benchmarks.journeys.checks import every, rows, split
from benchmarks.journeys.data import INSTRUCTION
from benchmarks.journeys.play import play
from benchmarks.journeys.script import Journey, Wait, Yes
from benchmarks.journeys.starts import Start
from store import Workspace
from tests.scripted_model import ScriptedBrain
from tools import TOOLS

TOO_LIKE = 0.7
BY_HAND: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "a step of the plan is left out": [
        ("load_dataset", {"source": "inbox_may.csv"}),
        ("format_dataset", {"dataset": "inbox_may"}),
        ("write_report", {}),
    ],
    "two datasets and the other one": [
        ("propose_fixes", {"dataset": "inbox_may", "kinds": ["exact_duplicates"]}),
        ("apply_fixes", {}),
        ("split_dataset", {"dataset": "house_rules", "validation": 0}),
        ("split_dataset", {"dataset": "inbox_may", "validation": 0}),
    ],
    "cleaned with some fixes declined": [
        ("propose_fixes", {"dataset": "leases"}),
        ("decline_fixes", {"kinds": ["phone_numbers", "email_addresses"]}),
        ("apply_fixes", {}),
    ],
    "undone and chosen differently": [
        ("propose_fixes", {"dataset": "inbox_may"}),
        ("apply_fixes", {}),
        ("undo_change", {"dataset": "inbox_may", "to_version": 1}),
        ("apply_fixes", {"kinds": ["exact_duplicates", "missing_text"]}),
    ],
    "the split is changed": [
        ("split_dataset", {"dataset": "comments", "test": 0.1}),
        ("split_dataset", {"dataset": "comments", "test": 0.3, "validation": 0}),
    ],
    "formatted with another instruction": [
        ("format_dataset", {"dataset": "leases"}),
        ("format_dataset", {"dataset": "leases", "instruction": INSTRUCTION}),
    ],
    "augmented, then undone": [
        ("split_dataset", {"dataset": "comments", "validation": 0}),
        ("augment_dataset", {"dataset": "comments"}),
        ("undo_change", {"dataset": "comments"}),
    ],
    "only questions": [("propose_fixes", {"dataset": "leases"})],
    "off the topic in the middle": [
        ("split_dataset", {"dataset": "handover", "validation": 0}),
        ("format_dataset", {"dataset": "handover"}),
    ],
    "a card is declined for something else": [
        ("propose_fixes", {"dataset": "alerts"}),
        ("apply_fixes", {}),
        ("split_dataset", {"dataset": "alerts", "validation": 0}),
        ("format_dataset", {"dataset": "alerts"}),
    ],
    "the goal is set, changed and given a target": [
        ("set_goal", {"description": "Draft answers", "task": "generate"}),
        ("set_goal", {"description": "Name the team", "task": "classify", "metric": "macro_f1", "target": 0.85}),
    ],
    "a file that is not there, then the right one": [
        ("load_dataset", {"source": "comments.csv"}),
        ("propose_fixes", {"dataset": "comments"}),
        ("apply_fixes", {}),
    ],
}
"""What the tools have to do for a journey to end well; those that train are left out for their time."""


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Start], Workspace]]:
    """Gives a workspace as it is at a start, built once."""
    built: dict[Start, Workspace] = {}

    def built_once(start: Start) -> Workspace:
        if start not in built:
            built[start] = start.build(tmp_path_factory.mktemp(start.stage))
        return built[start]

    yield built_once
    for ws in built.values():
        ws.close()


def test_there_are_enough_whole_conversations_each_with_a_name_of_its_own():
    assert len({journey.name for journey in JOURNEYS}) == len(JOURNEYS) >= 20
    assert all(5 <= journey.turns <= 15 for journey in JOURNEYS)


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda journey: journey.name)
def test_what_is_to_hold_at_the_end_does_not_hold_before(
    journey: Journey, started: Callable[[Start], Workspace]
) -> None:
    assert bool(journey.holds(started(journey.start))) != journey.only_questions


@pytest.mark.parametrize("name", BY_HAND)
def test_what_is_to_hold_at_the_end_can_be_reached(name: str, tmp_path: Path) -> None:
    (journey,) = (one for one in JOURNEYS if one.name == name)
    with journey.start.build(tmp_path) as ws:
        for tool, arguments in BY_HAND[name]:
            with ws.approvals.typed(tool, arguments):
                TOOLS[tool].run(ws, arguments)
        assert journey.holds(ws) == []


def test_nothing_is_worded_as_an_example_of_a_tool() -> None:
    asks = [(ask, _words(ask)) for tool in TOOLS.values() for ask, _ in tool.asks]
    said = [turn for journey in JOURNEYS for turn in journey.says if isinstance(turn, str)]
    assert len(said) == len(set(said))
    alike = [(turn, ask) for turn in said for ask, its in asks if _share(_words(turn), its) >= TOO_LIKE]
    assert not alike


def test_a_yes_is_said_only_to_an_open_card(tmp_path: Path) -> None:
    journey = Journey(
        "",
        Start("loaded", ("comments.csv",)),
        (Yes("sure"), "history of comments", Yes(), "split comments", Yes("sure"), Wait()),
        every(split("comments", test=0.2, validation=0.1), rows("comments", 0)),
    )
    tried = play(journey, tmp_path, ScriptedBrain("show_history", "split_dataset", {"dataset": "comments"}))
    assert [line for line in tried.transcript if line.startswith(">")] == [
        "> history of comments",
        "> split comments",
        "> sure",
    ]
    assert tried.wrong == ["comments has 92 rows, not 0"]


def _words(text: str) -> set[str]:
    return set(re.findall(r"[^\W_]+", text.lower()))


def _share(one: set[str], other: set[str]) -> float:
    return len(one & other) / len(one | other)
