"""Loading a file in one line."""

from collections.abc import Callable
from typing import Any

import pytest

from store import Workspace
from store.engine import fetch, quoted
from tools import TOOLS, Result

Load = Callable[..., Result]
MAILS = [("Where is my parcel?", "delivery"), ("It broke, I want my money back", "refund"), ("Hello", "other")]


def as_csv(delimiter: str = ",") -> str:
    """`MAILS` as a file of lines."""
    lines = [f'"{text}"{delimiter}{label}' for text, label in MAILS]
    return "\n".join([f"text{delimiter}label", *lines]) + "\n"


def said_yes(ws: Workspace, tool: str, /, **arguments: Any) -> Result:
    """Show a tool's preview, say yes, and run it."""
    TOOLS[tool].show_first(ws, arguments)
    with ws.approvals.typed(tool, arguments):
        return TOOLS[tool].run(ws, arguments)


@pytest.fixture
def load(empty: Workspace) -> Load:
    """Upload a file with this content and load it."""

    def loaded(content: str | bytes, file: str = "data.csv", **arguments: Any) -> Result:
        (empty.uploads / file).write_bytes(content if isinstance(content, bytes) else content.encode())
        return said_yes(empty, "load_dataset", source=file, **arguments)

    return loaded


def rows_of(ws: Workspace, dataset: str) -> list[dict[str, Any]]:
    """All rows in order, without our own columns."""
    with ws.datasets.read(dataset) as con:
        return fetch(con, f"select * exclude (_row) from {quoted(dataset)} order by _row")
