"""The one SQLite file that holds the state of a workspace."""

import sqlite3
import threading
import weakref
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from store.errors import told_when_full

Row = dict[str, Any]


class Database:
    """One connection, shared by the threads of a process and safe beside other processes.

    WAL keeps readers of other processes going while one writes; a kill at any point loses
    nothing committed.
    """

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        self._closed = weakref.finalize(self, self._connection.close)  # also where nobody holds it any more
        with told_when_full():
            for pragma in ("busy_timeout=10000", "journal_mode=WAL", "foreign_keys=ON", "synchronous=NORMAL"):
                self._connection.execute(f"pragma {pragma}")

    def rows(self, sql: str, *values: Any) -> list[Row]:
        """All rows of a query, each as a dict.

        Raises:
            NoSpace: The disk is full; reading, too, needs a little room where nobody else has the file open.
        """
        with self._lock, told_when_full():
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

    @property
    def changing(self) -> bool:
        """Whether a `change` is open."""
        return self._connection.in_transaction

    @contextmanager
    def change(self) -> Generator[sqlite3.Connection]:
        """A transaction: all of it is kept, or none.

        Raises:
            NoSpace: The disk is full.
        """
        with self._lock, told_when_full():
            outer = self._connection.in_transaction
            try:
                if not outer:
                    self._connection.execute("begin immediate")
                yield self._connection
                if not outer:
                    self._connection.execute("commit")
            except BaseException:
                if not outer and self._connection.in_transaction:
                    self._connection.execute("rollback")
                raise

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._closed()
