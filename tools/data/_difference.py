"""What tells two versions of a dataset apart."""

from dataclasses import dataclass

import duckdb

from store import Version
from store.counted import Count
from store.edits import as_text
from store.engine import engine, quoted
from tools.clean._shown import clipped
from tools.result import Change

NAMED = {"come": "Rows that come back", "go": "Rows that go", "changed": "Rows that read otherwise"}
"""Titles for the card of an undo."""


@dataclass(frozen=True)
class InColumn:
    """Cells of one column that read otherwise, in rows that both versions have."""

    cells: int
    filled: int
    """Of these, cells that were missing."""
    emptied: int
    """Of these, cells that are missing now."""


@dataclass(frozen=True)
class Difference:
    """From one version to another."""

    before: Version
    after: Version
    come: int
    go: int
    changed: int
    """Rows that are in both and read otherwise."""
    columns: dict[str, InColumn]
    """By column that both have with the same type; those without a difference are left out."""
    changes: tuple[Change, ...]

    @property
    def new(self) -> list[str]:
        """Columns that only the later one has, or has with another type."""
        return [name for name, type_ in self.after.columns.items() if self.before.columns.get(name) != type_]

    @property
    def old(self) -> list[str]:
        """Columns that only the earlier one has, or has with another type."""
        return [name for name, type_ in self.before.columns.items() if self.after.columns.get(name) != type_]

    def __str__(self) -> str:
        told = [f"{Count(self.come):row comes|rows come} back"] if self.come else []
        told += [f"{Count(self.go):row goes|rows go}"] if self.go else []
        told += [f"{Count(self.changed):row reads|rows read} otherwise"] if self.changed else []
        told += [f"{Count(len(self.new)):column comes|columns come} back ({', '.join(self.new)})"] if self.new else []
        told += [f"{Count(len(self.old)):column goes|columns go} ({', '.join(self.old)})"] if self.old else []
        what = ", ".join(told) or "the rows are the same"
        return f"From {self.before.rows:,} to {Count(self.after.rows):row|rows}: {what}."


def difference(before: Version, after: Version, limit: int = 10, named: dict[str, str] = NAMED) -> Difference:
    """Compare two versions row by row; rows are told by the number that they keep through all versions.

    Args:
        before: The version to start from.
        after: The version to end at.
        limit: Rows to show of each kind of change.
        named: The titles over the shown rows, for come, go and changed.
    """
    views = {"before": before.path, "after": after.path}
    with engine([before.path.parent, after.path.parent], views) as connection:
        come, come_rows = _only_in(connection, after, "after", "before", limit)
        go, go_rows = _only_in(connection, before, "before", "after", limit)
        changed, columns, changed_rows = _changed(connection, before, after, limit)
    shown = (
        Change(named["come"], [(where, "", text) for where, text in come_rows]),
        Change(named["go"], [(where, text, "") for where, text in go_rows]),
        Change(named["changed"], changed_rows),
    )
    return Difference(before, after, come, go, changed, columns, tuple(change for change in shown if change.rows))


def _only_in(
    connection: duckdb.DuckDBPyConnection, version: Version, here: str, there: str, limit: int
) -> tuple[int, list[tuple[str, str]]]:
    only = f"from {here} where _row not in (select _row from {there})"
    (count,) = connection.execute(f"select count(*) {only}").fetchone() or (0,)
    column = version.column("text") or version.column("prompt") or next(iter(version.columns))
    text = as_text(column, version.columns[column])
    found = connection.execute(f"select _row, {text} {only} order by _row limit {limit}").fetchall() if count else []
    return count, [(f"row {row}", clipped(text or "", "")[0]) for row, text in found]


def _changed(
    connection: duckdb.DuckDBPyConnection, before: Version, after: Version, limit: int
) -> tuple[int, dict[str, InColumn], list[tuple[str, str, str]]]:
    both = [name for name, type_ in before.columns.items() if after.columns.get(name) == type_]
    if not both:
        return 0, {}, []
    differs = [f"b.{quoted(name)} is distinct from a.{quoted(name)}" for name in both]
    counted = "".join(
        f", count(*) filter (where {test}), count(*) filter (where b.{quoted(name)} is null and {test}),"
        f" count(*) filter (where a.{quoted(name)} is null and {test})"
        for name, test in zip(both, differs, strict=True)
    )
    joined = f"from before b join after a on a._row = b._row where {' or '.join(differs)}"
    count, *cells = connection.execute(f"select count(*){counted} {joined}").fetchone() or (0,)
    if not count:
        return 0, {}, []
    found = {name: InColumn(*cells[3 * place : 3 * place + 3]) for place, name in enumerate(both)}
    columns = {name: those for name, those in found.items() if those.cells}
    return count, columns, _examples(connection, before, list(columns), limit)


def _examples(
    connection: duckdb.DuckDBPyConnection, before: Version, columns: list[str], limit: int
) -> list[tuple[str, str, str]]:
    """The first changed cell of the first rows of each column, all columns taking their turn."""
    shown: list[tuple[int, int, tuple[str, str, str]]] = []
    for place, name in enumerate(columns):
        old, new = (as_text(name, before.columns[name], table) for table in ("b", "a"))
        first = connection.execute(
            f"select b._row, {old}, {new} from before b join after a on a._row = b._row"
            f" where b.{quoted(name)} is distinct from a.{quoted(name)} order by b._row limit {limit}"
        ).fetchall()
        for turn, (row, was, is_) in enumerate(first):
            shown.append((turn, place, (f"row {row}, {name}", *clipped(was or "", is_ or ""))))
    return [line for _, _, line in sorted(shown, key=lambda each: each[:2])[:limit]]
