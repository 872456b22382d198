"""What each column holds."""

from dataclasses import dataclass

from store.engine import quoted
from tools.data._profile.staged import Staged, blank

TYPES = {
    "VARCHAR": "text",
    "BIGINT": "whole number",
    "INTEGER": "whole number",
    "DOUBLE": "number",
    "BOOLEAN": "yes or no",
}


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
    """Count over all rows, in one pass; distinct values by their hashes."""
    kinds = staged.version.columns
    if not kinds:
        return []
    counted: list[str] = []
    for name in kinds:
        value = quoted(name)
        text = f"cast({value} as varchar)"
        counted += [
            f"count(*) - count({value})",
            f"count(*) filter (where {blank(text)})",
            f"count(distinct hash({value})) filter (where {value} is not null)",
            f"avg(length({text}))",
        ]
    row = staged.con.execute(f"select {', '.join(counted)} from {staged.view}").fetchone() or ()
    return [
        Column(name, staged.version.roles.get(name, "other"), _plain(kind), *row[4 * i : 4 * i + 4])
        for i, (name, kind) in enumerate(kinds.items())
    ]


def _plain(kind: str) -> str:
    return TYPES.get(kind, "conversation" if kind.startswith("STRUCT") else kind.lower())
