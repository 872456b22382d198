"""Every request that a service answered, what people said of the answers, and what was noticed of them."""

import json
import time
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from store.database import Database, Row
from store.errors import NotFound

Kind = Literal["chat", "completion", "classify"]
Outcome = Literal["answered", "cancelled", "refused", "failed"]
Said = Literal["thumb", "correction", "outcome"]


@dataclass(frozen=True)
class Request:
    """One request. Its texts are kept only if the owner of the service wished it, with personal data masked."""

    id: str
    at: float
    """Seconds since 1970 (UTC) when it came in."""
    kind: Kind
    model: str
    """The name that was asked for."""
    run: str
    """The run that answered; empty for an untuned base, or if none did."""
    status: int
    """The status of HTTP that it ended with."""
    outcome: Outcome
    """`refused` by a limit, a key or a wrong request; `failed` inside; `cancelled` by the client."""
    prompt_tokens: int
    completion_tokens: int
    waited_seconds: float
    """In the queue, before it was begun."""
    first_seconds: float | None
    """Until the first token, from when it came in."""
    seconds: float
    """Until its end, from when it came in."""
    key: int | None = None
    label: str | None = None
    """What a classifier chose."""
    confidence: float | None = None
    """Of a classifier, the probability of its choice; of a text, the mean probability of its tokens, if known."""
    refused: bool = False
    """Whether the model itself declined to answer, as far as its words tell."""
    features: bytes | None = None
    """The vector of what was asked (float16, of length 1), from which drift is told without keeping words."""
    prompt: str | None = None
    answer: str | None = None

    @property
    def empty(self) -> bool:
        """Whether a model that writes answered with nothing."""
        return self.kind != "classify" and self.outcome == "answered" and not self.completion_tokens


@dataclass(frozen=True)
class Feedback:
    """What somebody, or another program, said of an answer."""

    request: str
    kind: Said
    """A thumb (value 1 or 0), a correction (text), or an outcome (text: the label that turned out to be right)."""
    value: float | None
    text: str | None
    source: str
    """Who said it: a name, or the name of the key."""
    at: float = field(default_factory=time.time)


@dataclass(frozen=True)
class Alert:
    """Something about a service that somebody should know."""

    service: str
    kind: str
    sentence: str
    data: dict[str, Any] = field(default_factory=dict[str, Any])
    at: float = field(default_factory=time.time)
    id: int = 0
    seen: bool = False


