"""Threads of talk, and the log of what happened in them."""

import json
import unicodedata
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from store.database import Database
from store.errors import NotFound, StoreError

TITLE_LETTERS = 120
ASIDE = 60
"""Letters of a text that are shown on each side of what was found in it."""
NOT_SEARCHED = ("saying", "progressed", "called", "suggests", "planned", "ended")
"""Events whose words stand in another event, or are not words of a conversation."""


@dataclass(frozen=True)
class Thread:
    """One conversation of a project."""

    id: str
    title: str
    made_at: str
    """When it was begun (UTC)."""
    events: int = 0
    """How many lines its log has; none has been said in it yet if 0."""


@dataclass(frozen=True)
class Found:
    """A conversation in which words were found."""

    thread: Thread
    times: int
    """In how many places; 0 if in the title alone."""
    before: str
    what: str
    after: str
    """The newest place: the words as they stand there, between what stands around them."""


@dataclass(frozen=True)
class Logged:
    """One event of a turn, with its place in the thread's log."""

    seq: int
    turn: str
    event: dict[str, Any]


class Conversations:
    """The threads of one project.

    Args:
        db: The database.
        project: The project.
        opened: The thread that is looked at; the one spoken in last if empty or not of this project.
    """

    def __init__(self, db: Database, project: str, opened: str = "") -> None:
        self._db, self._project, self._opened = db, project, opened

    def current(self) -> Thread:
        """The thread that is looked at; the first is made on demand."""
        threads = self.all()
        opened = [thread for thread in threads if thread.id == self._opened]
        return (opened or threads or [self.new()])[-1]

    def new(self, title: str = "") -> Thread:
        """Begin a thread."""
        id_ = uuid.uuid4().hex
        self._db.insert("threads", id=id_, project=self._project, title=title)
        return self.get(id_)

    def all(self) -> list[Thread]:
        """The threads, the one spoken in last at the end."""
        rows = self._db.rows(
            "select id, title, threads.made_at, count(seq) as events from threads"
            " left join events on thread = id where project = ? group by id"
            " order by coalesce(max(events.made_at), threads.made_at), coalesce(max(events.rowid), 0), threads.rowid",
            self._project,
        )
        return [Thread(**row) for row in rows]

    def find(self, words: str) -> list[Found]:
        """The threads in which all the words stand, in one line or in the title, the newest first.

        Case and accents do not matter. The lines are read one after the other: 10,000 take about a tenth of a second.
        """
        wanted = _folded(words).split()
        if not wanted:
            return []
        lines: dict[str, list[str]] = {}
        for thread, text in self._lines():
            if _has(text, wanted):
                lines.setdefault(thread, []).append(text)
        found = [
            _found(thread, lines.get(thread.id, []), wanted)
            for thread in reversed(self.all())
            if thread.id in lines or _has(thread.title, wanted)
        ]
        return found

    def waiting(self) -> list[str]:
        """The threads whose plan waits for a training, by their ids."""
        rows = self._db.rows(
            "select thread, event from events where (thread, seq) in (select thread, max(seq) from events"
            ' where thread in (select id from threads where project = ?) and event like \'{"event": "planned"%\''
            " group by thread)",
            self._project,
        )
        return [row["thread"] for row in rows if json.loads(row["event"]).get("waits_for")]

    def get(self, id_: str) -> Thread:
        """One thread of this project."""
        rows = self._db.rows("select id, title, made_at from threads where id = ? and project = ?", id_, self._project)
        if rows:
            return Thread(**rows[0])
        raise NotFound("conversation", id_, [thread.title or thread.id for thread in self.all()])

    def name(self, id_: str, title: str) -> None:
        """Give a thread a title.

        Raises:
            StoreError: The title is empty, or there is no such thread in this project.
        """
        told = " ".join(title.split())[:TITLE_LETTERS]
        if not told:
            raise StoreError("A conversation needs a name, such as “first try with refunds”.")
        self.get(id_)
        with self._db.change() as change:
            change.execute("update threads set title = ? where id = ? and project = ?", [told, id_, self._project])

    def append(self, thread: str, turn: str, event: dict[str, Any]) -> Logged:
        """Add an event to the log of a thread of this project."""
        self.get(thread)
        with self._db.change():
            last = self._db.row("select ifnull(max(seq), 0) as seq from events where thread = ?", thread)
            seq = (last or {"seq": 0})["seq"] + 1
            self._db.insert("events", thread=thread, seq=seq, turn=turn, event=json.dumps(event, default=str))
        return Logged(seq, turn, event)

    def since(self, thread: str, seq: int = 0) -> list[Logged]:
        """The events after a place in the log, in order."""
        rows = self._db.rows(
            "select seq, turn, event from events where thread = ? and seq > ?"
            " and thread in (select id from threads where project = ?) order by seq",
            thread,
            seq,
            self._project,
        )
        return [Logged(row["seq"], row["turn"], json.loads(row["event"])) for row in rows]

    def _lines(self) -> Iterable[tuple[str, str]]:
        """(thread, text) for all that was said, done and answered, oldest first."""
        said = "coalesce(json_extract(event, '$.text'), json_extract(event, '$.note'))"
        rows = self._db.rows(
            f"select thread, {said} as text from events join threads on thread = id where project = ?"
            f" and json_extract(event, '$.event') not in ({', '.join('?' * len(NOT_SEARCHED))}) order by events.rowid",
            self._project,
            *NOT_SEARCHED,
        )
        return ((row["thread"], str(row["text"])) for row in rows if row["text"])


def _folded(text: str) -> str:
    """Without case and accents."""
    apart = unicodedata.normalize("NFD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _has(text: str, wanted: Iterable[str]) -> bool:
    folded = _folded(text)
    return all(word in folded for word in wanted)


def _found(thread: Thread, lines: list[str], wanted: list[str]) -> Found:
    if not lines:
        return Found(thread, 0, "", "", "")
    text = " ".join(lines[-1].split())
    letters = [_folded(letter) for letter in text]  # a letter may fold to none or to several
    at = "".join(letters).find(wanted[0])
    start = _place(letters, at)
    end = _place(letters, at + len(wanted[0]))
    before, after = text[:start], text[end:]
    cut = f"…{before[-ASIDE:]}" if len(before) > ASIDE else before
    rest = f"{after[:ASIDE]}…" if len(after) > ASIDE else after
    return Found(thread, len(lines), cut, text[start:end], rest)


def _place(letters: list[str], folded: int) -> int:
    """Which letter stands at a place of the folded text."""
    far = 0
    for place, letter in enumerate(letters):
        if far >= folded:
            return place
        far += len(letter)
    return len(letters)
