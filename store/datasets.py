"""Datasets: immutable versions, each one Parquet file with its parent and the recipe that made it."""

import json
import os
import re
import shutil
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from store.approvals import Approvals
from store.database import Database, Row
from store.engine import engine, literal, quoted
from store.errors import NoSpace, NotFound, StoreError, disk_is_full
from store.quotas import Spending
from store.unfinished import unfinished
from store.versions import Change, Version

NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")


class Datasets:
    """The datasets of one project."""

    def __init__(self, db: Database, approvals: Approvals, project: str, folder: Path, spending: Spending) -> None:
        self._db, self._approvals, self._spending = db, approvals, spending
        self._project, self.folder = project, folder
        folder.mkdir(parents=True, exist_ok=True)

    def names(self) -> list[str]:
        """The datasets, oldest first."""
        oldest = "select dataset, min(id) first from changes where project = ? group by dataset order by first"
        rows = self._db.rows(oldest, self._project)
        return [row["dataset"] for row in rows]

    def head(self, name: str) -> Version:
        """The version a dataset is at now.

        Raises:
            NotFound: There is no such dataset.
        """
        row = self._db.row(
            "select after from changes where project = ? and dataset = ? order by id desc limit 1", self._project, name
        )
        if row is None:
            raise NotFound("dataset", name, self.names(), "Load a file to make one.")
        return self.version(name, row["after"])

    def version(self, name: str, number: int) -> Version:
        """One version by its number."""
        row = self._db.row(
            "select * from versions where project = ? and dataset = ? and number = ?", self._project, name, number
        )
        if row is None:
            numbers = [str(v.number) for v in self.versions(name)]
            raise NotFound("version", f"{name} {number}", numbers)
        return self._version(row)

    def versions(self, name: str) -> list[Version]:
        """Every version of a dataset, oldest first."""
        rows = self._db.rows(
            "select * from versions where project = ? and dataset = ? order by number", self._project, name
        )
        return [self._version(row) for row in rows]

    def lineage(self, name: str, number: int) -> list[Version]:
        """A version and those it came from, the first one first."""
        found = [self.version(name, number)]
        while (parent := found[-1].parent) is not None:
            found.append(self.version(name, parent))
        return found[::-1]

    def history(self, name: str) -> list[Change]:
        """What happened to a dataset, oldest first, as sentences."""
        self.head(name)
        told = "before, after, sentence, made_at, approval"
        sql = f"select {told} from changes where project = ? and dataset = ? order by id"
        return [Change(**row) for row in self._db.rows(sql, self._project, name)]

    def made_by(self, approval: int) -> list[str]:
        """What was changed under one yes, as sentences."""
        rows = self._db.rows(
            "select sentence from changes where project = ? and approval = ? order by id", self._project, approval
        )
        return [row["sentence"] for row in rows]

    @contextmanager
    def read(
        self, *names: str, also: Mapping[str, Path] | None = None, seconds: int = 600
    ) -> Generator[duckdb.DuckDBPyConnection]:
        """A DuckDB connection with a view for each dataset at its head, our `_row` column included.

        Args:
            names: Datasets; with none, all of the project.
            also: More Parquet files, by view name.
            seconds: The time a statement may take.
        """
        views = {name: self.head(name).path for name in names or self.names()} | dict(also or {})
        folders = [self.folder, *{path.parent for path in (also or {}).values()}]
        with engine(folders, views, seconds=seconds) as connection:
            yield connection

    def add(
        self,
        name: str,
        select: str,
        *,
        sentence: str,
        recipe: dict[str, Any],
        roles: dict[str, str] | None = None,
        views: Mapping[str, Path] | None = None,
        folders: Sequence[Path] = (),
    ) -> Version:
        """Make a new dataset from a query. Its rows get `_row`, 1, 2, ... in the order of the query.

        Args:
            name: Lower-case letters, digits and _.
            select: A SELECT over `views` and files in `folders`.
            sentence: What was done, for the history: "Loaded 600 rows from tickets.csv."
            recipe: How to make it again.
            roles: What columns are for.
            views: Parquet files the query names.
            folders: More folders the query may read.

        Raises:
            StoreError: The name is taken or not a name.
            NotApproved: No yes was given.
        """
        self._check_free(name)
        numbered = f"select row_number() over () as _row, * from ({select})"
        return self._save(name, None, numbered, sentence, recipe, roles or {}, views, folders)

    def derive(
        self,
        name: str,
        select: str,
        *,
        sentence: str,
        recipe: dict[str, Any],
        roles: dict[str, str] | None = None,
        views: Mapping[str, Path] | None = None,
    ) -> Version:
        """Save the next version of a dataset from a query over the view `parent`, its head now.

        The query must carry `_row` along; give new rows numbers above `(select max(_row) from parent)`.
        Roles of columns that stay are inherited.
        """
        parent = self.head(name)
        views = {"parent": parent.path, **(views or {})}
        return self._save(name, parent, select, sentence, recipe, {**parent.roles, **(roles or {})}, views, ())

    def move_head(self, name: str, number: int, sentence: str) -> Version:
        """Make an existing version the head again: undo, redo and restore.

        Raises:
            NotApproved: No yes was given.
        """
        before, after = self.head(name), self.version(name, number)
        approval = self._approvals.needed(f"changing {name}")
        self._log(name, before.number, after.number, sentence, approval)
        return after

    def adopt(self, name: str, made: Sequence[Version], sentence: str, parent: int | None = None) -> Version:
        """Take over versions of another workspace, one derived from the other, their rows with their numbers.

        Args:
            name: The dataset; a new one where `parent` is None.
            made: The versions, the first one first. The last becomes the head.
            sentence: What was done, for the history.
            parent: The version here that the first of them was derived from.

        Raises:
            StoreError: The name is taken or not a name.
            NotApproved: No yes was given.
        """
        approval = self._approvals.needed(f"changing {name}")
        self._spending.check_disk(sum(version.path.stat().st_size for version in made))
        if parent is None:
            self._check_free(name)
        copies = [unfinished(self.folder, ending=".parquet") for _ in made]
        try:
            for version, copy in zip(made, copies, strict=True):
                _copy(version.path, copy)
            with self._db.change():
                before = None if parent is None else self.head(name).number
                number = max((v.number for v in self.versions(name)), default=0)
                for version, copy in zip(made, copies, strict=True):
                    number += 1
                    told = {k: getattr(version, k) for k in ("rows", "columns", "roles", "sentence", "recipe")}
                    self._number(name, number, parent, copy, **told)
                    parent = number
                self._log(name, before, number, sentence, approval)
        finally:
            for copy in copies:
                copy.unlink(missing_ok=True)
        return self.head(name)

    def _save(
        self,
        name: str,
        parent: Version | None,
        select: str,
        sentence: str,
        recipe: dict[str, Any],
        roles: dict[str, str],
        views: Mapping[str, Path] | None,
        folders: Sequence[Path],
    ) -> Version:
        approval = self._approvals.needed(f"changing {name}")
        self._spending.check_disk()
        beside = unfinished(self.folder, ending=".parquet")
        try:
            rows, columns = self._write(select, beside, views or {}, folders)
            with self._db.change():
                number = 1 + max((v.number for v in self.versions(name)), default=0)
                roles = {c: r for c, r in roles.items() if c in columns}
                told = {"rows": rows, "columns": columns, "roles": roles, "sentence": sentence, "recipe": recipe}
                self._number(name, number, parent and parent.number, beside, **told)
                self._log(name, parent and parent.number, number, sentence, approval)
        finally:
            beside.unlink(missing_ok=True)
        return self.head(name)

    def _number(self, name: str, number: int, parent: int | None, beside: Path, **told: Any) -> None:
        """Give a file that is whole its place among the versions; inside the `change` that logs it."""
        file = f"{name}-v{number}.parquet"
        os.replace(beside, self.folder / file)
        stored = {key: json.dumps(value) if isinstance(value, dict) else value for key, value in told.items()}
        self._db.insert(
            "versions", project=self._project, dataset=name, number=number, parent=parent, file=file, **stored
        )

    def _check_free(self, name: str) -> None:
        if not NAME.fullmatch(name):
            raise StoreError(
                f"{name!r} cannot name a dataset. Use lower-case letters, digits and _, such as {slug(name)!r}."
            )
        if name in self.names():
            raise StoreError(f"There is already a dataset named {name!r}. Choose another name.")

    def _log(self, name: str, before: int | None, after: int, sentence: str, approval: int) -> None:
        self._db.insert(
            "changes",
            project=self._project,
            dataset=name,
            before=before,
            after=after,
            sentence=sentence,
            approval=approval,
        )

    def _write(
        self, select: str, file: Path, views: Mapping[str, Path], folders: Sequence[Path]
    ) -> tuple[int, dict[str, str]]:
        reach = [self.folder, *folders, *{path.parent for path in views.values()}]
        with engine(reach, views) as connection:
            connection.execute(
                f"copy ({select}) to {literal(os.path.realpath(file))} (format parquet, compression zstd)"
            )
            saved = f"read_parquet({literal(os.path.realpath(file))})"
            columns = connection.execute(f"describe select * from {saved}").fetchall()
            counted = connection.execute(f"select count(*) from {saved}").fetchone()
        return (counted or (0,))[0], {c[0]: c[1] for c in columns if not c[0].startswith("_")}

    def _version(self, row: Row) -> Version:
        return Version(
            dataset=row["dataset"],
            number=row["number"],
            parent=row["parent"],
            rows=row["rows"],
            columns=json.loads(row["columns"]),
            roles=json.loads(row["roles"]),
            path=self.folder / row["file"],
            sentence=row["sentence"],
            recipe=json.loads(row["recipe"]),
            made_at=row["made_at"],
        )


def _copy(source: Path, target: Path) -> None:
    try:
        shutil.copyfile(source, target)
    except OSError as error:
        if disk_is_full(error):
            raise NoSpace from error
        raise


def slug(text: str) -> str:
    """A dataset name made from any text, such as a file's name."""
    name = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:60]
    return name if name and name[0].isalpha() else f"data_{name}".rstrip("_")


__all__ = ["Change", "Datasets", "Version", "quoted", "slug"]
