"""Databases in memory that wait for the next piece of work: opening one takes longer than most pieces.

A piece of work has one for itself. What it made is dropped before the next one has it, and where it failed, or what it
made cannot be dropped, the database goes with it.
"""

import atexit
import os
import shutil
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from store.quoting import literal, quoted
from store.unfinished import unfinished

MEMORY = "2GB"
MOST_IDLE = 8
"""Databases of a process that wait; the one that waited longest is let go of."""
MADE = """
    select 'view', schema_name, view_name from duckdb_views() where not internal
    union all select 'table', schema_name, table_name from duckdb_tables() where not internal"""


@dataclass(frozen=True)
class Reach:
    """What a database may do."""

    folders: tuple[str, ...]
    """The folders that it may read and write, without links in their paths; in the first one it may spill."""
    seconds: int
    """The time a statement may take."""


@dataclass(frozen=True)
class _Database:
    reach: Reach
    connection: duckdb.DuckDBPyConnection
    spill: Path

    def close(self) -> None:
        self.connection.close()
        shutil.rmtree(self.spill, ignore_errors=True)

    def emptied(self) -> bool:
        """Whether nothing is left in it of what was made."""
        try:
            for kind, schema, name in self.connection.execute(MADE).fetchall():
                self.connection.execute(f"drop {kind} {quoted(schema)}.{quoted(name)} cascade")
        except duckdb.Error:
            return False
        return True


class IdleDatabases:
    """Those of this process that nobody uses just now, the one that waited longest first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[_Database] = []
        self._inherited: list[_Database] = []

    @contextmanager
    def lent(self, reach: Reach) -> Generator[duckdb.DuckDBPyConnection]:
        """An empty database for whoever works inside; hardened, so that no statement widens its reach."""
        database = self._taken(reach) or _opened(reach)
        try:
            yield database.connection
        except BaseException:
            database.close()
            raise
        self._keep(database)

    def close(self) -> None:
        """Let go of all that wait."""
        with self._lock:
            waiting, self._waiting = self._waiting, []
        for each in waiting:
            each.close()

    def forget(self) -> None:
        """Never touch again what a process has inherited: the threads of those databases are its parent's."""
        self._lock = threading.Lock()
        self._inherited, self._waiting = self._waiting, []

    def _keep(self, database: _Database) -> None:
        over = [database]
        if database.emptied():
            with self._lock:
                self._waiting.append(database)
                over = [self._waiting.pop(0) for _ in range(len(self._waiting) - MOST_IDLE)]
        for each in over:
            each.close()

    def _taken(self, reach: Reach) -> _Database | None:
        with self._lock:
            found = next((each for each in reversed(self._waiting) if each.reach == reach), None)
            if found:
                self._waiting.remove(found)
            return found


def _opened(reach: Reach) -> _Database:
    spill = unfinished(Path(reach.folders[0]), "spill")
    settings: dict[str, Any] = {
        "memory_limit": MEMORY,
        "temp_directory": str(spill),
        "max_temp_directory_size": "20GB",
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "allow_community_extensions": False,
        "allow_persistent_secrets": False,
    }
    database = _Database(reach, duckdb.connect(":memory:", config=settings), spill)
    allowed = ", ".join(literal(f"{folder}/") for folder in reach.folders)
    for setting in (
        "python_enable_replacements=false",
        f"allowed_directories=[{allowed}]",
        f"max_execution_time={reach.seconds * 1000}",
        "enable_external_access=false",
        "lock_configuration=true",
    ):
        database.connection.execute(f"set global {setting}")
    return database


IDLE = IdleDatabases()
atexit.register(IDLE.close)
os.register_at_fork(after_in_child=IDLE.forget)
