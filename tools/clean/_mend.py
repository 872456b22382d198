"""Mend texts one by one in Python, streamed, for what SQL cannot do."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from store.engine import literal
from tools.clean._examined import Examined

BATCH = 20_000
"""Rows read at a time."""
Mend = Callable[[str], str]


def mended(
    data: Examined,
    kind: str,
    reason: str,
    suspect: Callable[[str], str],
    mend: Mend,
    cells: Mapping[str, Mend] | None = None,
) -> Path:
    """Save an edit for every cell that mending changes. What would leave nothing is left as it is.

    Args:
        data: The dataset; its columns with words in them are mended.
        kind: Names the file.
        reason: Goes with every edit.
        suspect: From SQL for a cell, SQL for whether it is worth a look.
        mend: From a text, the mended text.
        cells: For further columns, of other than words, how to mend each.

    Returns:
        A Parquet file with the columns of `store.edits.EDITS`.
    """
    connection = data.connection
    table, file = f"mended_{kind}", data.scratch / f"{kind}.parquet"
    connection.execute(
        f"create table {table} (_row bigint, action varchar, column_name varchar, before varchar, after varchar,"
        " reason varchar)"
    )
    further = cells or {}
    for column in [*data.here.written, *further]:
        cell = data.here.cell(column)
        mend_one = further.get(column, mend)
        whole = _in_messages(mend_one) if data.here.version.roles.get(column) == "messages" else mend_one
        worth = f"{cell} <> ''" if column in further else suspect(cell)
        reader = connection.cursor().execute(f"select _row, {cell} from parent where {worth}")
        while batch := reader.fetchmany(BATCH):
            changed = [(row, text, new) for row, text in batch if (new := whole(text)) != text and new]
            connection.execute(
                f"insert into {table} select unnest(?), 'set', ?, unnest(?), unnest(?), ?",
                [[row for row, *_ in changed], column, [t for _, t, _ in changed], [n for *_, n in changed], reason],
            )
    connection.execute(f"copy {table} to {literal(str(file))} (format parquet, compression zstd)")
    return file


def _in_messages(mend: Mend) -> Mend:
    """The same for the contents of messages in JSON."""

    def whole(text: str) -> str:
        messages: list[dict[str, Any]] = json.loads(text)
        for message in messages:
            for name, value in message.items():
                if name != "role" and isinstance(value, str):
                    message[name] = mend(value)
        return json.dumps(messages, ensure_ascii=False, separators=(",", ":"))

    return whole
