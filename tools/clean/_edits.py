"""Edits of single cells, worked out in Python, as a file."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from store.engine import literal
from tools.clean._examined import Examined

BATCH = 20_000


@dataclass(frozen=True)
class Edit:
    """A new value for a cell."""

    row: int
    column: str
    before: str | None
    after: str | None
    reason: str


def saved(data: Examined, kind: str, edits: Iterable[Edit]) -> Path:
    """Save edits as a Parquet file with the columns of `store.edits.EDITS`.

    Args:
        data: The dataset.
        kind: Names the file.
        edits: What to change, in any order.
    """
    table, file = f"edits_{kind}", data.scratch / f"{kind}.parquet"
    data.connection.execute(
        f"create or replace temp table {table} (_row bigint, action varchar, column_name varchar, before varchar,"
        " after varchar, reason varchar)"
    )
    waiting = iter(edits)
    while batch := list(islice(waiting, BATCH)):
        data.connection.execute(
            f"insert into {table} select unnest(?), 'set', unnest(?), unnest(?), unnest(?), unnest(?)",
            [
                [e.row for e in batch],
                [e.column for e in batch],
                [e.before for e in batch],
                [e.after for e in batch],
                [e.reason for e in batch],
            ],
        )
    data.connection.execute(f"copy {table} to {literal(str(file))} (format parquet, compression zstd)")
    return file
