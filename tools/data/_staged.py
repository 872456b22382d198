"""Rows on their way into the workspace: read from any format, written as text to one Parquet file."""
# pyright: basic

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any

from store import NoSpace
from store.errors import disk_is_full

BATCH = 10_000
SHOWN = 20
Value = Any
BATCH_CHARACTERS = 32 * 2**20
"""Rows are written before they take more than this, however few they are."""
MOST_KEPT = 100_000
KEPT_CHARACTERS = 2_000
CHATS = {"messages", "sharegpt"}
"""How conversations are told among the kinds of a column: role and content, or ShareGPT's from and value."""
SPEAKERS = {"human": "user", "gpt": "assistant", "bot": "assistant", "chatgpt": "assistant"}


@dataclass(frozen=True)
class Rejected:
    """A line that could not be read as a row."""

    line: int
    why: str
    text: str
    file: str = ""


@dataclass
class Reading:
    """What reading a file told, filled while its rows are drawn.

    Attributes:
        columns: The names as the file has them; empty ones where it has none.
        details: How it was read, to show: (what, value).
        rejected: Rows that were left out.
        shown: The first of them.
        waiting: Those that are still to be written to a file, in full; of very many, the first.
        notes: What else the user should know, as sentences.
        typed: Whether its values carry types, so that text which looks like a number is text.
        headerless: Whether the file names no columns.
        roles: What columns are for, where that is known without a guess.
        file: Which file it is, if it is one of several.
        licence: Under which licence the rows stand, where their source tells it, in the Hub's words.
    """

    columns: list[str] = field(default_factory=list[str])
    details: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    rejected: int = 0
    shown: list[Rejected] = field(default_factory=list[Rejected])
    waiting: list[Rejected] = field(default_factory=list[Rejected])
    notes: list[str] = field(default_factory=list[str])
    typed: bool = False
    headerless: bool = False
    roles: dict[str, str] = field(default_factory=dict[str, str])
    file: str = ""
    licence: str = ""

    def reject(self, line: int, why: str, text: str, file: str = "") -> None:
        """Leave a line out, and remember it."""
        self.rejected += 1
        if self.rejected <= MOST_KEPT:
            self.waiting.append(Rejected(line, why, text[:KEPT_CHARACTERS], file or self.file))
        if len(self.shown) < SHOWN:
            self.shown.append(Rejected(line, why, text[:200], file or self.file))


@dataclass(frozen=True)
class Staged:
    """Rows in a Parquet file of our own, all columns VARCHAR, in the order of the source.

    Attributes:
        file: Where they are.
        rows: How many.
        kinds: Python types that came up in each column, by its place.
        nuls: NUL characters that were dropped.
    """

    file: Path
    rows: int
    kinds: list[set[str]]
    nuls: int


def stage(rows: Iterable[Sequence[Value]], width: int, file: Path) -> Staged:
    """Write rows as text; memory stays bounded by a batch.

    Raises:
        NoSpace: The disk is full.
    """
    import pyarrow as pa  # noqa: PLC0415 - takes a third of a second
    from pyarrow import parquet  # noqa: PLC0415

    kinds: list[set[str]] = [set() for _ in range(width)]
    names = [f"c{place}" for place in range(width)]
    schema: Any = pa.schema([(name, pa.string()) for name in names])  # pyright: ignore
    count = nuls = 0
    source = iter(rows)
    try:
        with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
            while batch := _batch(source):
                columns: list[list[str | None]] = []
                for place in range(width):
                    cells = [_cell(row[place], kinds[place]) for row in batch]
                    dropped = sum(cell.count("\0") for cell in cells if cell and "\0" in cell)
                    columns.append([cell.replace("\0", "") if cell else cell for cell in cells] if dropped else cells)
                    nuls += dropped
                writer.write_batch(pa.record_batch(columns, schema=schema))  # pyright: ignore
                count += len(batch)
    except OSError as error:
        if disk_is_full(error):
            raise NoSpace from error
        raise
    return Staged(file, count, kinds, nuls)


def _batch(source: Iterator[Sequence[Value]]) -> list[Sequence[Value]]:
    """The next rows: so many, or fewer if they are long."""
    batch: list[Sequence[Value]] = []
    size = 0
    for row in islice(source, BATCH):
        batch.append(row)
        size += sum(len(cell) for cell in row if isinstance(cell, str | list))
        if size > BATCH_CHARACTERS:
            break
    return batch


def _cell(value: Value, kinds: set[str]) -> str | None:
    """A value as text; None for missing ones and for bytes."""
    if value is None or value != value:
        return None
    if isinstance(value, str):
        kinds.add("str")
        return value if value.isascii() else value.encode("utf-8", "replace").decode()
    if isinstance(value, bool):
        kinds.add("bool")
        return "true" if value else "false"
    if isinstance(value, int | float):
        kinds.add(type(value).__name__)
        return repr(value)
    if isinstance(value, bytes):
        kinds.add("bytes")
        return None
    if isinstance(value, date | datetime | time):
        kinds.add("time")
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    if turns := _conversation(value):
        kinds.add("sharegpt" if "from" in value[0] else "messages")
        value = turns
    else:
        kinds.add(type(value).__name__)
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text.encode("utf-8", "replace").decode()


def _conversation(value: Value) -> list[dict[str, str]] | None:
    """The turns of a chat as role and content, from either of the usual spellings; None for anything else."""
    if not isinstance(value, list) or not value:
        return None
    turns: list[dict[str, str]] = []
    for turn in value:  # pyright: ignore[reportUnknownVariableType]
        if not isinstance(turn, dict):
            return None
        role: Any = turn.get("role", turn.get("from"))  # pyright: ignore
        content: Any = turn.get("content", turn.get("value"))  # pyright: ignore
        if not isinstance(role, str) or not isinstance(content, str):
            return None
        turns.append({"role": SPEAKERS.get(role.lower(), role.lower()), "content": content})
    return turns
