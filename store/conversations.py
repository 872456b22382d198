"""Threads of talk, and the log of what happened in them."""

import json
import uuid
from dataclasses import dataclass
from typing import Any

from store.database import Database
from store.errors import NotFound


@dataclass(frozen=True)
class Thread:
    """One conversation of a project."""

    id: str
    title: str
    made_at: str


@dataclass(frozen=True)
class Logged:
    """One event of a turn, with its place in the thread's log."""

    seq: int
    turn: str
    event: dict[str, Any]


class Conversations:
    """The threads of one project."""

    def __init__(self, db: Database, project: str) -> None:
        self._db, self._project = db, project

    def current(self) -> Thread:
        """The newest thread; the first is made on demand."""
        return self.all()[-1] if self.all() else self.new()

    def new(self, title: str = "") -> Thread:
        """Begin a thread."""
        id_ = uuid.uuid4().hex
        self._db.insert("threads", id=id_, project=self._project, title=title)
        return self.get(id_)

    def all(self) -> list[Thread]:
        """The threads, oldest first."""
        rows = self._db.rows("select id, title, made_at from threads where project = ? order by rowid", self._project)
        return [Thread(**row) for row in rows]

    def get(self, id_: str) -> Thread:
        """One thread of this project."""
        for thread in self.all():
            if thread.id == id_:
                return thread
        raise NotFound("conversation", id_, [thread.title or thread.id for thread in self.all()])

    def name(self, id_: str, title: str) -> None:
        """Give a thread a title."""
        with self._db.change() as change:
            change.execute("update threads set title = ? where id = ? and project = ?", [title, id_, self._project])

    def append(self, thread: str, turn: str, event: dict[str, Any]) -> Logged:
        """Add an event to a thread's log."""
        with self._db.change():
            last = self._db.row("select ifnull(max(seq), 0) as seq from events where thread = ?", thread)
            seq = (last or {"seq": 0})["seq"] + 1
            self._db.insert("events", thread=thread, seq=seq, turn=turn, event=json.dumps(event, default=str))
        return Logged(seq, turn, event)

    def since(self, thread: str, seq: int = 0) -> list[Logged]:
        """The events after a place in the log, in order."""
        rows = self._db.rows(
            "select seq, turn, event from events where thread = ? and seq > ? order by seq", thread, seq
        )
        return [Logged(row["seq"], row["turn"], json.loads(row["event"])) for row in rows]
