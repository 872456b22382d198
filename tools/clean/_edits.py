"""Edits that are worked out in Python, saved where SQL finds them."""

from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Literal, NamedTuple

from store.engine import literal
from tools.clean._examined import Examined

BATCH = 20_000


class Edit(NamedTuple):
    """One line of `store.edits.EDITS`."""

    row: int
    column: str
    before: str | None
    after: str | None
    reason: str
    action: Literal["set", "drop"] = "set"


def saved(data: Examined, kind: str, edits: Iterable[Edit]) -> Path:
    """Save edits as a Parquet file with the columns of `store.edits.EDITS`.

    Args:
        data: The dataset.
        kind: Names the file.
        edits: What to change, in any order.
    """
    table, file = f"edits_{kind}", data.scratch / f"{kind}.parquet"
    data.connection.execute(
        f"create or replace temp table {table} (_row bigint, column_name varchar, before varchar, after varchar,"
        " reason varchar, action varchar)"
    )
    waiting = iter(edits)
    while batch := list(islice(waiting, BATCH)):
        columns = [list(values) for values in zip(*batch, strict=True)]
        data.connection.execute(f"insert into {table} select {', '.join(['unnest(?)'] * 6)}", columns)
    data.connection.execute(f"copy {table} to {literal(str(file))} (format parquet, compression zstd)")
    return file
