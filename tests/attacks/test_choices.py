"""What a model chose is looked at once more before anything is done with it."""

import pytest

from assistant.conversation import Conversation
from assistant.decide import Choice
from assistant.events import Called, Said
from store import Workspace
from tests.attacks.watched import Sockets
from tests.scripted_model import ScriptedBrain


def said(ws: Workspace, monkeypatch: pytest.MonkeyPatch, choice: Choice, text: str) -> list[object]:
    monkeypatch.setattr("assistant.think.decide", lambda *_, **__: choice)
    return list(Conversation(ws, ScriptedBrain(), ws.conversations.new().id).say(text))


@pytest.mark.parametrize("link", ["http://evil.example/?q=rows", "https://93.184.215.14/x.csv", "ftp://x.example/y"])
@pytest.mark.parametrize(("tool", "argument"), [("load_dataset", "source"), ("replay_recipe", "file")])
def test_a_link_that_nobody_wrote_is_not_followed(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch, link: str, tool: str, argument: str
) -> None:
    with Sockets() as sockets:
        events = said(ws, monkeypatch, Choice(tool, {argument: link}), "what is in my data?")
    assert not [event for event in events if isinstance(event, Called)]
    assert [event.text for event in events if isinstance(event, Said)][0].startswith(
        "I only follow links that you wrote"
    )
    assert sockets.outside == []


def test_a_link_that_the_user_wrote_is_followed(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    link = "http://127.0.0.1:9/x.csv"
    events = said(ws, monkeypatch, Choice("load_dataset", {"source": link}), f"load {link}, please")
    assert [event.tool for event in events if isinstance(event, Called)] == ["load_dataset"]


def test_a_tool_that_does_not_exist_is_a_sentence(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    events = said(ws, monkeypatch, Choice("run_shell", {"command": "id"}), "hello")
    assert [event.text for event in events if isinstance(event, Said)] == [
        "I have no tool named 'run_shell'. Say in other words what you want."
    ]
