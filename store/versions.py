"""What a version of a dataset is, and a line of its history."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Version:
    """One state of a dataset. Columns whose name starts with `_` are ours: `_row` never changes for a row."""

    dataset: str
    number: int
    parent: int | None
    rows: int
    columns: dict[str, str]
    """DuckDB type by column name, ours left out."""
    roles: dict[str, str]
    """What a column is for, by column name: text, label, split, prompt, completion, messages, group, id, other."""
    path: Path
    sentence: str
    recipe: dict[str, Any]
    made_at: str

    def column(self, role: str) -> str | None:
        """The first column with this role."""
        return next((name for name, has in self.roles.items() if has == role and name in self.columns), None)


@dataclass(frozen=True)
class Change:
    """One line of a dataset's history."""

    before: int | None
    after: int
    sentence: str
    made_at: str
    approval: int | None = None
    """The yes it was made by."""
