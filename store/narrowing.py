"""What a user takes out of a fix or writes otherwise, and the SQL that carries it out."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb

from store.edits import EDITS
from store.engine import literal, quoted
from store.errors import StoreError

Cell = tuple[int, str]
"""A row's number and a column."""
Revised = tuple[int, str, str | None, str]
"""Row, column, the value that a check proposed, and the one that the user wrote instead."""
ENDINGS = "(?:e?s)?"
"""Of a word for one or for several."""


@dataclass(frozen=True)
class Narrowing:
    """Rows of a fix that stay as they are, and new values in the user's own words."""

    without_rows: tuple[int, ...] = ()
    not_about: tuple[str, ...] = ()
    """Words; a row whose text has all words of one of these stays as it is."""
    edited: Mapping[Cell, str] = field(default_factory=dict[Cell, str])

    def __bool__(self) -> bool:
        return bool(self.without_rows or self.not_about or self.edited)

    def __add__(self, other: "Narrowing") -> "Narrowing":
        """Both."""
        rows = dict.fromkeys([*self.without_rows, *other.without_rows])
        words = dict.fromkeys([*self.not_about, *other.not_about])
        return Narrowing(tuple(rows), tuple(words), {**self.edited, **other.edited})

    def as_json(self) -> dict[str, Any]:
        """As JSON types."""
        edited = [[row, column, text] for (row, column), text in self.edited.items()]
        return {"without_rows": [*self.without_rows], "not_about": [*self.not_about], "edited": edited}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Narrowing":
        """The inverse of `as_json`; of nothing, nothing."""
        edited = {(row, column): text for row, column, text in value.get("edited", ())}
        return cls(tuple(value.get("without_rows", ())), tuple(value.get("not_about", ())), edited)


def about(words: str, columns: Sequence[str], table: str) -> str:
    """SQL for whether the text of a row has all of these words, in any order; case and accents do not matter.

    A word in small letters may also stand there for one or for several: "invoices" finds "invoice".

    Args:
        words: One or several words.
        columns: The columns of the row to look in.
        table: What the row is called in the query.

    Raises:
        StoreError: There is no word.
    """
    found = re.findall(r"\w+", words)
    if not found:
        raise StoreError(f"{words!r} has no word to look for. Write a word that the rows have.")
    cells = ", ".join(f"cast({table}.{quoted(column)} as varchar)" for column in columns)
    text = f"strip_accents(lower(concat_ws(' ', {cells})))"
    return " and ".join(f"regexp_matches({text}, {_one(word)})" for word in found)


def _one(word: str) -> str:
    """SQL for the regular expression of a word; RE2's own edge of a word knows only English letters."""
    stem = word.lower()
    if word == stem and len(stem) > 3 and stem.endswith("s") and not stem.endswith("ss"):
        stem = stem[:-1]
    edge = r"[^\p{L}\p{N}_]"
    return f"'(?:^|{edge})' || strip_accents({literal(stem)}) || '{ENDINGS}(?:$|{edge})'"


def mark(
    connection: duckdb.DuckDBPyConnection,
    narrowing: Narrowing,
    revised: Sequence[Revised],
    columns: Mapping[str, str],
) -> None:
    """Make the table `marked`: the edits of a fix, with `taken` for what stays as it is and `proposed` by the check.

    Args:
        connection: With the views `edits` and `parent`.
        narrowing: What the user wants.
        revised: What they wrote before.
        columns: DuckDB type by column of `parent`.

    Raises:
        StoreError: A value is written for a cell that the fix does not set, or is none of its type.
    """
    by_hand(connection, _merged(narrowing, revised))
    _check(connection, narrowing, columns)
    said = [f"({about(words, [*columns], 'p')})" for words in narrowing.not_about]
    connection.execute(
        "create temp table marked as select e.* exclude (after), coalesce(h.after, e.after) as after,"
        " coalesce(h.proposed, e.after) as proposed, h._row is not null as by_hand,"
        f" coalesce({' or '.join(['e._row in (select unnest(?))', *said])}"
        "  or (h._row is not null and h.after is not distinct from e.before), false) as taken"
        f" from (select {EDITS} from edits) e left join parent p on p._row = e._row"
        " left join hand h on h._row = e._row and h.column_name = e.column_name and e.action = 'set'",
        [list(narrowing.without_rows)],
    )


def by_hand(connection: duckdb.DuckDBPyConnection, revised: Sequence[Revised]) -> None:
    """Make the table `hand` of values that the user wrote."""
    connection.execute("create temp table hand (_row bigint, column_name varchar, proposed varchar, after varchar)")
    if revised:
        connection.execute(
            "insert into hand select unnest(?), unnest(?), unnest(?), unnest(?)",
            [list(values) for values in zip(*revised, strict=True)],
        )


def as_written(edits: str) -> str:
    """SQL for edits with the user's own values from `hand`, where a check proposes the same as it did before."""
    return (
        f"select e.* replace (coalesce(h.after, e.after) as after) from ({edits}) e left join hand h"
        " on h._row = e._row and h.column_name = e.column_name and e.action = 'set'"
        " and h.proposed is not distinct from e.after"
    )


def _merged(narrowing: Narrowing, revised: Sequence[Revised]) -> list[Revised]:
    before = {(row, column): (proposed, after) for row, column, proposed, after in revised}
    both = before | {cell: (before.get(cell, (None, ""))[0], text) for cell, text in narrowing.edited.items()}
    return [(*cell, *values) for cell, values in both.items()]


def _check(connection: duckdb.DuckDBPyConnection, narrowing: Narrowing, columns: Mapping[str, str]) -> None:
    for row, column, text in _unknown(connection, narrowing):
        raise StoreError(f"There is no new value for {column} in row {row} to write {text!r} for.")
    for (row, column), text in narrowing.edited.items():
        type_ = columns.get(column, "VARCHAR")
        json = "json" if type_.endswith("]") or type_.startswith(("STRUCT", "MAP")) else "varchar"
        fits = f"select try_cast(try_cast(? as {json}) as {type_}) is not null"
        if type_ != "VARCHAR" and connection.execute(fits, [text]).fetchone() != (True,):
            raise StoreError(f"{text!r} cannot stand in {column} of row {row}: the column holds {type_.lower()}.")


def _unknown(connection: duckdb.DuckDBPyConnection, narrowing: Narrowing) -> Iterator[tuple[int, str, str]]:
    if narrowing.edited:
        known = connection.execute(
            "select distinct _row, column_name from edits where action = 'set' and _row in (select unnest(?))",
            [[row for row, _ in narrowing.edited]],
        ).fetchall()
        for (row, column), text in narrowing.edited.items():
            if (row, column) not in known:
                yield row, column, text
