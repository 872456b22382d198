"""The fixes of a project as they are kept: a line in the database, and a Parquet file of edits to look at."""

import hashlib
import json
import os
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from store.approvals import Approvals
from store.counted import Count
from store.database import Database
from store.datasets import Datasets, Version
from store.edits import EDITS
from store.engine import engine, fetch, literal
from store.errors import NotFound, StoreError
from store.fix import Fix, fix_of
from store.narrowing import Narrowing, Revised, about
from store.unfinished import unfinished

PAGE = 25
"""Edits to look at in one piece."""


@dataclass(frozen=True)
class Page:
    """Some edits of a fix.

    Each is a dict of `EDITS`, with the row's other columns under `row`, and what the user means to do about it, by the
    fix's draft: whether the row `stays` as it is, and the value that was `written` instead of `after`.
    """

    edits: list[dict[str, Any]]
    number: int
    """From 1."""
    pages: int
    found: int
    """Edits there are, on all pages."""


class KeptFixes:
    """Finds and keeps the fixes of one project; see `Fixes` for what makes and applies them."""

    def __init__(self, db: Database, approvals: Approvals, datasets: Datasets, project: str, folder: Path) -> None:
        self._db, self._approvals, self._datasets, self._project = db, approvals, datasets, project
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def all(self, dataset: str | None = None, state: str | None = None) -> list[Fix]:
        """The fixes of the project, of one dataset or in one state, oldest first."""
        rows = self._db.rows(
            "select * from fixes where project = ? and ifnull(dataset = ?, 1) and ifnull(state = ?, 1) order by number",
            self._project,
            dataset,
            state,
        )
        return [fix_of(row, self._folder) for row in rows]

    def get(self, id_: str) -> Fix:
        """One fix by its id, such as "fix-3"."""
        row = self._db.row("select * from fixes where project = ? and 'fix-' || number = ?", self._project, id_)
        if row is None:
            raise NotFound("fix", id_, [fix.id for fix in self.all(state="open")], "Propose fixes to find more.")
        return fix_of(row, self._folder)

    def edits(self, id_: str, limit: int = 10) -> list[dict[str, Any]]:
        """The first edits of a fix as dicts of `EDITS`, and under `row` the row's other columns."""
        return self.page(id_, 1, limit).edits

    def page(self, id_: str, number: int, size: int = PAGE, containing: str = "") -> Page:
        """Some edits of a fix, in the order of the rows; only these are read whole.

        Args:
            id_: The fix.
            number: Which page, from 1; the last one if there are not so many.
            size: Edits on a page.
            containing: Only of rows whose text has these words.
        """
        fix = self.get(id_)
        version = self._datasets.version(fix.dataset, fix.version)
        with engine([self._folder, version.path.parent], {"edits": fix.path, "parent": version.path}) as con:
            said = about(containing, [*version.columns], "p") if containing.strip() else ""
            fitting = (
                f"from edits e where e._row in (select _row from parent p where {said})" if said else "from edits e"
            )
            found = (con.execute(f"select count(*) {fitting}").fetchone() or (0,))[0]
            pages = max(1, -(-found // size))
            number = min(max(1, number), pages)
            here = f"select {EDITS} {fitting} order by _row, column_name limit ? offset ?"
            edits = fetch(con, here, [size, (number - 1) * size])
            here = [edit["_row"] for edit in edits]
            rows = fetch(con, "from parent where _row in (select unnest(?))", [here])
            left = _left_out(con, fix.draft, [*version.columns], here)
        by_number = {row["_row"]: row for row in rows}
        whole = [
            edit
            | {"row": {k: v for k, v in by_number.get(edit["_row"], {}).items() if not k.startswith("_")}}
            | {"stays": edit["_row"] in left, "written": fix.draft.edited.get((edit["_row"], edit["column_name"]))}
            for edit in edits
        ]
        return Page(whole, number, pages, found)

    def rows_of(self, ids: Sequence[str]) -> int:
        """How many rows these fixes of one dataset touch together."""
        paths = [literal(os.path.realpath(self.get(id_).path)) for id_ in ids]
        with engine([self._folder]) as con:
            counted = con.execute(f"select count(distinct _row) from read_parquet([{', '.join(paths)}])").fetchone()
        return (counted or (0,))[0]

    def decline(self, id_: str, note: str = "") -> Fix:
        """Put a proposal aside, with the user's words; its edits are not proposed again."""
        fix = self.get(id_)
        if fix.state != "open":
            raise StoreError(f"{fix.id} is {fix.state}, so there is nothing to decline.")
        self._mark(fix.id, "declined", note)
        return self.get(id_)

    def draft(self, id_: str, narrowing: Narrowing) -> None:
        """Keep what the user means to leave out or write otherwise, until they approve it; changes no fix."""
        with self._db.change() as change:
            change.execute(
                "update fixes set draft = ? where project = ? and 'fix-' || number = ?",
                [json.dumps(narrowing.as_json()) if narrowing else "{}", self._project, id_],
            )

    @contextmanager
    def _new_file(self) -> Generator[Path]:
        path = unfinished(Path(os.path.realpath(self._folder)), ending=".parquet")
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)

    def _of_kind(self, dataset: str, kind: str, state: str) -> list[Fix]:
        return [fix for fix in self.all(dataset, state) if fix.kind == kind]

    def _keep(
        self,
        head: Version,
        kind: str,
        told: dict[str, str],
        counted: tuple[int, str],
        revised: Sequence[Revised],
        beside: Path,
    ) -> Fix:
        payload = _payload(head, kind, counted)
        for fix in self._of_kind(head.dataset, kind, "open"):
            if fix.payload_hash == payload:
                return fix
        sentence = told["sentence"].format(rows=Count(counted[0]))
        return self._insert(
            head, kind, told | {"template": told["sentence"], "sentence": sentence}, counted, revised, beside
        )

    def _insert(
        self,
        version: Version,
        kind: str,
        told: dict[str, str],
        counted: tuple[int, str],
        revised: Sequence[Revised],
        beside: Path,
    ) -> Fix:
        with self._db.change():
            number = self._db.next_number("fixes", self._project)
            os.replace(beside, self._folder / f"fix-{number}.parquet")
            self._db.insert(
                "fixes",
                project=self._project,
                number=number,
                dataset=version.dataset,
                version=version.number,
                kind=kind,
                rows=counted[0],
                payload_hash=_payload(version, kind, counted),
                file=f"fix-{number}.parquet",
                revised=json.dumps(revised),
                **told,
            )
        return self.get(f"fix-{number}")

    def _mark(self, id_: str, state: str, note: str) -> None:
        with self._db.change() as change:
            change.execute(
                "update fixes set state = ?, note = ? where project = ? and 'fix-' || number = ?",
                [state, note, self._project, id_],
            )


def _left_out(
    con: duckdb.DuckDBPyConnection, draft: Narrowing, columns: Sequence[str], rows: Sequence[int]
) -> set[int]:
    """Which of these rows are to stay as they are."""
    said = " or ".join(f"({about(words, columns, 'p')})" for words in draft.not_about)
    found = f"select _row from parent p where _row in (select unnest(?)) and ({said})"
    matching = con.execute(found, [rows]).fetchall() if said else []
    return {*draft.without_rows} | {row for (row,) in matching}


def save(con: duckdb.DuckDBPyConnection, select: str, file: Path) -> tuple[int, str]:
    """Save edits, given as the end of a SELECT that calls them `e`; gives how many rows they are, and their hash."""
    saved = literal(str(file))
    con.execute(
        f"copy (select {EDITS} {select} order by _row, column_name) to {saved} (format parquet, compression zstd)"
    )
    ((rows, hashed),) = con.execute(
        "select count(distinct _row), md5(string_agg("
        f" md5(concat_ws(chr(31), {EDITS})), '' order by _row, column_name)) from read_parquet({saved})"
    ).fetchall()
    return rows, hashed


def _payload(version: Version, kind: str, counted: tuple[int, str]) -> str:
    return hashlib.sha256(f"{version.dataset} {kind} {counted[1]}".encode()).hexdigest()
