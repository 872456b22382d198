"""What is held against each other when rows are compared by more than their letters, and the rows found near."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from store.engine import literal
from tools.clean._apart import lacks, told_apart
from tools.clean._examined import HAS_WORDS, Examined
from tools.clean._fields import ROW, answered, apart, asked, fields, said
from tools.clean._near import Mask, Near, Search, Unlike
from tools.clean._shingles import FIELDS, Places, Row

AT_ONCE = 5_000
"""Rows read at a time."""
PAIRS_AT_ONCE = 20_000
"""Pairs whose texts are read at a time."""


@dataclass(frozen=True)
class Compared:
    """Rows in the order in which they are to be kept, as a Parquet file.

    Its columns: place (from 0), _row, place_in (the split or dataset it is from), shown, said (the text as written),
    apart (a number: rows with different ones are never compared), rank, and f0, f1 ..., the normalised fields.
    """

    data: Examined
    file: Path
    fields: int

    @property
    def source(self) -> str:
        """SQL for the file."""
        return f"read_parquet({literal(str(self.file))})"

    def batches(self) -> Iterator[Sequence[Row]]:
        """The fields, streamed."""
        names = ", ".join(f"f{n}" for n in range(self.fields))
        reader = self.data.connection.cursor().execute(f"select {names} from {self.source} order by place")
        while part := reader.fetchmany(AT_ONCE):
            yield part

    def numbers(self, column: str) -> NDArray[np.int64]:
        """A column of numbers as an array."""
        sql = f"select {column} from {self.source} order by place"
        return np.asarray(self.data.connection.execute(sql).fetchnumpy()[column])

    def unlike(self, one: Places, other: Places) -> Mask:
        """Which pairs of places say different things although most of their words agree."""
        return self._told(one, other, told_apart)

    def lacking(self, one: Places, other: Places) -> Mask:
        """Which pairs differ by more than numbers or negations that only one of the two has."""
        return self._told(one, other, lambda a, b: not lacks(a, b) or told_apart(a, b))

    def near(self, least: float, *, ranked: bool = False, unlike: Unlike | None = None) -> Near:
        """The rows whose likeness to an earlier one is at least that; with ranks, to one of higher rank."""
        rank = self.numbers("rank") if ranked else None
        search = Search(self.file.with_suffix(".shingles"), self.numbers("apart").astype(np.uint64), rank)
        return search.near(chain.from_iterable(self.batches()), least, unlike or self.unlike)

    def duplicates(self, least: float) -> Near:
        """The same without ranks, looked for once."""
        file = self.file.with_suffix(f".{least}.npz")
        if not file.exists():
            found = self.near(least)
            np.savez(file, row=found.row, kept=found.kept, likeness=found.likeness)
        with np.load(file) as saved:
            return Near(saved["row"], saved["kept"], saved["likeness"])

    def edits(self, near: Near, name: str, reason: str) -> Path:
        """Save the edits that drop the rows found.

        Args:
            near: The rows.
            name: Names the file.
            reason: SQL for why, from `percent`, `first` (the number of the kept row), `place_in` and `original`.
        """
        connection, file = self.data.connection, self.file.with_name(f"{name}_edits.parquet")
        connection.execute(f"create or replace temp table {name} (place bigint, kept bigint, percent bigint)")
        percent = np.floor(near.likeness * 100 + 1e-6).astype(np.int64)
        for start in range(0, len(near.row), AT_ONCE):
            part = slice(start, start + AT_ONCE)
            lists = [near.row[part].tolist(), near.kept[part].tolist(), percent[part].tolist()]
            connection.execute(f"insert into {name} select unnest(?), unnest(?), unnest(?)", lists)
        connection.execute(f"""
            copy (select r._row, 'drop' as action, {literal(self.data.here.inputs[0])} as column_name,
                r.shown as before, cast(null as varchar) as after, {reason} as reason
            from {name} n join (select place, _row, shown from {self.source}) r on r.place = n.place
            join (select place, _row as first, place_in, shown as original from {self.source}) k on k.place = n.kept)
            to {literal(str(file))} (format parquet, compression zstd)""")
        return file

    def _told(self, one: Places, other: Places, differ: Callable[[str, str], bool]) -> Mask:
        found = np.zeros(len(one), bool)
        for start in range(0, len(one), PAIRS_AT_ONCE):
            part = slice(start, start + PAIRS_AT_ONCE)
            texts = self._texts(np.unique(np.concatenate([one[part], other[part]])))
            found[part] = [
                differ(texts[a], texts[b]) for a, b in zip(one[part].tolist(), other[part].tolist(), strict=True)
            ]
        return found

    def _texts(self, places: Places) -> dict[int, str]:
        """The texts at these places, read in one pass over the stretch of the file that they are in."""
        sql = f"select place, said from {self.source} where place between ? and ? and place in (select unnest(?))"
        lowest, highest = int(places[0]), int(places[-1])
        return dict(self.data.connection.execute(sql, [lowest, highest, places.tolist()]).fetchall())


def compared(data: Examined, name: str, rows: str, fields: int) -> Compared:
    """Save rows so that they can be compared.

    Args:
        data: The dataset.
        name: Names the file.
        rows: A SELECT of the columns of `Compared` but place, which goes by rank, the highest first, then by _row.
        fields: How many of f0, f1 ... there are.
    """
    file = data.scratch / f"{name}.parquet"
    numbered = f"select row_number() over (order by rank desc, _row) - 1 as place, * from ({rows})"
    data.connection.execute(f"copy ({numbered} order by place) to {literal(str(file))} (format parquet)")
    return Compared(data, file, min(fields, FIELDS))


def alone(data: Examined) -> Compared:
    """The first row of each text, answer and split: rows of one label and split can be near, with what they answer."""
    cells = _cells(data)
    if (file := data.scratch / "alone.parquet").exists():
        return Compared(data, file, min(len(cells), FIELDS))
    firsts = f"""(from {data.here.rows} where {HAS_WORDS}
        qualify row_number() over (partition by plain, answer, split order by _row) = 1)"""
    rows = f"""
        select r._row, '' as place_in, r.shown, {said(cells)} as said, {apart(cells, "r.label", "r.split")} as apart,
            0 as rank, hash(r.label, r.split) as wider, {fields(cells)}
        from {firsts} r join parent {ROW} using (_row)"""
    return compared(data, file.stem, rows, len(cells))


def left(rows: Compared, near: Near) -> Compared:
    """The rows that are near to none by `near`, to be compared whatever their numbers and negations."""
    names = ", ".join(f"f{n}" for n in range(rows.fields))
    connection = rows.data.connection
    connection.execute("create or replace temp table gone as select unnest(?) as place", [near.row.tolist()])
    wider = f"""
        select _row, place_in, shown, said, wider as apart, rank, {names} from {rows.source}
        where place not in (from gone)"""
    return compared(rows.data, "left", wider, rows.fields)


def _cells(data: Examined) -> list[str]:
    return [*asked(data.here), *answered(data.here)]
