"""The one SQLite file that holds the state of a workspace."""

import sqlite3
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from store.errors import NoSpace

Row = dict[str, Any]
FULL = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE)
"""What SQLite says when it cannot write any more."""


class Database:
    """One connection, shared by the threads of a process and safe beside other processes.

    WAL keeps readers of other processes going while one writes; a kill at any point loses
    nothing committed.
    """

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        for pragma in ("busy_timeout=10000", "journal_mode=WAL", "foreign_keys=ON", "synchronous=NORMAL"):
            self._connection.execute(f"pragma {pragma}")

    def rows(self, sql: str, *values: Any) -> list[Row]:
        """All rows of a query, each as a dict."""
        with self._lock:
            return [dict(row) for row in self._connection.execute(sql, values)]

    def row(self, sql: str, *values: Any) -> Row | None:
        """The first row of a query, or None."""
        found = self.rows(sql, *values)
        return found[0] if found else None

    def insert(self, table: str, **values: Any) -> int:
        """Add a row, alone or inside a `change`; gives its rowid."""
        columns, marks = ", ".join(values), ", ".join("?" * len(values))
        with self.change() as change:
            cursor = change.execute(f"insert into {table} ({columns}) values ({marks})", list(values.values()))
        assert cursor.lastrowid
        return cursor.lastrowid

    def next_number(self, table: str, project: str) -> int:
        """The number after the last one of a project; ask inside the `change` that uses it."""
        found = self.row(f"select ifnull(max(number), 0) + 1 as next from {table} where project = ?", project)
        assert found
        return found["next"]

    @contextmanager
    def change(self) -> Generator[sqlite3.Connection]:
        """A transaction: all of it is kept, or none.

        Raises:
            NoSpace: The disk is full.
        """
        with self._lock:
            outer = self._connection.in_transaction
            try:
                if not outer:
                    self._connection.execute("begin immediate")
                yield self._connection
                if not outer:
                    self._connection.execute("commit")
            except BaseException as error:
                if not outer and self._connection.in_transaction:
                    self._connection.execute("rollback")
                if isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode in FULL:
                    raise NoSpace from error
                raise

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()