class Requests:
    """The requests to the services of one project."""

    def __init__(self, db: Database, project: str) -> None:
        self._db, self._project = db, project

    def record(self, service: str, requests: Sequence[Request]) -> None:
        """Keep requests that ended, all in one transaction; one that is there already stays as it is."""
        with self._db.change() as change:
            for request in requests:
                kept = {"project": self._project, "service": service, **vars(request)}
                columns, marks = ", ".join(kept), ", ".join("?" * len(kept))
                change.execute(f"insert or ignore into requests ({columns}) values ({marks})", list(kept.values()))

    def of(self, service: str, since: float = 0.0, until: float = float("inf"), most: int = 1_000_000) -> list[Request]:
        """The newest requests of a time, oldest first, at most so many."""
        rows = self._db.rows(
            "select * from requests where project = ? and service = ? and at >= ? and at < ? order by at desc limit ?",
            self._project,
            service,
            since,
            until,
            most,
        )
        return [_request(row) for row in reversed(rows)]

    def news(self, service: str, seen: int, most: int = 5000) -> list[tuple[int, Request]]:
        """Requests in the order in which they were recorded, each with its place, to go on from the last one.

        Args:
            service: The service.
            seen: The place that was looked at last; 0 at first.
            most: At most so many.
        """
        rows = self._db.rows(
            "select rowid as place, * from requests where project = ? and service = ? and rowid > ? order by rowid"
            " limit ?",
            self._project,
            service,
            seen,
            most,
        )
        return [(row["place"], _request(row)) for row in rows]

    def place(self, service: str, back: int) -> int:
        """The place of the request that was recorded so many before the last one; 0 if there are fewer."""
        row = self._db.row(
            "select rowid as place from requests where project = ? and service = ? order by rowid desc limit 1"
            " offset ?",
            self._project,
            service,
            back,
        )
        return row["place"] if row else 0

    def heard(self, service: str, seen: int) -> list[tuple[int, Feedback]]:
        """What was said of answers since a place, oldest first, each with its place."""
        rows = self._db.rows(
            "select f.id, f.request, f.kind, f.value, f.text, f.source, f.at from feedback f join requests r"
            " on r.id = f.request where f.project = ? and r.service = ? and f.id > ? order by f.id",
            self._project,
            service,
            seen,
        )
        return [(row["id"], Feedback(**{name: row[name] for name in row if name != "id"})) for row in rows]

    def get(self, id_: str) -> Request:
        """One request.

        Raises:
            NotFound: There is none of that id in this project.
        """
        row = self._db.row("select * from requests where project = ? and id = ?", self._project, id_)
        if row is None:
            raise NotFound("request", id_, [], "The id stands in the answer of the service, as `id`.")
        return _request(row)

    def count(self, service: str) -> int:
        """How many requests a service had."""
        row = self._db.row(
            "select count(*) as n from requests where project = ? and service = ?", self._project, service
        )
        return row["n"] if row else 0

    def tokens(self, service: str, since: float) -> dict[int, int]:
        """The tokens that each key has used since a time, read and written."""
        rows = self._db.rows(
            "select key, sum(prompt_tokens + completion_tokens) as tokens from requests where project = ? and"
            " service = ? and at >= ? and key is not null group by key",
            self._project,
            service,
            since,
        )
        return {row["key"]: row["tokens"] for row in rows}

    def say(self, feedback: Feedback) -> None:
        """Keep what was said of an answer.

        Raises:
            NotFound: There is no such request in this project.
        """
        self.get(feedback.request)
        self._db.insert("feedback", project=self._project, **asdict(feedback))

    def said(self, service: str, since: float = 0.0) -> list[Feedback]:
        """What was said of the answers of a service, oldest first."""
        rows = self._db.rows(
            "select f.request, f.kind, f.value, f.text, f.source, f.at from feedback f join requests r"
            " on r.id = f.request where f.project = ? and r.service = ? and f.at >= ? order by f.id",
            self._project,
            service,
            since,
        )
        return [Feedback(**row) for row in rows]

    def warn(self, alert: Alert) -> Alert:
        """Keep an alert for those who look at the project."""
        id_ = self._db.insert(
            "alerts",
            project=self._project,
            service=alert.service,
            at=alert.at,
            kind=alert.kind,
            sentence=alert.sentence,
            data=json.dumps(alert.data),
        )
        return Alert(alert.service, alert.kind, alert.sentence, alert.data, alert.at, id_)

    def alerts(self, service: str | None = None, *, unseen: bool = False) -> list[Alert]:
        """The alerts of a service or of all, oldest first."""
        rows = self._db.rows(
            "select service, kind, sentence, data, at, id, seen from alerts where project = ?"
            " and ifnull(service = ?, 1) and seen <= ? order by id",
            self._project,
            service,
            0 if unseen else 1,
        )
        return [_alert(row) for row in rows]

    def see(self, ids: Collection[int]) -> None:
        """Note that the user has seen these alerts."""
        with self._db.change() as change:
            for id_ in ids:
                change.execute("update alerts set seen = 1 where id = ? and project = ?", [id_, self._project])


def _request(row: Row) -> Request:
    kept: Row = {name: value for name, value in row.items() if name not in ("project", "service", "place")}
    kept["refused"] = bool(kept["refused"])
    return Request(**kept)


def _alert(row: Row) -> Alert:
    kept: Row = {**row, "data": json.loads(row["data"]), "seen": bool(row["seen"])}
    return Alert(**kept)
