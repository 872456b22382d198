"""The disk becomes full while somebody talks: they are told, and what was said is written down once there is room."""

from contextlib import ExitStack
from pathlib import Path

import pytest

from assistant.conversation import Conversation
from assistant.events import Ended, Finished, Heard, Progressed, Said
from assistant.host import Host
from assistant.settings import Settings
from assistant.unwritten import Unwritten
from store import NoSpace, NotApproved, Workspace
from store.approvals import payload_hash
from tests.full_disk import full_disk
from tests.scripted_model import ScriptedBrain

TOLD = "The disk is full, so nothing was saved. Free some space and ask again; all that was there is still there."


def test_a_turn_that_finds_no_room_says_so_and_the_next_one_goes_on(ws: Workspace) -> None:
    conversation = Conversation(ws, ScriptedBrain("show_history"), ws.conversations.current().id)
    with full_disk():
        events = list(conversation.say("what happened to it?"))
    assert [type(event) for event in events] == [Heard, Said, Ended]
    assert isinstance(events[1], Said)
    assert events[1].text == TOLD
    after = list(conversation.say("and now?"))
    assert any(isinstance(event, Finished) and not event.failed for event in after)
    logged = [one.event["event"] for one in ws.conversations.since(conversation.thread_id)]
    assert logged == [event.as_json()["event"] for event in [*events, *after]]


def test_the_page_shows_it_although_nothing_can_be_written(tmp_path: Path) -> None:
    host = Host(Settings(tmp_path, tmp_path, "none"), lambda _: ScriptedBrain("answer", "Hello."))
    ws = host.workspace_for(None, "main")
    thread = ws.conversations.current().id
    with full_disk():
        host.say(ws, "hello")
        host._turns.wait(thread, 60)
        shown = host.log(ws)
        assert ws.conversations.since(thread) == []
    assert [one.event["event"] for one in shown] == ["heard", "said", "ended"]
    assert shown[1].event["text"] == TOLD
    assert [one.seq for one in shown] == [1, 2, 3]
    assert host.log(ws) == ws.conversations.since(thread) == shown, "once there is room, it is written down"
    host.say(ws, "hello again")
    host._turns.wait(thread, 60)
    assert "Hello." in [one.event.get("text") for one in host.log(ws)]
    host.close()


def test_progress_that_cannot_be_written_does_not_pile_up(ws: Workspace) -> None:
    kept = Unwritten(ws, ws.conversations.current().id)
    with full_disk():
        kept.add("t", Heard("train"))
        for n in range(100):
            kept.add("t", Progressed("c", n / 100, "training", None))
    assert kept.waiting == [("t", Heard("train"))]
    kept.write()
    assert kept.waiting == []


def test_a_yes_whose_use_cannot_be_written_down_is_good_for_nothing_more(ws: Workspace) -> None:
    hashed = payload_hash("drop_rows", {}, {})
    asked = ws.approvals.ask("drop_rows", {}, hashed)
    ws.approvals.answer(asked.id, "yes")
    with ExitStack() as full, ws.approvals.spend(asked.id, hashed):
        full.enter_context(full_disk())
    with pytest.raises(NotApproved, match="was not run"), ws.approvals.spend(asked.id, hashed):
        pass


def test_a_workspace_that_cannot_be_looked_into_for_want_of_room_is_not_taken_for_damaged(tmp_path: Path) -> None:
    with Workspace(tmp_path / "home") as ws:
        ws.conversations.append(ws.conversations.current().id, "t", {"event": "said", "text": "hello"})
    with full_disk(), pytest.raises(NoSpace):
        Workspace(tmp_path / "home")
    assert not list((tmp_path / "home").glob("*damaged*"))
    with Workspace(tmp_path / "home") as again:
        assert again.restored == ""
        assert len(again.conversations.since(again.conversations.current().id)) == 1
