"""Proposals to change rows: what, why, which rows, before and after, and what became of them."""

import hashlib
import os
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from store.approvals import Approvals
from store.counted import Count
from store.database import Database, Row
from store.datasets import Datasets, Version
from store.edits import EDITS, applied, fit
from store.engine import engine, fetch, literal
from store.errors import NoLongerFits, NotFound, StoreError
from store.unfinished import unfinished


@dataclass(frozen=True)
class Fix:
    """A proposed change.

    `state` is open, declined, applied or replaced (by a newer proposal of its kind).
    """

    id: str
    dataset: str
    version: int
    kind: str
    sentence: str
    """What would be done: "Drop 14 rows that repeat an earlier row."."""
    done: str
    """The same once done, with `{rows}` for how many; empty says it as `sentence` does."""
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
        self,
        dataset: str,
        kind: str,
        sentence: str,
        why: str,
        edits: str,
        views: Mapping[str, Path] | None = None,
        done: str = "",
    ) -> Fix | None:
        """Save a proposal against the head of a dataset; it replaces the open one of its kind. Changes no row.

        Edits that the user declined before are left out.

        Args:
            dataset: The dataset.
            kind: Which check found it, such as "exact_duplicates".
            sentence: What would be done; `{rows}` becomes their number, `{rows:row|rows}` the number and the word.
            why: Why it should be.
            edits: A SELECT of the columns in `EDITS` over the view `parent` (the head) and `views`.
            views: More Parquet files, by view name.
            done: The sentence for the history, with `{rows}` as in `sentence`.

        Returns:
            The fix; the one already open if the same edits were proposed before; None if there is nothing to edit.
        """
        head = self._datasets.head(dataset)
        declined = {f"declined{n}": fix.path for n, fix in enumerate(self._of_kind(dataset, kind, "declined"))}
        seen = "".join(f" and not exists (from {view} d where {_SAME})" for view in declined)
        views = {"parent": head.path, **(views or {}), **declined}
        with self._new_file() as beside:
            with engine([self._folder, *{path.parent for path in views.values()}], views) as con:
                saved = literal(str(beside))
                con.execute(
                    f"copy (select {EDITS} from ({edits}) e where true{seen} order by _row, column_name)"
                    f" to {saved} (format parquet, compression zstd)"
                )
                ((rows, hashed),) = con.execute(
                    "select count(distinct _row), md5(string_agg("
                    f" md5(concat_ws(chr(31), {EDITS})), '' order by _row, column_name)) from read_parquet({saved})"
                ).fetchall()
            told = {"sentence": sentence.format(rows=Count(rows)), "done": done, "why": why}
            fix = self._keep(head, kind, told, rows, hashed, beside) if rows else None
        for older in self._of_kind(dataset, kind, "open"):
            if fix is None or older.id != fix.id:
                self._mark(older.id, "replaced", "")
        return fix

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
        """Put a proposal aside, with the user's words; its edits are not proposed again."""
        fix = self.get(id_)
        if fix.state != "open":
            raise StoreError(f"{fix.id} is {fix.state}, so there is nothing to decline.")
        self._mark(fix.id, "declined", note)
        return self.get(id_)

    def apply(self, id_: str) -> tuple[Version, int]:
        """Apply a fix to the head of its dataset as a new version.

        Only rows that still look as they did when the fix was proposed are changed, or where another change
        of the same cell leaves room for this one.

        Returns:
            The new version, and how many rows were changed.

        Raises:
            NotApproved: No yes was given.
            NoLongerFits: Nothing of it fits the rows as they are now.
            StoreError: The fix is not open.
        """
        fix = self.get(id_)
        self._approvals.needed(f"applying {fix.id}")
        if fix.state != "open":
            raise StoreError(f"{fix.id} is {fix.state}; only an open fix can be applied.")
        head = self._datasets.head(fix.dataset)
        with self._new_file() as fitting:
            views = {"edits": fix.path, "head": head.path}
            with engine([self._folder, head.path.parent], views) as con:
                changed = fit(con, head.columns, fitting)
                touched = con.execute("select distinct column_name from fitting where action = 'set'").fetchall()
            if not changed:
                raise NoLongerFits(
                    f"{fix.id} no longer fits {fix.dataset}: its rows have changed. Propose fixes again."
                )
            recipe = {"fix": fix.id, "kind": fix.kind, "payload_hash": fix.payload_hash}
            with self._db.change():
                version = self._datasets.derive(
                    fix.dataset,
                    applied(head.columns, sorted(column for (column,) in touched)),
                    sentence=_told(fix, changed),
                    recipe=recipe,
                    views={"edits": fitting},
                )
                self._mark(fix.id, "applied", "")
        return version, changed

    def move_head(self, dataset: str, number: int, sentence: str) -> Version:
        """Make a version the head again, and every fix open or applied as it was there.

        Raises:
            NotApproved: No yes was given.
        """
        before = self._made_by_fixes(dataset, self._datasets.head(dataset).number)
        with self._db.change():
            version = self._datasets.move_head(dataset, number, sentence)
            self._set_apart(before, self._made_by_fixes(dataset, number))
        return version

    def adopt(self, dataset: str, made: Sequence[Version], sentence: str, parent: int) -> Version:
        """Take over versions that were made elsewhere, and every fix open or applied as it is in them.

        Raises:
            NotApproved: No yes was given.
        """
        before = self._made_by_fixes(dataset, self._datasets.head(dataset).number)
        with self._db.change():
            version = self._datasets.adopt(dataset, made, sentence, parent)
            self._set_apart(before, self._made_by_fixes(dataset, version.number))
        return version

    def _set_apart(self, before: set[str], after: set[str]) -> None:
        for id_ in before ^ after:
            self._mark(id_, "applied" if id_ in after else "open", "")

    def _made_by_fixes(self, dataset: str, number: int) -> set[str]:
        """The fixes that made a version and those it came from."""
        return {v.recipe["fix"] for v in self._datasets.lineage(dataset, number) if "fix" in v.recipe}

    @contextmanager
    def _new_file(self) -> Generator[Path]:
        path = unfinished(Path(os.path.realpath(self._folder)), ending=".parquet")
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)

    def _of_kind(self, dataset: str, kind: str, state: str) -> list[Fix]:
        return [fix for fix in self.all(dataset, state) if fix.kind == kind]

    def _keep(self, head: Version, kind: str, told: dict[str, str], rows: int, hashed: str, beside: Path) -> Fix:
        payload = hashlib.sha256(f"{head.dataset} {kind} {hashed}".encode()).hexdigest()
        for fix in self._of_kind(head.dataset, kind, "open"):
            if fix.payload_hash == payload:
                return fix
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
                rows=rows,
                payload_hash=payload,
                file=f"fix-{number}.parquet",
                **told,
            )
        return self.get(f"fix-{number}")

    def _mark(self, id_: str, state: str, note: str) -> None:
        with self._db.change() as change:
            change.execute(
                "update fixes set state = ?, note = ? where project = ? and 'fix-' || number = ?",
                [state, note, self._project, id_],
            )

    def _fix(self, row: Row) -> Fix:
        names = ("dataset", "version", "kind", "sentence", "done", "why", "rows", "payload_hash", "state", "note")
        return Fix(id=f"fix-{row['number']}", path=self._folder / row["file"], **{name: row[name] for name in names})


_SAME = " and ".join(f"d.{c} is not distinct from e.{c}" for c in ("_row", "action", "column_name", "before", "after"))


def _told(fix: Fix, changed: int) -> str:
    """What was done, for the history; how many rows were left because they had changed."""
    sentence = fix.done.format(rows=Count(changed)) if fix.done else fix.sentence
    left = fix.rows - changed
    return sentence if not left else f"{sentence} {Count(left):row|rows} of {fix.rows:,} had changed or gone since."


__all__ = ["EDITS", "Fix", "Fixes"]
