"""What one version changed of the one before it, kept apart from the rows that stayed as they were."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from store.edits import EDITS, applied, as_text
from store.engine import engine, literal, quoted

PARTS = ("edits", "rows", "columns")


@dataclass(frozen=True)
class Delta:
    """A step, as what it did to the rows.

    Attributes:
        before: DuckDB type by column of the version before, columns of ours included.
        after: The same of the version after, in order.
        files: The parts that are not empty, by name: `edits` drop rows and set cells, as a fix does; `rows` are new
            rows; `columns` holds the cells of new columns, and of those whose type changed, by `_row`.
        counts: Rows in each of the files.
    """

    before: dict[str, str]
    after: dict[str, str]
    files: dict[str, Path]
    counts: dict[str, int] = field(default_factory=dict[str, int])

    @property
    def added(self) -> list[str]:
        """Columns that the step made, or gave another type."""
        return [name for name, type_ in self.after.items() if self.before.get(name) != type_]

    @property
    def dropped(self) -> list[str]:
        """Columns that the step took away."""
        return [name for name in self.before if name not in self.after]


def delta(before: Path, after: Path, folder: Path, stem: str = "step") -> Delta:
    """Find what made `after` of `before`, and save it.

    Args:
        before: The Parquet file of a version.
        after: That of a version derived from it.
        folder: Where to write the parts, as `{stem}.edits.parquet` and so on.
        stem: How the files begin.
    """
    files = {part: folder / f"{stem}.{part}.parquet" for part in PARTS}
    with engine([folder, before.parent, after.parent], {"before": before, "after": after}) as con:
        found = Delta(types_of(con, "before"), types_of(con, "after"), {})
        queries = {
            "edits": _edits(con, found),
            "rows": "from after where _row not in (select _row from before) order by _row",
            "columns": f"select {', '.join(map(quoted, ['_row', *found.added]))} from after"
            " where _row in (select _row from before) order by _row",
        }
        for part, select in queries.items():
            if part == "columns" and not found.added:
                continue
            saved = con.execute(f"copy ({select}) to {literal(str(files[part]))} (format parquet, compression zstd)")
            ((count,),) = saved.fetchall()
            if count:
                found.files[part], found.counts[part] = files[part], count
            else:
                files[part].unlink()
    return found


def carried_out(now: Mapping[str, str], step: Delta, touched: list[str]) -> str:
    """SQL for the rows of `parent` with a step done to them; its parts are views of their names.

    Args:
        now: DuckDB type by column of the parent, columns of ours included; it may be another than the step was for.
        step: What to do.
        touched: The columns that the view `edits` sets.
    """
    edited = applied(now, touched) if "edits" in step.files else "from parent"
    fresh = [name for name in step.added if "columns" in step.files]
    kept = [name for name in now if name not in step.dropped]
    order = [name for name in step.after if name in kept or name in fresh]
    order += [name for name in kept if name not in order]
    cells = ", ".join(f"{'c' if name in fresh else 'k'}.{quoted(name)}" for name in order)
    join = "left join columns c on c._row = k._row" if fresh else ""
    select = f"select {cells} from ({edited}) k {join}"
    if "rows" in step.files:
        new = ", ".join(quoted(name) for name in order if name in step.after)
        select = f"{select} union all by name select {new} from rows"
    return f"from ({select}) order by _row"


def types_of(con: duckdb.DuckDBPyConnection, view: str) -> dict[str, str]:
    """DuckDB type by column of a view, columns of ours included."""
    return {row[0]: row[1] for row in con.execute(f"describe {quoted(view)}").fetchall()}


def _edits(con: duckdb.DuckDBPyConnection, found: Delta) -> str:
    """A SELECT of the edits. Rows that read the same are put aside first, since most do in most steps."""
    same = {name: t for name, t in found.before.items() if name != "_row" and found.after.get(name) == t}
    pairs = [(as_text(name, t, "b"), as_text(name, t, "a")) for name, t in same.items()]
    cells = "".join(f", {b} as b{place}, {a} as a{place}" for place, (b, a) in enumerate(pairs))
    differs = " or ".join(f"{b} is distinct from {a}" for b, a in pairs) or "false"
    con.execute(
        f"create temp table changed as select b._row{cells} from before b join after a on a._row = b._row"
        f" where {differs}"
    )
    drops = "select _row, 'drop' as action, '' as column_name, null as before, null as after, '' as reason from before"
    sets = "".join(
        f" union all select _row, 'set', {literal(name)}, b{place}, a{place}, '' from changed"
        f" where b{place} is distinct from a{place}"
        for place, name in enumerate(same)
    )
    return f"select {EDITS} from ({drops} where _row not in (select _row from after){sets}) order by _row, column_name"
