"""What each column holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from store.engine import quoted
from tools.data._profile.staged import Staged, blank

TYPES = {
    "VARCHAR": "text",
    "BIGINT": "whole number",
    "INTEGER": "whole number",
    "DOUBLE": "number",
    "BOOLEAN": "yes or no",
}
AT_ONCE = 25
"""Columns in one query: the time to plan one grows faster than their number."""


@dataclass(frozen=True)
class Column:
    """Missing, blank and distinct values of a column, and the mean length of its values in characters."""

    name: str
    role: str
    type: str
    missing: int
    blank: int
    distinct: int
    characters: float | None

    @property
    def gaps(self) -> int:
        """Rows without a value."""
        return self.missing + self.blank


def columns(staged: Staged) -> list[Column]:
    """Count over all rows, distinct values by their hashes; what was staged is not read again."""
    kinds, roles = staged.version.columns, staged.version.roles
    others = [name for name in kinds if name not in staged.read]
    figures = _figures(
        staged, staged.read, staged.facts, [(f"h{i}", f"b{i}", f"c{i}") for i in range(len(staged.read))]
    )
    figures |= _figures(staged, others, staged.view, [_of_view(name) for name in others])
    return [Column(name, roles.get(name, "other"), _plain(kind), *figures[name]) for name, kind in kinds.items()]


def _of_view(name: str) -> tuple[str, str, str]:
    value, text = quoted(name), f"cast({quoted(name)} as varchar)"
    return f"case when {value} is not null then hash({value}) end", blank(text), f"length({text})"


def _figures(
    staged: Staged, names: Sequence[str], table: str, of: Sequence[tuple[str, str, str]]
) -> dict[str, tuple[int, int, int, float | None]]:
    """Missing, blank and distinct values and the mean length of columns, from SQL for hash, blankness and length."""
    counted = [
        f"count(*) - count({hashed}), count(*) filter (where {is_blank}), count(distinct {hashed}), avg({length})"
        for hashed, is_blank, length in of
    ]
    figures: list[Any] = []
    for first in range(0, len(counted), AT_ONCE):
        some = ", ".join(counted[first : first + AT_ONCE])
        figures += staged.con.execute(f"select {some} from {table}").fetchone() or ()
    return {name: tuple(figures[4 * i : 4 * i + 4]) for i, name in enumerate(names)}


def _plain(kind: str) -> str:
    return TYPES.get(kind, "conversation" if kind.startswith("STRUCT") else kind.lower())
