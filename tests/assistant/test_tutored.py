"""Decisions with a model that was taught the tools; here its likelihoods and arguments are scripted."""

import json
from collections.abc import Sequence
from math import log
from typing import Any

import pytest

from assistant.decide import decide
from assistant.models.brain import Ahead, Completion, Message, OnText
from assistant.transcript import Turn
from benchmarks.states import training
from store import Workspace
from tests.scripted_model import ScriptedBrain


class Pupil(ScriptedBrain):
    """Finds a tool likely, and gives the arguments that it is asked for."""

    def __init__(self, likely: dict[str, float], **arguments: Any) -> None:
        super().__init__()
        self.likely, self.arguments = {"answer": 1e-5} | likely, arguments

    def ahead(self, messages: Sequence[Message], begun: str, *, on_text: OnText | None = None) -> Ahead:
        self.heard.append(list(messages))
        said = begun.removeprefix('{"tool": "')
        pieces = {f'{name}"'.removeprefix(said): log(p) for name, p in self.likely.items() if name.startswith(said)}
        return Ahead(pieces, 10, 0, 0.0)

    def complete(self, messages: Sequence[Message], *, schema: dict[str, Any] | None = None, **_: Any) -> Completion:
        self.heard.append(list(messages))
        assert schema
        given = {name: value for name, value in self.arguments.items() if name in schema["properties"]}
        return Completion(json.dumps(given), 10, 0, 5, 0.0, "stop")


class Taught(ScriptedBrain):
    """A model with such an adapter; without it, it is never asked."""

    def __init__(self, likely: dict[str, float], **arguments: Any) -> None:
        super().__init__()
        self.tutored = Pupil(likely, **arguments)


@pytest.fixture
def two(ws: Workspace) -> Workspace:
    with ws.approvals.typed("load_dataset", {}):
        ws.datasets.add("rulings", "select 'a' as ruling", sentence="Loaded.", recipe={})
    return ws


def test_what_it_finds_likely_is_done_with_what_it_gives(two: Workspace) -> None:
    brain = Taught({"split_dataset": 0.97, "ask": 0.01}, dataset="rulings", test=0.25)
    choice = decide(brain, two, [Turn("keep a quarter of the court stuff for the exam")])
    assert (choice.tool, choice.arguments) == ("split_dataset", {"dataset": "rulings", "test": 0.25})
    assert brain.tutored.heard[0][0]["content"].endswith(
        "dataset reviews: 3 rows, version 1, columns text (text), label (label)\n"
        "dataset rulings: 1 rows, version 1, columns ruling"
    )
    assert brain.tutored.heard[-1][-2:] == [
        {"role": "assistant", "content": '{"tool": "split_dataset"}'},
        {"role": "user", "content": "arguments"},
    ]


def test_which_of_two_is_asked_where_it_may_have_to_be(two: Workspace) -> None:
    brain = Taught({"split_dataset": 0.7, "ask": 0.3}, dataset="rulings")
    choice = decide(brain, two, [Turn("split it")])
    assert choice.tool == "ask"
    assert "reviews or rulings" in choice.question


@pytest.mark.parametrize(
    ("what", "asked", "replies"),
    [
        ("dataset", "Which dataset do you mean: reviews or rulings?", ["do it: reviews", "do it: rulings"]),
        ("run", "There is no training run yet. Start a training first.", []),
        ("text", "Which text do you mean? Write it after a colon, or in quotes.", []),
        ("wish", "I am not sure what you mean. Shall I undo the last change", ["Undo change", "Split dataset"]),
    ],
)
def test_what_is_missing_is_asked_for_with_what_there_is(
    two: Workspace, what: str, asked: str, replies: list[str]
) -> None:
    brain = Taught({"ask": 0.7, "undo_change": 0.2, "split_dataset": 0.1}, what=what)
    choice = decide(brain, two, [Turn("do it!")])
    assert choice.tool == "ask"
    assert choice.question.startswith(asked)
    assert choice.close == replies


def test_a_tool_that_it_was_not_taught_is_told_by_its_wording(two: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.tutored.known", lambda: frozenset({"answer", "ask", "undo_change"}))
    choice = decide(Taught({"answer": 0.9, "ask": 0.1}), two, [Turn("show me the history of rulings, all changes")])
    assert (choice.tool, choice.arguments) == ("show_history", {"dataset": "rulings"})


def test_a_run_that_is_said_by_its_name_is_given_by_its_id(two: Workspace) -> None:
    for _ in range(2):
        training(two, "result.json", {}, dataset="reviews")
    with two.approvals.typed("rename_run", {}):
        two.runs.rename("run-1", "night shift")
    choice = decide(Taught({}), two, [Turn("the night shift model shall be gone")], tool="delete_run")
    assert (choice.tool, choice.arguments) == ("delete_run", {"run": "run-1"})


def test_what_is_needed_and_was_not_said_is_asked_for(two: Workspace) -> None:
    brain = Taught({"load_dataset": 0.99}, source="invented.csv")
    choice = decide(brain, two, [Turn("load another file please")])
    assert choice.tool == "ask"
    assert "Which file" in choice.question
