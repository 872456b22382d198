"""The columns of a table as numbers: equal values have equal numbers, so that a million rows are compared quickly."""

from collections.abc import Iterable
from dataclasses import dataclass

import duckdb
import numpy as np
from numpy.typing import NDArray

from store.edits import as_text
from tools.clean._examined import Examined
from tools.clean._missing import missing_answer

Codes = NDArray[np.int64]
LONG = 200
"""Mean characters of a value beyond which a column is a text and not a part of a table."""
KEY = 0.5
"""Share of distinct values beyond which a column names its rows (a key, a person, a text) and nothing repeats."""
MEASURED = 0.5
"""The share of decimal numbers among the values of a column of measurements."""
FEW = 10
"""Filled rows without which nothing can be said of a column."""


@dataclass(frozen=True)
class Cells:
    """The columns in which values repeat. A code is a value's place in its column, the most frequent first."""

    connection: duckdb.DuckDBPyConnection
    rows: Codes
    """`_row` by place."""
    codes: dict[str, Codes]
    """By column, the code of every row; -1 where nothing is filled in."""
    counts: dict[str, Codes]
    """By column, the rows of every code."""
    tables: dict[str, str]
    """By column, the table of its values: _value, _rows, _code."""

    def measures(self, column: str) -> bool:
        """Whether most values are decimal numbers: a measurement says what something is like, not which one it is."""
        (share,) = self.connection.execute(
            f"select avg(cast(regexp_full_match(_value, '[+-]?[0-9]+[.][0-9]+') as int)) from {self.tables[column]}"
        ).fetchone() or (0,)
        return (share or 0) > MEASURED

    def values(self, column: str, codes: Iterable[int]) -> dict[int, str]:
        """The values of some codes of a column."""
        found = self.connection.execute(
            f"select _code, _value from {self.tables[column]} where _code in (select unnest(?))", [sorted(set(codes))]
        ).fetchall()
        return dict(found)


def filled(cell: str) -> str:
    """SQL: a cell as text, NULL where it is missing."""
    return f"case when not {missing_answer(cell)} then {cell} end"


def cells(data: Examined) -> Cells:
    """Number the values of every column whose values repeat; free text, nested columns and keys are left out."""
    types = data.here.version.columns
    flat = {c: data.here.cell(c) for c, type_ in types.items() if not type_.endswith("]") and "(" not in type_}
    chosen = _repeating(data, flat)
    tables: dict[str, str] = {}
    counts: dict[str, Codes] = {}
    for place, column in enumerate(flat):
        if column not in chosen:
            continue
        tables[column] = f"values_{place}"
        data.connection.execute(
            f"create or replace temp table values_{place} as"
            " select *, row_number() over (order by _rows desc, _value) - 1 as _code"
            f" from (select {filled(flat[column])} as _value, count(*) as _rows from parent group by 1)"
            " where _value is not null"
        )
        counts[column] = _numbers(data, f"select _rows from values_{place} order by _code")
    codes = {
        column: _numbers(
            data,
            f"select coalesce(d._code, -1) from parent p left join {table} d"
            f" on d._value = {as_text(column, types[column], 'p')} order by p._row",
        )
        for column, table in tables.items()
    }
    return Cells(data.connection, _numbers(data, "select _row from parent order by _row"), codes, counts, tables)


def _repeating(data: Examined, flat: dict[str, str]) -> set[str]:
    facts = ", ".join(f"count({v}), approx_count_distinct({v}), avg(length({v}))" for v in map(filled, flat.values()))
    row = data.connection.execute(f"select {facts} from parent").fetchone() if flat else ()
    found = np.array(row or (), dtype=float).reshape(-1, 3)
    return {
        column
        for column, (rows, distinct, length) in zip(flat, found, strict=True)
        if rows >= FEW and 1 < distinct <= KEY * rows and length <= LONG
    }


def _numbers(data: Examined, sql: str) -> Codes:
    (numbers,) = data.connection.execute(sql).fetchnumpy().values()
    return np.asarray(numbers, dtype=np.int64)


def distinct_pairs(cells: Cells, one: str, other: str) -> int:
    """How many different pairs of values two columns have, where both are filled in."""
    first, second = cells.codes[one], cells.codes[other]
    both = (first >= 0) & (second >= 0)
    return len(np.unique(first[both] * len(cells.counts[other]) + second[both]))
