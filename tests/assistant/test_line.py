"""One model for many: whoever came first comes first, and everyone sees their place."""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from assistant import line as module
from assistant.conversation import Conversation
from assistant.draw import draw
from assistant.events import Queued, Said
from assistant.in_line import InLine
from assistant.line import Line
from assistant.models.brain import Completion, Message
from store import Workspace
from store.conversations import Logged
from tests.scripted_model import ScriptedBrain
from tests.waiting import until


class Gate(ScriptedBrain):
    """Says for whom it thinks, and goes on when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.order: list[str] = []
        self.inside = 0
        self.go = threading.Semaphore(0)

    def complete(self, messages: Sequence[Message], **more: Any) -> Completion:
        self.inside += 1
        assert self.inside == 1
        self.order.append(messages[-1]["content"])
        assert self.go.acquire(timeout=60)
        self.inside -= 1
        return self._done("Good.", None)


def asks(brain: Gate, line: Line, who: str, text: str) -> threading.Thread:
    """Somebody who asks in a thread, and stands in line when this returns."""
    before = line.waiting
    thread = threading.Thread(target=InLine(brain, line, who).complete, args=[[{"role": "user", "content": text}]])
    thread.start()
    until(lambda: line.waiting == before + 1)
    return thread


def test_whoever_came_first_comes_first_and_one_person_takes_one_place() -> None:
    brain, line = Gate(), Line()
    asked = [("ana", "ana 1"), ("ana", "ana 2"), ("ana", "ana 3"), ("ben", "ben 1"), ("cem", "cem 1"), ("ben", "ben 2")]
    threads = [asks(brain, line, *each) for each in asked]
    for _ in threads:
        brain.go.release()
    for thread in threads:
        thread.join(60)
    assert brain.order == ["ana 1", "ana 2", "ben 1", "cem 1", "ana 3", "ben 2"]
    assert line.waiting == 0


def test_whoever_does_not_want_to_wait_leaves_the_line_and_the_others_move_up() -> None:
    brain, line = Gate(), Line()
    first = asks(brain, line, "ana", "a")
    left = InLine(brain, line, "ben").complete([{"role": "user", "content": "b"}], on_text=lambda _: True)
    assert left.finish == "cancelled"
    assert line.waiting == 1
    brain.go.release()
    first.join(60)
    assert brain.order == ["a"]


def test_the_place_in_line_is_told_in_the_conversation_and_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TELL_SECONDS", 0.0)
    brain, line = Gate(), Line()
    others = [asks(brain, line, name, name) for name in ("ana", "ben")]
    with Workspace(tmp_path / "home") as ws:
        scripted = InLine(ScriptedBrain("answer", "Good."), line, "cem")
        conversation = Conversation(ws, scripted, ws.conversations.current().id)
        talking = threading.Thread(target=lambda: list(conversation.say("what is a good way to begin?")))
        talking.start()
        second = {"event": "queued", "place": 2, "line": "model"}
        until(lambda: [each.event for each in ws.conversations.since(conversation.thread_id)][-1:] == [second])
        shown = draw(ws.conversations.since(conversation.thread_id), running=True).messages[-1]
        assert shown.metadata.get("title") == "Place 2 in line for the language model"
        for other in others:
            brain.go.release()
            other.join(60)
        talking.join(60)
        events = [logged.event for logged in ws.conversations.since(conversation.thread_id)]
        assert [event["place"] for event in events if event["event"] == "queued"][-1] == 0
        assert any(event["event"] == Said.__name__.lower() for event in events)


def test_a_turn_that_has_come_is_drawn_as_thinking_again() -> None:
    log = [Logged(n, "t", Queued(place).as_json()) for n, place in enumerate((3, 0))]
    assert draw(log, running=True).messages[-1].metadata.get("title") == "Thinking"
