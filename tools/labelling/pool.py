"""The rows that may be shown to whoever labels."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from store import Version, Workspace
from store.engine import engine, fetch, quoted
from store.labellings import Labelling

MOST_ROWS = 20_000
"""Rows from which the next one is chosen; a larger dataset is sampled."""
MOST_TAUGHT = 5_000
"""Rows that have a label already, from which the quick model learns beside."""
READ = 500
"""Characters of a text that the quick model reads."""


@dataclass(frozen=True)
class Pool:
    """Rows in an order that is random, and the same for everybody and each time."""

    rows: list[int]
    texts: list[str]
    """Of `rows`, then of the taught ones."""
    given: dict[int, str]
    """Labels that are in the dataset already, by place among `texts`."""


def pool(ws: Workspace, labelling: Labelling) -> Pool:
    """Read them."""
    version = ws.datasets.version(labelling.dataset, labelling.version)
    annotated = [each.row for each in ws.labellings.standing(labelling.number)]
    with engine([version.path.parent], {"parent": version.path}) as con:
        own, said = _columns(version, labelling.text, labelling.column)
        read = f"select _row, left({own}, {READ}) as text, {said} as label from parent where {_readable(own)}"
        mixed = "order by md5(_row::varchar)"
        wanted = eligible(said, labelling.checks)
        asked = fetch(
            con, f"{read} and ({wanted} or _row in (select unnest(?))) {mixed} limit ?", [annotated, MOST_ROWS]
        )
        rows = [row["_row"] for row in asked]
        taught: list[dict[str, Any]] = []
        if not labelling.checks and labelling.column in version.columns:
            labelled = f"{read} and not {wanted} and _row not in (select unnest(?)) {mixed} limit ?"
            taught = fetch(con, labelled, [annotated, MOST_TAUGHT])
    texts = [row["text"] for row in (*asked, *taught)]
    start = 0 if labelling.checks else len(rows)
    given = {place: row["label"] for place, row in enumerate((*asked, *taught)) if place >= start and row["label"]}
    return Pool(rows, texts, given)


def count(
    con: duckdb.DuckDBPyConnection,
    version: Version,
    text: str,
    column: str,
    checks: bool,
    labelled: Sequence[int] = (),
) -> int:
    """How many rows of the view `parent` there are to label or to check, those labelled before among them."""
    own, said = _columns(version, text, column)
    wanted = f"({eligible(said, checks)} or _row in (select unnest(?)))"
    found = con.execute(f"select count(*) from parent where {_readable(own)} and {wanted}", [list(labelled)]).fetchone()
    return found[0] if found else 0


def labels(con: duckdb.DuckDBPyConnection, version: Version, column: str, most: int) -> list[str]:
    """The labels that the view `parent` has already, the most frequent first."""
    if column not in version.columns:
        return []
    name = f"trim({quoted(column)}::varchar)"
    rows = con.execute(
        f"select {name} as label from parent where {name} <> '' group by 1 order by count(*) desc, 1 limit {most}"
    ).fetchall()
    return [label for (label,) in rows]


def rows(ws: Workspace, labelling: Labelling, numbers: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Rows whole, by number, without our own columns."""
    version = ws.datasets.version(labelling.dataset, labelling.version)
    with engine([version.path.parent], {"parent": version.path}) as con:
        found = fetch(con, "from parent where _row in (select unnest(?))", [list(numbers)])
    return {each["_row"]: {name: cell for name, cell in each.items() if not name.startswith("_")} for each in found}


def eligible(said: str, checks: bool) -> str:
    """SQL for the rows to label, or to check."""
    return f"{said} {'is not' if checks else 'is'} null"


def _columns(version: Version, text: str, column: str) -> tuple[str, str]:
    said = f"nullif(trim({quoted(column)}::varchar), '')" if column in version.columns else "null::varchar"
    return f"{quoted(text)}::varchar", said


def _readable(own: str) -> str:
    return f"trim(coalesce({own}, '')) <> ''"
