"""Nothing changes without a yes: what was asked, and the answer, for exactly one call."""

import hashlib
import json
from collections.abc import Collection, Generator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Literal

from store.database import Database, Row
from store.errors import NoSpace, NotApproved, NotFound, StoreError
from store.processes import alive, born

Answer = Literal["yes", "no"]


@dataclass(frozen=True)
class _Yes:
    """A yes that is being carried out."""

    approval: int
    only: frozenset[str] | None = None
    """The changes that it lets through, as `needed` is told of them; all that its tool makes, if None."""


_spending: ContextVar[_Yes | None] = ContextVar("approval being spent", default=None)


@dataclass(frozen=True)
class Approval:
    """A question put to the user about one tool call.

    `state` is open, yes, no, using (being carried out), spent (the yes was used).
    """

    id: int
    tool: str
    arguments: dict[str, Any]
    payload_hash: str
    preview: dict[str, Any]
    """What the card shows, as JSON."""
    state: str
    note: str
    """The user's words when declining."""
    asked_at: str = ""
    answered_at: str | None = None
    """When (UTC)."""
    asked_by: str = ""
    """The other program that asks; empty for a conversation."""


def payload_hash(tool: str, arguments: dict[str, Any], depends_on: dict[str, Any]) -> str:
    """SHA-256 of a call and of the state it depends on, such as dataset versions and the hashes of fixes."""
    text = json.dumps([tool, arguments, depends_on], sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


class Approvals:
    """The questions and answers of one project."""

    def __init__(self, db: Database, project: str) -> None:
        self._db, self._project = db, project
        self._used: dict[int, None] = {}

    def ask(
        self,
        tool: str,
        arguments: dict[str, Any],
        payload: str,
        preview: dict[str, Any] | None = None,
        asked_by: str = "",
    ) -> Approval:
        """Put a question; `payload` is the `payload_hash` of the call as it would run now.

        Args:
            tool: The tool to be run.
            arguments: What it would be run with.
            payload: The hash of exactly this call.
            preview: What the card shows, as JSON.
            asked_by: The other program that asks; empty for a conversation.
        """
        id_ = self._db.insert(
            "approvals",
            project=self._project,
            tool=tool,
            arguments=json.dumps(arguments),
            payload_hash=payload,
            preview=json.dumps(preview or {}, default=str),
            asked_by=asked_by,
        )
        return self.get(id_)

    def get(self, id_: int) -> Approval:
        """One approval of this project."""
        row = self._db.row("select * from approvals where id = ? and project = ?", id_, self._project)
        if row is None:
            raise NotFound("question", str(id_), [str(a.id) for a in self.pending()])
        return _approval(row)

    def pending(self) -> list[Approval]:
        """The questions still open, oldest first."""
        rows = self._db.rows("select * from approvals where project = ? and state = 'open' order by id", self._project)
        return [_approval(row) for row in rows]

    def asked_outside(self, payload: str = "") -> list[Approval]:
        """The questions of other programs, oldest first.

        Args:
            payload: The hash of a call: all that were asked about exactly that; else those that are open.
        """
        which = "payload_hash = ?" if payload else "state = ?"
        rows = self._db.rows(
            f"select * from approvals where project = ? and asked_by != '' and {which} order by id",
            self._project,
            payload or "open",
        )
        return [_approval(row) for row in rows]

    def answer(self, id_: int, answer: Answer, note: str = "") -> Approval:
        """Write the user's answer to an open question.

        Raises:
            StoreError: It was answered already (a second click, an old page).
        """
        with self._db.change() as change:
            done = change.execute(
                "update approvals set state = ?, note = ?, answered_at = current_timestamp"
                " where id = ? and project = ? and state = 'open'",
                [answer, note, id_, self._project],
            )
            if done.rowcount != 1:
                raise StoreError(f"That question was already answered ({self.get(id_).state}). Nothing was changed.")
        return self.get(id_)

    @contextmanager
    def spend(self, id_: int, payload: str) -> Generator[Approval]:
        """Do what was approved; inside, the store lets changes through. A yes works once.

        If the process dies inside, the yes may be taken again while the payload is still the same.

        Raises:
            NotApproved: There is no unspent yes for exactly this payload.
        """
        self._take(id_, payload)
        token = _spending.set(_Yes(id_))
        try:
            yield self.get(id_)
        finally:
            _spending.reset(token)
            self._spent(id_)

    def _spent(self, id_: int) -> None:
        self._used[id_] = None
        self.write_used()

    def write_used(self) -> None:
        """Write down every yes that was used and had no room for it; until then it stays in use, and nobody takes it.

        Called again and again while the program runs: after its end, a yes in use could be taken once more.
        """
        if not (used := [*self._used]):
            return
        with suppress(NoSpace):
            with self._db.change() as change:
                change.executemany("update approvals set state = 'spent' where id = ?", [[id_] for id_ in used])
            for id_ in used:
                self._used.pop(id_, None)

    def _take(self, id_: int, payload: str) -> None:
        with self._db.change() as change:
            given = self.get(id_)
            user = self._db.row("select used_by from approvals where id = ?", id_)
            died = given.state == "using" and user is not None and not alive(user["used_by"])
            if given.payload_hash != payload and given.state in ("yes", "using"):
                why = "what it would change has changed since you saw it"
            elif given.state != "yes" and not died:
                why = f"the answer was {given.state!r}"
            else:
                change.execute("update approvals set state = 'using', used_by = ? where id = ?", [born(), id_])
                return
        raise NotApproved(f"{given.tool} was not run: {why}. Ask again to see it as it would be now.")

    @contextmanager
    def typed(self, tool: str, arguments: dict[str, Any]) -> Generator[None]:
        """The user typed the call in full, in a terminal or a program: that is the question and the yes."""
        hashed = payload_hash(tool, arguments, {})
        asked = self.ask(tool, arguments, hashed)
        self.answer(asked.id, "yes", "typed by the user")
        with self.spend(asked.id, hashed):
            yield

    @contextmanager
    def standing(self, kind: str, way: str, only: Collection[str]) -> Generator[None]:
        """Let changes through by the yes to a rule that fixes of a kind are always applied.

        A spent yes is good for nothing else: the rule has to stand, for this kind and this way of mending it, and
        inside, only the changes named are let through.

        Args:
            kind: The kind of fix.
            way: How it mends.
            only: The changes, as `needed` is told of them.

        Raises:
            NotApproved: No such rule stands.
        """
        row = self._db.row(
            "select approval from rules where project = ? and kind = ? and verdict = 'always' and way = ?",
            self._project,
            kind,
            way,
        )
        if row is None or self.get(row["approval"]).state != "spent":
            raise NotApproved(f"No rule says that {kind.replace('_', ' ')} are always mended like that.")
        token = _spending.set(_Yes(row["approval"], frozenset(only)))
        try:
            yield
        finally:
            _spending.reset(token)

    def needed(self, what: str) -> int:
        """The approval being spent now.

        Raises:
            NotApproved: None is.
        """
        yes = _spending.get()
        if yes is None or (yes.only is not None and what not in yes.only):
            raise NotApproved(f"Nothing changes without a yes, and there was none for {what}.")
        return yes.approval


def _approval(row: Row) -> Approval:
    return Approval(
        id=row["id"],
        tool=row["tool"],
        arguments=json.loads(row["arguments"]),
        payload_hash=row["payload_hash"],
        preview=json.loads(row["preview"]),
        state=row["state"],
        note=row["note"],
        asked_at=row["asked_at"],
        answered_at=row["answered_at"],
        asked_by=row["asked_by"],
    )
