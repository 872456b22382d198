"""Conversations as the side panel lists them, and as files."""

import json
import re
from pathlib import Path

import pytest

from assistant.languages import words
from assistant.talks import Wish, listed, saved
from store import NotFound, Workspace
from tools import TOOLS

ROOT = Path(__file__).parents[2] / "assistant"


def talked(ws: Workspace) -> str:
    """A conversation with a table, a question and its answer."""
    profile = TOOLS["profile_dataset"].run(ws, {"dataset": "reviews"})
    thread = ws.conversations.new("<i>Reviews</i>").id
    for event in (
        {"event": "heard", "text": "look at <b>reviews</b>"},
        {"event": "called", "id": "1", "tool": "profile_dataset", "arguments": {"dataset": "reviews"}},
        {"event": "saying", "text": "half"},
        {
            "event": "finished",
            "id": "1",
            "tool": "profile_dataset",
            "text": profile.text,
            "failed": False,
            "result": profile.as_json(),
        },
        {
            "event": "asks",
            "id": "2",
            "approval": 2,
            "tool": "set_goal",
            "arguments": {},
            "preview": {"text": "A goal."},
        },
        {"event": "answered", "approval": 2, "answer": "no", "note": "not yet"},
        {"event": "ended"},
    ):
        ws.conversations.append(thread, "turn", event)
    return thread


def test_a_conversation_is_saved_as_it_was(ws: Workspace) -> None:
    file = saved(ws, Wish("save", talked(ws), "md"))
    told = file["text"]
    assert file["name"].endswith(".md")
    assert told.index("## You") < told.index("Columns:") < told.index("*Shall I set goal?*") < told.index("not yet")
    assert "<b>" not in told.replace("\\<b", "")
    events = json.loads(saved(ws, Wish("save", talked(ws), "json"))["text"])["events"]
    assert [one["event"] for one in events] == ["heard", "called", "finished", "asks", "answered", "ended"]
    assert events[2]["result"]["tables"]


def test_titles_and_what_was_found_are_shown_as_text(ws: Workspace) -> None:
    talked(ws)
    assert "<i>" not in listed(ws, "")
    assert "&lt;b&gt;<mark>reviews</mark>&lt;/b&gt;" in listed(ws, "REVIEWS look at")
    assert "<script>" not in listed(ws, "<script>alert(1)</script>")


def test_a_conversation_of_another_project_is_not_saved(ws: Workspace) -> None:
    thread = talked(ws)
    with Workspace(ws.home, "other") as other, pytest.raises(NotFound):
        saved(other, Wish("save", thread, "md"))


def test_every_text_of_the_page_is_used() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in ROOT.rglob("*.py"))
    made = re.compile(r"stage_|state_|hint_|tour_|key_|approve_all|approve$")
    unused = [key for key in words("en") if f'"{key}"' not in code and f"'{key}'" not in code and not made.match(key)]
    assert unused == []
