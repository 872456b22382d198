"""What an edit is, and the SQL that carries edits out."""

from collections.abc import Mapping
from pathlib import Path

import duckdb

from store.engine import literal, quoted
from store.merge import merged

EDITS = "_row, action, column_name, before, after, reason"
"""The columns of a fix's edits. `action` is drop or set; `before`, `after` are text; one line a row and column.

Text of a nested column, such as messages, is JSON.
"""


def as_text(column: str, type_: str, table: str = "") -> str:
    """SQL for a cell as the text that edits hold."""
    cell = f"{table}.{quoted(column)}" if table else quoted(column)
    return f"cast(to_json({cell}) as varchar)" if _nested(type_) else f"cast({cell} as varchar)"


def fit(connection: duckdb.DuckDBPyConnection, columns: Mapping[str, str], path: Path) -> int:
    """Save the edits that can still be carried out.

    A drop fits while the row is there. A set fits while the cell reads as it did; where it was changed
    elsewhere, both changes are merged if they do not meet.

    Args:
        connection: With the views `edits` and `head`.
        columns: DuckDB type by column of the head.
        path: Where to write the Parquet file, with `before` as the cells read now.

    Returns:
        How many rows would be changed.
    """
    connection.execute(
        f"create temp table fitting as select {EDITS} from edits"
        " where action = 'drop' and _row in (select _row from head)"
    )
    touched = connection.execute("select distinct column_name from edits where action = 'set'").fetchall()
    for (column,) in touched:
        if column in columns:
            _fit_column(connection, column, columns[column])
    connection.execute(
        f"copy (from fitting order by _row, column_name) to {literal(str(path))} (format parquet, compression zstd)"
    )
    counted = connection.execute("select count(distinct _row) from fitting").fetchone()
    return (counted or (0,))[0]


def _fit_column(connection: duckdb.DuckDBPyConnection, column: str, type_: str) -> None:
    now = as_text(column, type_, "h")
    edits = (
        f"from edits e join head h using (_row) where e.action = 'set' and e.column_name = {literal(column)}"
        f" and {now} is distinct from e.after"
    )
    connection.execute(
        f"insert into fitting select _row, e.action, e.column_name, e.before, e.after, e.reason {edits}"
        f" and {now} is not distinct from e.before"
    )
    moved = connection.execute(
        f"select _row, e.before, e.after, {now}, e.reason {edits} and {now} is distinct from e.before"
        f" and {now} is not null and e.before is not null and e.after is not null"
    ).fetchall()
    both = [(row, text, merged(before, after, text), reason) for row, before, after, text, reason in moved]
    kept = [each for each in both if each[2] not in (None, each[1])]
    connection.execute(
        "insert into fitting select unnest(?), 'set', ?, unnest(?), unnest(?), unnest(?)",
        [[row for row, *_ in kept], column, *([each[i] for each in kept] for i in (1, 2, 3))],
    )


def applied(columns: Mapping[str, str], touched: list[str]) -> str:
    """SQL for the rows of `parent` with the view `edits` carried out.

    Args:
        columns: DuckDB type by column of the parent.
        touched: The columns that `edits` sets.
    """
    replaced = ", ".join(
        f"case when e{i}._row is not null and {as_text(c, columns[c], 'p')} is not distinct from e{i}.before"
        f" then {_as_cell(f'e{i}.after', columns[c])} else p.{quoted(c)} end as {quoted(c)}"
        for i, c in enumerate(touched)
    )
    joins = " ".join(
        f"left join (from edits where action = 'set' and column_name = {literal(c)}) e{i} on e{i}._row = p._row"
        for i, c in enumerate(touched)
    )
    star = f"p.* replace ({replaced})" if touched else "p.*"
    return (
        f"select {star} from parent p {joins}"
        " where p._row not in (select _row from edits where action = 'drop') order by p._row"
    )


def _as_cell(text: str, type_: str) -> str:
    if type_ == "VARCHAR":
        return text
    return f"cast(cast({text} as json) as {type_})" if _nested(type_) else f"cast({text} as {type_})"


def _nested(type_: str) -> bool:
    return type_.endswith("]") or type_.startswith(("STRUCT", "MAP"))
