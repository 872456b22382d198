"""Write new rows beside those there are."""

from pathlib import Path

from store import Version
from store.engine import engine, literal, quoted
from tools.augment._rows import Grown, has_from, text_column


def save(grown: Grown, file: Path) -> None:
    """Write the new rows as Parquet: number, source, before, text."""
    with engine([file.parent]) as connection:
        connection.execute("create table fresh (number bigint, source bigint, before varchar, text varchar)")
        connection.execute(
            "insert into fresh select unnest(?), unnest(?), unnest(?), unnest(?)",
            [
                list(range(1, len(grown.new) + 1)),
                [new.source for new in grown.new],
                [new.before for new in grown.new],
                [new.text for new in grown.new],
            ],
        )
        connection.execute(f"copy fresh to {literal(str(file))} (format parquet, compression zstd)")


FITTING = ("text", "label", "split", "prompt", "completion")
"""Roles of what holds for every text of a label."""


def with_new_rows(head: Version, *, copied: bool = True) -> str:
    """SQL for the rows of `parent` and those of `fresh`, which take everything else from their source.

    Args:
        head: The dataset as it is.
        copied: Whether all columns hold for the new rows too; else only those of a role in `FITTING` are filled.
    """
    column = text_column(head)
    cells = {quoted(column): "f.text", "_row": "(select max(_row) from parent) + f.number"}
    if (prompt := head.column("prompt")) and prompt != column:
        cells[quoted(prompt)] = f"replace(p.{quoted(prompt)}, f.before, f.text)"
    for name in head.columns:
        role = head.roles.get(name)
        if role == "id" or not (copied or role in FITTING or name in ("_row", "_from")):
            cells[quoted(name)] = f"cast(null as {head.columns[name]})"
    if has_from(head):
        rows, cells["_from"], made = "select * from parent", "p._row", ""
    else:
        rows, made = "select *, cast(null as bigint) as _from from parent", ", p._row as _from"
    replaced = ", ".join(f"{sql} as {name}" for name, sql in cells.items())
    return (
        f"{rows} union all by name select p.* replace ({replaced}){made}"
        " from parent p join fresh f on f.source = p._row order by _row"
    )
