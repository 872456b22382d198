"""DuckDB over Parquet: a fresh, hardened, in-memory connection per piece of work."""

import os
import re
import shutil
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import duckdb

from store.errors import BadQuery, NoSpace, TooMuch, disk_is_full
from store.unfinished import unfinished

MEMORY = "2GB"


def quoted(name: str) -> str:
    """A name as a SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str) -> str:
    """A string as a SQL literal."""
    return "'" + value.replace("'", "''") + "'"


@contextmanager
def engine(
    folders: Sequence[Path], views: Mapping[str, Path] | None = None, *, seconds: int = 600
) -> Generator[duckdb.DuckDBPyConnection]:
    """Open a connection that can reach these folders and nothing else.

    Args:
        folders: Folders it may read and write.
        views: Parquet files to name, as views.
        seconds: The time a statement may take.

    Raises:
        BadQuery: DuckDB refused a statement.
        TooMuch: A statement took too long or too much memory.
        NoSpace: The disk is full.
    """
    spill = unfinished(folders[0], "spill")
    settings: dict[str, Any] = {
        "memory_limit": MEMORY,
        "temp_directory": str(spill),
        "max_temp_directory_size": "20GB",
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "allow_community_extensions": False,
        "allow_persistent_secrets": False,
    }
    try:
        with _in_words(seconds), closing(duckdb.connect(":memory:", config=settings)) as connection:
            allowed = ", ".join(literal(f"{os.path.realpath(folder)}/") for folder in folders)
            for setting in (
                "python_enable_replacements=false",
                f"allowed_directories=[{allowed}]",
                f"max_execution_time={seconds * 1000}",
                "enable_external_access=false",
                "lock_configuration=true",
            ):
                connection.execute(f"set {setting}")
            for name, path in (views or {}).items():
                seen = f"from read_parquet({literal(os.path.realpath(path))})"
                connection.execute(f"create view {quoted(name)} as {seen}")
            yield connection
    finally:
        shutil.rmtree(spill, ignore_errors=True)


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
