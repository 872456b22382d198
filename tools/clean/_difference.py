"""What tells two versions of a dataset apart."""

from dataclasses import dataclass

import duckdb

from store import Version
from store.counted import Count
from store.edits import as_text
from store.engine import engine
from tools.clean._shown import clipped
from tools.result import Change


@dataclass(frozen=True)
class Difference:
    """From one version to another."""

    before: Version
    after: Version
    come: int
    go: int
    changed: int
    """Rows that are in both and read otherwise."""
    changes: tuple[Change, ...]

    def __str__(self) -> str:
        told = [f"{Count(self.come):row comes|rows come} back"] if self.come else []
        told += [f"{Count(self.go):row goes|rows go}"] if self.go else []
        told += [f"{Count(self.changed):row reads|rows read} otherwise"] if self.changed else []
        new = [column for column in self.after.columns if column not in self.before.columns]
        old = [column for column in self.before.columns if column not in self.after.columns]
        told += [f"{Count(len(new)):column comes|columns come} back ({', '.join(new)})"] if new else []
        told += [f"{Count(len(old)):column goes|columns go} ({', '.join(old)})"] if old else []
        what = ", ".join(told) or "the rows are the same"
        return f"From {self.before.rows:,} to {Count(self.after.rows):row|rows}: {what}."


def difference(before: Version, after: Version, limit: int = 10) -> Difference:
    """Compare two versions row by row.

    Args:
        before: The version to start from.
        after: The version to end at.
        limit: Rows to show of each kind of change.
    """
    views = {"before": before.path, "after": after.path}
    with engine([before.path.parent], views) as connection:
        come, come_rows = _only_in(connection, after, "after", "before", limit)
        go, go_rows = _only_in(connection, before, "before", "after", limit)
        changed, changed_rows = _changed(connection, before, after, limit)
    shown = (
        Change("Rows that come back", [(where, "", text) for where, text in come_rows]),
        Change("Rows that go", [(where, text, "") for where, text in go_rows]),
        Change("Rows that read otherwise", changed_rows),
    )
    return Difference(before, after, come, go, changed, tuple(change for change in shown if change.rows))


def _only_in(
    connection: duckdb.DuckDBPyConnection, version: Version, here: str, there: str, limit: int
) -> tuple[int, list[tuple[str, str]]]:
    only = f"from {here} where _row not in (select _row from {there})"
    (count,) = connection.execute(f"select count(*) {only}").fetchone() or (0,)
    column = version.column("text") or version.column("prompt") or next(iter(version.columns))
    text = as_text(column, version.columns[column])
    found = connection.execute(f"select _row, {text} {only} order by _row limit {limit}").fetchall()
    return count, [(f"row {row}", clipped(text or "", "")[0]) for row, text in found]


def _changed(
    connection: duckdb.DuckDBPyConnection, before: Version, after: Version, limit: int
) -> tuple[int, list[tuple[str, str, str]]]:
    both = {c: t for c, t in before.columns.items() if after.columns.get(c) == t}
    if not both:
        return 0, []
    cells = {c: (as_text(c, t, "b"), as_text(c, t, "a")) for c, t in both.items()}
    differs = " or ".join(f"{b} is distinct from {a}" for b, a in cells.values())
    joined = f"from before b join after a using (_row) where {differs}"
    (count,) = connection.execute(f"select count(*) {joined}").fetchone() or (0,)
    pairs = ", ".join(f"[{b}, {a}]" for b, a in cells.values())
    shown: list[tuple[str, str, str]] = []
    for row, *values in connection.execute(f"select _row, {pairs} {joined} order by _row limit {limit}").fetchall():
        column, (old, new) = next((c, v) for c, v in zip(both, values, strict=True) if v[0] != v[1])
        shown.append((f"row {row}, {column}", *clipped(old or "", new or "")))
    return count, shown
