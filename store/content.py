"""The fingerprint of a version's rows: the same for the same rows, whatever file they are in."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from store.edits import as_text
from store.engine import engine, quoted

BUCKET = 8192
"""Rows hashed together: memory stays bounded, however many there are."""


@dataclass(frozen=True)
class Content:
    """SHA-256 of each column, by name, in the order of the file; `_row` and other columns of ours included."""

    columns: dict[str, str]
    types: dict[str, str]
    """DuckDB type by column."""

    @property
    def whole(self) -> str:
        """One hash for all of it, column names, order and types included."""
        return hashlib.sha256(json.dumps(list(self.columns.items())).encode()).hexdigest()

    def apart(self, other: Mapping[str, str]) -> list[str]:
        """The columns that read otherwise, or that only one of the two has."""
        names = list(dict.fromkeys([*self.columns, *other]))
        return [name for name in names if self.columns.get(name) != other.get(name)]


def content(path: Path) -> Content:
    """Hash the rows of a version's Parquet file.

    A cell is hashed as text by SHA-256, the hashes of `BUCKET` rows together in the order of `_row`, and these
    again, after the column's type: a Merkle tree of two levels (Merkle, A Digital Signature Based on a Conventional
    Encryption Function, 1987). A missing cell differs from an empty one.
    """
    with engine([path.parent], {"version": path}) as con:
        types = {row[0]: row[1] for row in con.execute("describe version").fetchall()}
        cells = ", ".join(
            f"sha256(string_agg(coalesce(sha256({as_text(name, type_)}), '-'), '' order by _row)) as h{place}"
            for place, (name, type_) in enumerate(types.items())
        )
        tops = ", ".join(f"string_agg(h{place}, '' order by bucket)" for place in range(len(types)))
        hashes = con.execute(
            f"select {tops} from (select {quoted('_row')} // {BUCKET} as bucket, {cells} from version group by bucket)"
        ).fetchone()
    assert hashes
    each = {
        name: hashlib.sha256(f"{type_} {top or ''}".encode()).hexdigest()
        for (name, type_), top in zip(types.items(), hashes, strict=True)
    }
    return Content(each, types)
