"""Whether a later step stands on an earlier one, and why, in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from store import Version
from store.counted import Count
from store.delta import Delta
from store.edits import as_text, fit
from store.engine import engine, literal

NAMED = 3
"""Rows to name of those that a reason is about."""


@dataclass(frozen=True)
class Fitted:
    """A later step, looked at without the earlier one.

    Attributes:
        why: Why it cannot be done without, each a clause: "it dropped 2 rows (rows 3 and 7) that ..."; empty if it can.
        files: The parts of the step, with the edits as they fit the rows now.
    """

    why: list[str]
    files: dict[str, Path]


def fitted(later: Delta, undone: Delta, head: Version, folder: Path) -> Fitted:
    """Look whether a step can be carried out on `head`, which lacks the step `undone`.

    It cannot where it touched rows or columns that the other had added, dropped rows or made new ones of rows that the
    other had changed, changed the same place of a cell, or gave every row a value and rows come back that have none.
    What a step was proposed for is not looked at beyond these rows.

    Args:
        later: What the later step did.
        undone: What the earlier step did.
        head: The version that the later step would be done to.
        folder: Where to write the edits that fit.
    """
    views = {"head": head.path, **{f"undone_{part}": path for part, path in undone.files.items()}, **later.files}
    folders = [folder, head.path.parent, *{path.parent for path in views.values()}]
    files = dict(later.files)
    with engine(folders, views) as con:
        why = list(_reasons(con, later, undone))
        if "edits" in later.files:
            files["edits"] = folder / "fitting.edits.parquet"
            fit(con, head.columns, files["edits"])
            why += _meeting(con, head.columns, undone) if not why else []
    return Fitted(why, files)


def _reasons(con: duckdb.DuckDBPyConnection, later: Delta, undone: Delta) -> Iterator[str]:
    added = "select _row from undone_rows"
    changed = "select _row from undone_edits where action = 'set'"
    if "edits" in later.files and "rows" in undone.files:
        yield from _told(
            con, f"from edits where _row in ({added})", "it changed or dropped {} that this step had added"
        )
    if "edits" in later.files and "edits" in undone.files:
        drops = f"from edits where action = 'drop' and _row in ({changed})"
        yield from _told(con, drops, "it dropped {} that this step had changed")
    if "edits" in later.files and undone.added:
        names = ", ".join(map(literal, undone.added))
        columns = f"from edits where action = 'set' and column_name in ({names})"
        yield from _told(con, columns, f"it changed {{}} in {' and '.join(undone.added)}, which this step had added")
    if "rows" in later.files and "_from" in later.after:
        for part, select, did in (("rows", added, "added"), ("edits", changed, "changed")):
            if part in undone.files:
                made = f"from (select _from as _row from rows) where _row in ({select})"
                yield from _told(con, made, f"it made new rows from {{}} that this step had {did}")
    if "columns" in later.files and "edits" in undone.files:
        back = "from undone_edits where action = 'drop'"
        given = " and ".join(later.added)
        yield from _told(con, back, f"it gave each row its {given}, and {{}} that would come back had none then")


def _meeting(con: duckdb.DuckDBPyConnection, columns: Mapping[str, str], undone: Delta) -> Iterator[str]:
    """Cells that both steps changed, where the changes cannot be told apart."""
    touched = con.execute("select distinct column_name from edits where action = 'set' order by 1").fetchall()
    for (column,) in touched:
        if column not in columns:
            yield f"it changed {column}, which is not there without this step"
            continue
        unfit = (
            "from edits e left join head h on h._row = e._row left join fitting f on f._row = e._row"
            f" and f.column_name = e.column_name where e.action = 'set' and e.column_name = {literal(column)}"
            f" and f._row is null and {as_text(column, columns[column], 'h')} is distinct from e.after"
        )
        yield from _told(con, unfit, f"it changed the same {column} as this step in {{}}", "e._row")


def _told(con: duckdb.DuckDBPyConnection, rows: str, clause: str, row: str = "_row") -> Iterator[str]:
    """The clause with the rows in it, if there are any."""
    (count, some) = con.execute(
        f"select count(distinct {row}), list_slice(list_sort(list(distinct {row})), 1, {NAMED}) {rows}"
    ).fetchone() or (0, [])
    if count:
        named = ", ".join(str(one) for one in some) + (", …" if count > NAMED else "")
        yield clause.format(f"{Count(count):row|rows} ({named})")
