"""Run turns in threads of their own, so that closing a tab loses nothing: the page only follows the log."""

import threading
from collections.abc import Iterator
from contextvars import copy_context
from typing import Any

from assistant.conversation import Conversation
from assistant.events import Event
from assistant.unwritten import Unwritten
from store import Busy, Workspace
from store.approvals import Answer


class Background:
    """The turns that are running in this process, one a conversation."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[str, tuple[threading.Thread, Conversation]] = {}
        self._unwritten: dict[str, Unwritten] = {}

    def say(self, conversation: Conversation, text: str) -> None:
        """Hear the user; returns at once.

        Raises:
            Busy: The conversation is still at the turn before.
        """
        self._start(conversation, conversation.say(text))

    def answer(
        self,
        conversation: Conversation,
        approval: int,
        answer: Answer,
        note: str = "",
        arguments: dict[str, Any] | None = None,
    ) -> None:
        """Answer the open question; see `Conversation.answer`. Returns at once."""
        self._start(conversation, conversation.answer(approval, answer, note, arguments))

    def go_on(self, conversation: Conversation) -> None:
        """Go on with a turn that was cut off, if there is one and it is not running."""
        if not self.running(conversation.thread_id) and conversation.unfinished:
            self._start(conversation, conversation.go_on())

    def carry_on(self, conversation: Conversation) -> None:
        """Go on with a plan that waited, if it is not running."""
        if not self.running(conversation.thread_id):
            self._start(conversation, conversation.carry_on())

    def running(self, thread_id: str) -> bool:
        """Whether a turn of this conversation is running."""
        turn = self._running.get(thread_id)
        return turn is not None and turn[0].is_alive()

    def stop(self, thread_id: str) -> None:
        """Stop the turn of this conversation, if one is running."""
        if turn := self._running.get(thread_id):
            turn[1].stop()

    def unwritten(self, ws: Workspace, thread_id: str) -> Unwritten:
        """What of this conversation waits to be written down; what there is room for now is written."""
        with self._lock:
            kept = self._unwritten.get(thread_id) or Unwritten(ws, thread_id)
        kept.write()
        return kept

    def wait(self, thread_id: str, seconds: float | None = None) -> None:
        """Wait for the turn of this conversation to end."""
        if turn := self._running.get(thread_id):
            turn[0].join(seconds)

    def _start(self, conversation: Conversation, events: Iterator[Event]) -> None:
        with self._lock:
            if self.running(conversation.thread_id):
                raise Busy("I am still busy with what you asked before. Wait for it to end, or stop it.")
            thread = threading.Thread(  # it knows who asked: a GPU that a Space lends is on their account
                target=copy_context().run, args=[_exhaust, events], name=f"turn {conversation.thread_id}", daemon=True
            )
            self._unwritten = {id_: kept for id_, kept in self._unwritten.items() if kept.waiting}
            self._unwritten[conversation.thread_id] = conversation.unwritten
            ended = [id_ for id_, (old, _) in self._running.items() if not old.is_alive()]
            for id_ in ended:
                del self._running[id_]
            self._running[conversation.thread_id] = (thread, conversation)
            thread.start()


def _exhaust(events: Iterator[Event]) -> None:
    for _ in events:
        pass
