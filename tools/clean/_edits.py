"""Edits that are found in Python, saved where SQL finds them."""

from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from store.engine import literal
from tools.clean._examined import Examined

BATCH = 20_000


class Edit(NamedTuple):
    """One line of `store.edits.EDITS`; without `after` the row is dropped."""

    row: int
    column: str
    before: str
    after: str | None
    reason: str


def saved(data: Examined, kind: str, edits: Iterable[Edit]) -> Path:
    """Write edits to a Parquet file with the columns of `store.edits.EDITS`."""
    table, file = f"edits_{kind}", data.scratch / f"{kind}.parquet"
    data.connection.execute(
        f"create table {table} (_row bigint, action varchar, column_name varchar, before varchar, after varchar,"
        " reason varchar)"
    )
    rest = iter(edits)
    while batch := list(islice(rest, BATCH)):
        columns = [list(values) for values in zip(*batch, strict=True)]
        columns.insert(1, ["drop" if edit.after is None else "set" for edit in batch])
        data.connection.execute(f"insert into {table} select {', '.join(['unnest(?)'] * 6)}", columns)
    data.connection.execute(f"copy {table} to {literal(str(file))} (format parquet, compression zstd)")
    return file
