"""A kill at the worst moment loses nothing and does nothing twice."""

import os
import signal
import subprocess
import sys
import time

from assistant.conversation import Conversation
from assistant.events import Asks, Called, Ended, Finished, Progressed
from store import Workspace
from tests.assistant.slow_tool import installed
from tests.scripted_model import ScriptedBrain


def test_after_a_kill_in_the_middle_of_a_change_it_goes_on_and_asks_again(ws: Workspace) -> None:
    process = subprocess.Popen([sys.executable, "-m", "tests.assistant.slow_tool", str(ws.home)])
    deadline = time.monotonic() + 60
    while not (ws.home / "marked").exists() and time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    with installed():
        conversation = Conversation(ws, ScriptedBrain(), ws.conversations.current().id)
        assert conversation.unfinished
        events = list(conversation.go_on())
        assert [type(event) for event in events] == [Finished, Called, Progressed, Asks, Ended]
        assert "Done before that: Marked the rows." in events[0].text
        assert events[2].text == "Looking at reviews"  # what a preview tells while it is worked out
        assert [change.after for change in ws.datasets.history("reviews")] == [1, 2]
        assert not conversation.unfinished
        list(conversation.say("yes"))
        assert [change.after for change in ws.datasets.history("reviews")] == [1, 2, 3]


def test_nothing_to_go_on_with_does_nothing(ws: Workspace) -> None:
    conversation = Conversation(ws, ScriptedBrain(), ws.conversations.current().id)
    assert list(conversation.go_on()) == []
    assert ws.conversations.since(conversation.thread_id) == []
