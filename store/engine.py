"""DuckDB over Parquet: an empty, hardened, in-memory database for each piece of work."""

import os
import re
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import duckdb

from store.errors import BadQuery, NoSpace, TooMuch, disk_is_full
from store.idle_databases import IDLE, Reach
from store.quoting import literal, quoted

__all__ = ["engine", "fetch", "literal", "quoted"]


@contextmanager
def engine(
    folders: Sequence[Path], views: Mapping[str, Path] | None = None, *, seconds: int = 600
) -> Generator[duckdb.DuckDBPyConnection]:
    """Have a connection that can reach these folders and nothing else, to a database with nothing in it.

    Args:
        folders: Folders it may read and write.
        views: Parquet files to name, as views.
        seconds: The time a statement may take.

    Raises:
        BadQuery: DuckDB refused a statement.
        TooMuch: A statement took too long or too much memory.
        NoSpace: The disk is full.
    """
    reach = Reach(tuple(dict.fromkeys(map(os.path.realpath, folders))), seconds)
    with _in_words(seconds), IDLE.lent(reach) as database, closing(database.cursor()) as connection:
        for name, path in (views or {}).items():
            seen = f"from read_parquet({literal(os.path.realpath(path))})"
            connection.execute(f"create view {quoted(name)} as {seen}")
        yield connection


@contextmanager
def _in_words(seconds: int) -> Generator[None]:
    """What the engine cannot do, from its first moment on, as a sentence."""
    try:
        yield
    except duckdb.Error as error:
        if disk_is_full(error):
            raise NoSpace from error
        if isinstance(error, duckdb.InterruptException):
            raise TooMuch(f"The query took longer than {seconds} seconds and was stopped. Ask for less.") from error
        if isinstance(error, duckdb.OutOfMemoryException):
            raise TooMuch("The query needs more memory than it may have. Ask for less.") from error
        raise BadQuery(_without_paths(str(error))) from error


def fetch(connection: duckdb.DuckDBPyConnection, sql: str, values: Sequence[Any] = ()) -> list[dict[str, Any]]:
    """All rows of a query, each as a dict by column name."""
    cursor = connection.execute(sql, list(values))
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _without_paths(text: str) -> str:
    """What the engine says, with what it would have understood, without the query and without paths."""
    said = text.split("\n\nLINE ")[0].split("\nLINE ")[0]
    return re.sub(r"(/[^\s'\"/]+)+/", "", " ".join(said.split()))
