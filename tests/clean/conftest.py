"""Datasets with defects that the tests plant themselves."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from store import Version, Workspace
from store.engine import literal

Make = Callable[..., Version]
ALPACA = {"instruction": "prompt", "input": "context", "output": "completion"}


@pytest.fixture
def make(empty: Workspace) -> Make:
    """Make a dataset from rows of Python values."""

    def made(
        name: str, rows: Sequence[Sequence[Any]], columns: str = "text, label", roles: dict[str, str] | None = None
    ) -> Version:
        names = [column.strip() for column in columns.split(",")]
        cells = ", ".join(f"({', '.join('null' if c is None else literal(str(c)) for c in row)})" for row in rows)
        known = {"text": "text", "label": "label", "split": "split", "prompt": "prompt", "completion": "completion"}
        with empty.approvals.typed("load_dataset", {"source": name}):
            return empty.datasets.add(
                name,
                f"from (values {cells}) t({columns})",
                sentence=f"Loaded {len(rows)} rows from {name}.csv.",
                recipe={},
                roles=roles or {n: known[n] for n in names if n in known},
            )

    return made


@pytest.fixture
def texts(empty: Workspace) -> Callable[[str, str], list[Any]]:
    """The cells of a column of a dataset as it is now."""

    def read(name: str, column: str = "text") -> list[Any]:
        with empty.datasets.read(name) as con:
            return [cell for (cell,) in con.execute(f"select {column} from {name} order by _row").fetchall()]

    return read


@pytest.fixture
def sample(empty: Workspace) -> Workspace:
    """The sample that ships, as `tickets`."""
    from tools.project.sample import TICKETS  # noqa: PLC0415

    with empty.approvals.typed("load_dataset", {"source": str(TICKETS)}):
        empty.datasets.add(
            "tickets",
            f"from read_csv({literal(str(Path(TICKETS).resolve()))}, all_varchar = true)",
            sentence="Loaded 620 rows from support_tickets.csv.",
            recipe={},
            roles={"message": "text", "category": "label", "split": "split"},
            folders=[Path(TICKETS).resolve().parent],
        )
    return empty
