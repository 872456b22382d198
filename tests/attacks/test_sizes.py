"""Denial of service by sizes: huge, deep and endless input gives rows, a result or a sentence, in time."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from assistant.conversation import MOST_CHARACTERS, Conversation
from store import StoreError, Workspace
from tests.scripted_model import ScriptedBrain
from tools import TOOLS, ToolError
from tools.train._rewards import reward_of

HUGE: dict[str, Any] = {
    "a whole number": 10**30,
    "a negative one": -(10**30),
    "a float": 1e308,
    "no number": float("nan"),
    "infinity": float("inf"),
    "a long text": "x" * 1_000_000,
    "digits": "9" * 100_000,
    "a deep list": json.loads("[" * 500 + "]" * 500),
    "a long list": ["x"] * 100_000,
    "nothing": None,
    "NUL": "\0" * 1000,
    "half a letter": "\ud800",
}
CHEAP = sorted(
    {*TOOLS} - {"start_training", "plan_training", "tune_settings", "learning_curve", "train_federated"}
    - {"repeat_training", "audit_bias", "augment_dataset"}
)  # fmt: skip
"""Tools whose preview or work starts no long worker; the settings of the others are checked by the same bounds."""
SECONDS = 60


def arguments(tool: str) -> Iterator[dict[str, Any]]:
    """Each argument once huge in every way, the others as they should be."""
    schema = TOOLS[tool].arguments.model_json_schema()
    known = {"dataset": "reviews", "run": "run-1", "source": "x.csv", "sql": "from reviews", "file": "recipe.yaml"}
    fine = {name: known[name] for name in schema.get("required", []) if name in known}
    for name in schema.get("properties", {}):
        for value in HUGE.values():
            yield {**fine, name: value}


@pytest.mark.parametrize("tool", CHEAP)
def test_an_argument_that_is_huge_is_refused_in_a_sentence(ws: Workspace, tool: str) -> None:
    began = time.monotonic()
    for given in arguments(tool):
        try:
            TOOLS[tool].checked(ws, given)
            if TOOLS[tool].asks_first:
                TOOLS[tool].show_first(ws, given)
            else:
                TOOLS[tool].run(ws, given)
        except StoreError as refused:
            assert len(str(refused)) < 20_000, given.keys()
    assert time.monotonic() - began < SECONDS * 3


def test_a_message_without_end_is_refused_and_nothing_of_it_is_kept(ws: Workspace) -> None:
    conversation = Conversation(ws, ScriptedBrain(), ws.conversations.current().id)
    events = list(conversation.say("tell me " + "more " * MOST_CHARACTERS))
    assert "is longer than" in events[1].as_json()["text"]
    assert sum(len(str(logged.event)) for logged in ws.conversations.since(conversation.thread_id)) < 1000


def test_a_long_message_is_heard_in_time(ws: Workspace) -> None:
    conversation = Conversation(ws, ScriptedBrain(*["answer", "Good."] * 9), ws.conversations.current().id)
    began = time.monotonic()
    events = list(conversation.say("what is this? " + "word and then " * (MOST_CHARACTERS // 14 - 2)))
    assert not [event for event in events if type(event).__name__ == "Broke"]
    assert time.monotonic() - began < SECONDS


@pytest.mark.parametrize("columns", [200, 3000])
def test_many_columns_give_rows_or_a_sentence_in_time(empty: Workspace, columns: int) -> None:
    head = ",".join(f"column_{n}" for n in range(columns))
    (empty.uploads / "wide.csv").write_text("\n".join([head, *[",".join(["some words"] * columns)] * 3]))
    began = time.monotonic()
    try:
        TOOLS["load_dataset"].show_first(empty, {"source": "wide.csv"})
        with empty.approvals.typed("load_dataset", {}):
            TOOLS["load_dataset"].run(empty, {"source": "wide.csv"})
        TOOLS["profile_dataset"].run(empty, {"dataset": "wide"})
    except StoreError as refused:
        assert len(str(refused)) < 2000
    assert time.monotonic() - began < SECONDS * 2


def test_a_cell_of_megabytes_is_loaded_profiled_and_searched_in_time(empty: Workspace) -> None:
    (empty.uploads / "long.csv").write_text("text,label\n" + f"{'word ' * 600_000},a\nshort one,b\n")
    began = time.monotonic()
    with empty.approvals.typed("load_dataset", {}):
        TOOLS["load_dataset"].run(empty, {"source": "long.csv"})
    TOOLS["profile_dataset"].run(empty, {"dataset": "long"})
    TOOLS["propose_fixes"].run(empty, {"dataset": "long", "kinds": ["stray_whitespace", "exact_duplicates"]})
    assert time.monotonic() - began < SECONDS * 2


@pytest.mark.parametrize(
    "pattern",
    ["^(a+)+$", "(a|a)*b", "(.*)*x", '{"type": "object", "properties": {"a": {"pattern": "^(a+)+$"}}}'],
)
def test_a_reward_with_a_pattern_that_takes_for_ever_is_worth_nothing_in_time(pattern: str) -> None:
    reward = reward_of({"reward": "json" if pattern.startswith("{") else "pattern", "pattern": pattern})
    began = time.monotonic()
    for answer in ("a" * 5000 + "!", json.dumps({"a": "a" * 5000 + "!"})):
        assert 0.0 <= reward(answer, "") <= 1.0
    assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    "pattern",
    [
        '{"\\u0024ref": "http://127.0.0.1:9/x"}',
        '{"properties": {"a": {"$dynamicRef": "file:///etc/passwd"}}}',
        '{"patternProperties": {"^(a+)+$": {}}}',
        '{"a": ' * 5000 + "1" + "}" * 5000,
    ],
)
def test_a_schema_that_reaches_out_or_has_no_end_is_refused(pattern: str) -> None:
    with pytest.raises(ToolError):
        reward_of({"reward": "json", "pattern": pattern})


def test_an_answer_without_end_in_depth_is_worth_nothing() -> None:
    reward = reward_of({"reward": "json", "pattern": '{"type": "object"}'})
    assert reward("[" * 100_000 + "]" * 100_000, "") == 0.0
