"""What people and models said in a row, without the names of roles and fields."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from tools.clean._examined import Examined

BATCH = 20_000


def contents(text: str) -> str:
    r"""The contents of messages in JSON, a line each; any other text as it is.

    Example:
        >>> contents('[{"role":"user","content":"hello"},{"role":"assistant","content":"good day"}]')
        'hello\ngood day'
    """
    if not text.startswith('[{"'):
        return text.replace("\x1f", "\n")
    try:
        messages: list[dict[str, Any]] = json.loads(text)
    except ValueError:
        return text
    return "\n".join(value for each in messages for name, value in each.items() if name != "role" and _is(value))


def _is(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def streamed(data: Examined, columns: list[str], where: Callable[[str], str]) -> Iterator[tuple[int, str, str]]:
    """Every text of some columns as (_row, column, text), read in batches.

    Args:
        data: The dataset.
        columns: Names of columns.
        where: From SQL for a cell, SQL for whether it is worth a look.
    """
    for column in columns:
        cell = data.here.cell(column)
        reader = data.connection.cursor().execute(f"select _row, {cell} from parent where {where(cell)}")
        while batch := reader.fetchmany(BATCH):
            yield from ((row, column, text) for row, text in batch if text)
