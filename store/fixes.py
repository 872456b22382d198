"""Proposals to change rows: what, why, which rows, before and after, and what became of them."""

import hashlib
import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from store.approvals import Approvals
from store.database import Database, Row
from store.datasets import Datasets, Version
from store.engine import engine, fetch, literal, quoted
from store.errors import NotFound, StoreError

EDITS = "_row, action, column_name, before, after, reason"
"""The columns of a fix's edits. `action` is drop or set; `before`, `after` are text; one line a row and column."""


@dataclass(frozen=True)
class Fix:
    """A proposed change. `state` is open, declined, applied or undone."""

    id: str
    dataset: str
    version: int
    kind: str
    sentence: str
    """What would be done: "Drop 14 rows that repeat an earlier row."."""
    why: str
    rows: int
    payload_hash: str
    path: Path
    state: str
    note: str


class Fixes:
    """The proposals of one project."""

    def __init__(self, db: Database, approvals: Approvals, datasets: Datasets, project: str, folder: Path) -> None:
        self._db, self._approvals, self._datasets, self._project = db, approvals, datasets, project
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def propose(
        self, dataset: str, kind: str, sentence: str, why: str, edits: str, views: Mapping[str, Path] | None = None
    ) -> Fix | None:
        """Save a proposal against the head of a dataset. Proposing changes nothing.

        Args:
            dataset: The dataset.
            kind: Which check found it, such as "exact_duplicates".
            sentence: What would be done; `{rows}` becomes the number of rows.
            why: Why it should be.
            edits: A SELECT of the columns in `EDITS` over the view `parent` (the head) and `views`.
            views: More Parquet files, by view name.

        Returns:
            The fix; the one already there if the same edits were proposed before and are open or
            declined; None if there is nothing to edit.
        """
        head = self._datasets.head(dataset)
        beside = self._folder / f".new-{uuid.uuid4().hex}.parquet"
        try:
            reach = [self._folder, head.path.parent, *{p.parent for p in (views or {}).values()}]
            with engine(reach, {"parent": head.path, **(views or {})}) as con:
                con.execute(
                    f"copy (select {EDITS} from ({edits}) order by _row, column_name)"
                    f" to {literal(os.path.realpath(beside))} (format parquet, compression zstd)"
                )
                saved = f"from read_parquet({literal(os.path.realpath(beside))})"
                ((rows, hashed),) = con.execute(
                    f"select count(distinct _row), md5(string_agg(md5(concat_ws(chr(31), {EDITS})), ''"
                    f" order by _row, column_name)) {saved}"
                ).fetchall()
            return (
                self._keep(head, kind, sentence.replace("{rows}", str(rows)), why, rows, hashed, beside)
                if rows
                else None
            )
        finally:
            beside.unlink(missing_ok=True)

    def all(self, dataset: str | None = None, state: str | None = None) -> list[Fix]:
        """The fixes of the project, of one dataset or in one state, oldest first."""
        rows = self._db.rows(
            "select * from fixes where project = ? and ifnull(dataset = ?, 1) and ifnull(state = ?, 1) order by number",
            self._project,
            dataset,
            state,
        )
        return [self._fix(row) for row in rows]

    def get(self, id_: str) -> Fix:
        """One fix by its id, such as "fix-3"."""
        row = self._db.row("select * from fixes where project = ? and 'fix-' || number = ?", self._project, id_)
        if row is None:
            raise NotFound("fix", id_, [fix.id for fix in self.all(state="open")], "Propose fixes to find more.")
        return self._fix(row)

    def edits(self, id_: str, limit: int = 10) -> list[dict[str, Any]]:
        """The first edits of a fix as dicts of `EDITS`, and under `row` the row's other columns."""
        fix = self.get(id_)
        version = self._datasets.version(fix.dataset, fix.version)
        with engine([self._folder, version.path.parent], {"edits": fix.path, "parent": version.path}) as con:
            found = fetch(con, f"select {EDITS} from edits order by _row, column_name limit ?", [limit])
            rows = fetch(con, "from parent where _row in (select unnest(?))", [[edit["_row"] for edit in found]])
        by_number = {row["_row"]: row for row in rows}
        return [
            edit | {"row": {k: v for k, v in by_number.get(edit["_row"], {}).items() if not k.startswith("_")}}
            for edit in found
        ]

    def decline(self, id_: str, note: str = "") -> Fix:
        """Put a proposal aside, with the user's words."""
        fix = self.get(id_)
        if fix.state != "open":
            raise StoreError(f"{fix.id} is {fix.state}, so there is nothing to decline.")
        self._mark(fix.id, "declined", note)
        return self.get(id_)

    def apply(self, id_: str) -> tuple[Version, int]:
        """Apply a fix to the head of its dataset as a new version.

        Only rows that still look as they did when the fix was proposed are changed.

        Returns:
            The new version, and how many rows were changed.

        Raises:
            NotApproved: No yes was given.
            StoreError: The fix is not open, or nothing of it fits the rows as they are now.
        """
        fix = self.get(id_)
        self._approvals.needed(f"applying {fix.id}")
        if fix.state != "open":
            raise StoreError(f"{fix.id} is {fix.state}; only an open fix can be applied.")
        head = self._datasets.head(fix.dataset)
        views = {"edits": fix.path}
        with self._datasets.read(fix.dataset, also=views) as con:
            columns = [
                row[0] for row in con.execute("select distinct column_name from edits where action = 'set'").fetchall()
            ]
            fits = " or ".join(
                [
                    "action = 'drop'",
                    *(
                        f"(column_name = {literal(c)} and cast({quoted(c)} as varchar) is not distinct from before)"
                        for c in columns
                        if c in head.columns
                    ),
                ]
            )
            ((changed,),) = con.execute(
                f"select count(distinct _row) from edits join {quoted(fix.dataset)} using (_row) where {fits}"
            ).fetchall()
        if not changed:
            raise StoreError(f"{fix.id} no longer fits {fix.dataset}: its rows have changed. Propose fixes again.")
        sentence = (
            fix.sentence
            if changed == fix.rows
            else f"{fix.sentence} ({changed} of {fix.rows} rows; the others had changed.)"
        )
        recipe = {"fix": fix.id, "kind": fix.kind, "payload_hash": fix.payload_hash}
        with self._db.change():
            version = self._datasets.derive(
                fix.dataset, _applied(columns), sentence=sentence, recipe=recipe, views=views
            )
            self._mark(fix.id, "applied", "")
        return version, changed

    def reopened(self, dataset: str, number: int) -> None:
        """After an undo of the version a fix made: the fix is open again."""
        recipe = self._datasets.version(dataset, number).recipe
        if "fix" in recipe:
            self._mark(recipe["fix"], "open", "")

    def _keep(self, head: Version, kind: str, sentence: str, why: str, rows: int, hashed: str, beside: Path) -> Fix:
        payload = hashlib.sha256(f"{head.dataset} {kind} {hashed}".encode()).hexdigest()
        same = self._db.row(
            "select number from fixes where project = ? and dataset = ? and payload_hash = ?"
            " and state in ('open', 'declined')",
            self._project,
            head.dataset,
            payload,
        )
        if same:
            return self.get(f"fix-{same['number']}")
        with self._db.change():
            number = self._db.next_number("fixes", self._project)
            os.replace(beside, self._folder / f"fix-{number}.parquet")
            self._db.insert(
                "fixes",
                project=self._project,
                number=number,
                dataset=head.dataset,
                version=head.number,
                kind=kind,
                sentence=sentence,
                why=why,
                rows=rows,
                payload_hash=payload,
                file=f"fix-{number}.parquet",
            )
        return self.get(f"fix-{number}")

    def _mark(self, id_: str, state: str, note: str) -> None:
        with self._db.change() as change:
            change.execute(
                "update fixes set state = ?, note = ? where project = ? and 'fix-' || number = ?",
                [state, note, self._project, id_],
            )

    def _fix(self, row: Row) -> Fix:
        names = ("dataset", "version", "kind", "sentence", "why", "rows", "payload_hash", "state", "note")
        return Fix(id=f"fix-{row['number']}", path=self._folder / row["file"], **{name: row[name] for name in names})


def _applied(columns: list[str]) -> str:
    """The rows of `parent` with the view `edits` carried out."""
    replaced = ", ".join(
        f"case when e{i}._row is not null and cast(p.{quoted(c)} as varchar) is not distinct from e{i}.before"
        f" then e{i}.after else p.{quoted(c)} end as {quoted(c)}"
        for i, c in enumerate(columns)
    )
    joins = " ".join(
        f"left join (from edits where action = 'set' and column_name = {literal(c)}) e{i} on e{i}._row = p._row"
        for i, c in enumerate(columns)
    )
    star = f"p.* replace ({replaced})" if columns else "p.*"
    return (
        f"select {star} from parent p {joins}"
        " where p._row not in (select _row from edits where action = 'drop') order by p._row"
    )
