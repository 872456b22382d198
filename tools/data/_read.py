"""Read any file that holds a table: which format it is, by its content before its name."""

import shutil
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from store import Workspace
from store.unfinished import unfinished
from tools.data._delimited import read as read_delimited
from tools.data._encoding import detect, lines
from tools.data._records import check_size, read_json, read_lines, read_parquet
from tools.data._staged import Reading, Staged, stage
from tools.tool import ToolError

JSON_LINES = (".jsonl", ".ndjson")


@dataclass(frozen=True)
class Arrival:
    """Rows that were read and lie in a file of ours, ready to become a dataset."""

    title: str
    staged: Staged
    reading: Reading


@contextmanager
def scratch(ws: Workspace) -> Generator[Path]:
    """A folder in the project that is gone afterwards."""
    folder = unfinished(ws.folder, "arriving")
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def read_file(path: Path, folder: Path) -> Arrival:
    """Read a file into a Parquet file in `folder`.

    Raises:
        ToolError: It cannot be read, or holds no row; the message says why.
        NoSpace: The disk is full.
    """
    reading = Reading()
    rows = _rows(path, reading)
    staged = stage(rows, len(reading.columns), folder / "staged.parquet")
    if not staged.rows:
        raise ToolError(_no_rows(path, reading))
    if staged.nuls:
        many = staged.nuls > 1
        reading.notes.append(f"{staged.nuls:,} NUL character{'s were' if many else ' was'} dropped.")
    if dropped := [reading.columns[place] for place, kinds in enumerate(staged.kinds) if "bytes" in kinds]:
        reading.notes.append(f"Pictures, sounds and other binary values were left out: {', '.join(dropped)}.")
    return Arrival(path.name, staged, reading)


def _rows(path: Path, reading: Reading) -> Iterator[list[Any]]:
    with path.open("rb") as file:
        start = file.read(4)
    if start == b"PAR1" or path.suffix.lower() == ".parquet":
        if not start:
            raise ToolError(f"{path.name} is empty: there is nothing to load.")
        return read_parquet(path, reading)
    if path.suffix.lower() == ".json":
        check_size(path)
    encoding = detect(path, one_line=path.suffix.lower() == ".json")
    reading.details.append(("encoding", str(encoding)))
    if encoding.strays:
        one = encoding.strays == 1
        bytes_ = "1 byte of this UTF-8 file is" if one else f"{encoding.strays:,} bytes of this UTF-8 file are"
        reading.notes.append(f"{bytes_} not UTF-8; {'it was' if one else 'they were'} read as Windows-1252.")
    ending = path.suffix.lower()
    if ending in JSON_LINES:
        return read_lines(path, encoding, reading)
    if ending == ".json":
        return read_json(path, encoding, reading)
    first = next((line.lstrip() for _, line in lines(path, encoding) if line.strip()), "")
    if ending not in (".csv", ".tsv", ".tab") and first.startswith(("{", "[{", "[")):
        return read_lines(path, encoding, reading) if first.startswith("{") else read_json(path, encoding, reading)
    return read_delimited(path, encoding, reading)


def _no_rows(path: Path, reading: Reading) -> str:
    if reading.rejected:
        first = reading.shown[0]
        return (
            f"No line of {path.name} could be read as a row: {reading.rejected:,} were tried. "
            f"Line {first.line}, for one, is {first.why}."
        )
    names = ", ".join(name for name in reading.columns if name)
    return f"{path.name} has a header ({names}) and no rows below it: there is nothing to load."
