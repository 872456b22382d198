"""Values of the tables that the user's own words spell out: which column they are in, and how they are written there.

Nothing of the data that the user did not say comes to the model by this.
"""

import re
from collections.abc import Iterator, Sequence

from assistant.scene import unmarked
from store import BadQuery, Workspace
from store.engine import literal, quoted

MOST_VALUES, LONGEST_VALUE = 3, 24
SECONDS = 5
_PLURAL = r"(?:e?s)?"
_PLAIN = re.compile(r"[a-zA-Z_]\w{0,47}")


def spelled(ws: Workspace, wish: str) -> str:
    """A line about such values for the end of the wish; empty if there are none."""
    told = [f"{name}.{column}: {', '.join(map(literal, values))}" for name, column, values in _found(ws, wish)]
    return unmarked(f"\n(Values in the tables: {'; '.join(told[:MOST_VALUES])})") if told else ""


def told_by_values(ws: Workspace, wish: str) -> str:
    """The one column of which at least two values are spelled out; empty if there is none, or more than one."""
    columns = {column for _, column, values in _found(ws, wish) if len(values) > 1}
    return columns.pop() if len(columns) == 1 else ""


def _found(ws: Workspace, wish: str) -> Iterator[tuple[str, str, list[str]]]:
    """Datasets, their columns, and the values there that the wish spells out."""
    for name in ws.datasets.names():
        head = ws.datasets.head(name)
        columns = [column for column, kind in head.columns.items() if kind == "VARCHAR" and _PLAIN.fullmatch(column)]
        for column, values in zip(columns, _inside(ws, name, columns, wish), strict=True):
            if whole := [value for value in values or () if _stands_in(value, wish)]:
                yield name, column, whole[:MOST_VALUES]


def _stands_in(value: str, wish: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(value.lower())}{_PLURAL}(?!\w)", wish.lower()))


def _inside(ws: Workspace, name: str, columns: Sequence[str], wish: str) -> Sequence[list[str] | None]:
    """For each column the values that the wish has as letters, the longest first."""
    if not columns:
        return []
    found = [
        f"list(distinct {quoted(column)} order by length({quoted(column)}) desc) filter (length({quoted(column)}) "
        f"between 2 and {LONGEST_VALUE} and contains($wish, lower({quoted(column)})))"
        for column in columns
    ]
    try:
        with ws.datasets.read(name, seconds=SECONDS) as con:
            return (
                con.execute(f"select {', '.join(found)} from {quoted(name)}", {"wish": wish.lower()}).fetchone() or []
            )
    except BadQuery:
        return [None] * len(columns)
