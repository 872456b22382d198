"""The figures of a profile, each one query."""

from dataclasses import dataclass
from typing import Any

import duckdb

from store import Version
from store.engine import fetch, quoted
from tools.data._format import input_of
from tools.data._normal import normalised
from tools.data._tokens import CHARACTERS_A_TOKEN, BaseTokens

READ = ("text", "prompt", "completion", "messages")
"""Roles whose lengths matter, since a model reads them."""
SAMPLED = 5_000
"""Rows whose tokens are counted; of a larger dataset, a fixed sample."""


@dataclass(frozen=True)
class Repeats:
    """Rows that come again, and texts that disagree.

    Attributes:
        rows: Rows that repeat an earlier row in every column but ids.
        exact: Rows whose text is exactly an earlier row's.
        normalised: Rows whose text is an earlier row's after normalising.
        conflicts: Texts with words, normalised, that have more than one label; None without labels.
        leaked: Test rows whose text, normalised, is also a training row's; None without such splits.
    """

    rows: int
    exact: int
    normalised: int
    conflicts: int | None
    leaked: int | None


def columns(con: duckdb.DuckDBPyConnection, version: Version) -> list[dict[str, Any]]:
    """Missing, blank and distinct values of each column, and its mean length."""
    found: list[dict[str, Any]] = []
    for name, kind in version.columns.items():
        value = quoted(name)
        text = f"cast({value} as varchar)"
        (row,) = fetch(
            con,
            f"select count(*) - count({value}) as missing, count(*) filter (where trim({text}) = '') as blank,"
            f" count(distinct {value}) as different, avg(length({text})) as characters from data",
        )
        found.append({"column": name, "role": version.roles.get(name, "other"), "type": _plain(kind), **row})
    return found


def repeats(con: duckdb.DuckDBPyConnection, version: Version) -> Repeats:
    """Count repeats; rows without text do not count."""
    whole = [quoted(name) for name in version.columns if version.roles.get(name) not in ("id", "split")]
    text = input_of(version)
    label, split = version.column("label"), version.column("split")
    rows = _number(
        con, f"select count(*) - (select count(*) from (select distinct {', '.join(whole)} from data)) from data"
    )
    if text is None:
        return Repeats(rows, 0, 0, None, None)
    con.execute(
        f"create temp table texts as select {text} as t, {normalised(text)} as n,"
        f" {quoted(label) if label else 'null'} as l, {quoted(split) if split else 'null'} as s from data"
        f" where trim({text}) <> ''"
    )
    disagree = (
        "select count(*) from (select n from texts where n <> '' and l is not null group by n"
        " having count(distinct l) > 1)"
    )
    leaked = "select count(*) from texts where s = 'test' and n <> '' and n in (select n from texts where s = 'train')"
    splits = {row[0] for row in con.execute("select distinct s from texts").fetchall()}
    return Repeats(
        rows,
        _number(con, "select count(*) - count(distinct t) from texts"),
        _number(con, "select count(*) - count(distinct n) from texts"),
        _number(con, disagree) if label else None,
        _number(con, leaked) if {"train", "test"} <= splits else None,
    )


def balance(con: duckdb.DuckDBPyConnection, column: str) -> list[tuple[str, int]]:
    """How many rows each value of a column has, most first."""
    return con.execute(
        f"select cast({quoted(column)} as varchar), count(*) from data"
        f" where {quoted(column)} is not null group by 1 order by 2 desc, 1"
    ).fetchall()


def lengths(con: duckdb.DuckDBPyConnection, name: str, kind: str, tokens: BaseTokens | None) -> dict[str, Any]:
    """Characters of all filled rows and tokens of up to `SAMPLED`, as median, 95 % and longest."""
    text = readable(name, kind)
    (row,) = fetch(
        con,
        f"with t as (select length({text}) as c from data where {quoted(name)} is not null) select median(c) as median,"
        " quantile_cont(c, 0.95) as most, max(c) as longest from t",
    )
    sample = con.execute(
        f"select {text} from data where {quoted(name)} is not null order by hash(_row) limit {SAMPLED}"
    ).fetchall()
    texts = [cell[0] for cell in sample]
    counted = tokens.count(texts) if tokens else [-(-len(t) // CHARACTERS_A_TOKEN) for t in texts]
    return {"column": name, **row, "tokens": sorted(counted)}


def histogram(con: duckdb.DuckDBPyConnection, name: str, kind: str, bins: int = 12) -> list[dict[str, Any]]:
    """Rows by length in characters, in bins of one width up to the 99 % quantile."""
    text = readable(name, kind)
    top = con.execute(f"select quantile_cont(length({text}), 0.99) from data").fetchone()
    width = max(1, -(-int((top or (0,))[0] or 0) // bins))
    counted = dict(
        con.execute(
            f"select least(length({text}) // {width}, {bins}) as bin, count(*) from data"
            f" where {quoted(name)} is not null group by 1"
        ).fetchall()
    )
    last = max(counted, default=0)
    return [
        {
            "characters": f"{b * width} and more" if b == bins else f"{b * width} to {(b + 1) * width - 1}",
            "rows": counted.get(b, 0),
        }
        for b in range(last + 1)
    ]


def readable(name: str, kind: str) -> str:
    """SQL for the text of a column; of a conversation, what is said in it."""
    if kind.startswith("STRUCT") and kind.endswith("[]"):
        return f"array_to_string(list_transform({quoted(name)}, lambda m: m.content), ' ')"
    return f"cast({quoted(name)} as varchar)"


def _number(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = con.execute(sql).fetchone()
    return int(row[0]) if row else 0


def _plain(kind: str) -> str:
    names = {
        "VARCHAR": "text",
        "BIGINT": "whole number",
        "INTEGER": "whole number",
        "DOUBLE": "number",
        "BOOLEAN": "yes or no",
    }
    return names.get(kind, "conversation" if kind.startswith("STRUCT") else kind.lower())
