"""Read any one file: which format it is, by its content before its name."""

import json
import shutil
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from store import Workspace
from store.unfinished import unfinished
from tools.data._delimited import read as read_delimited
from tools.data._delimited import splits_into_columns
from tools.data._documents import Document, encoding_of, read_documents
from tools.data._encoding import Encoding, lines
from tools.data._kind import CALLED, Kind, differs, kind_of
from tools.data._prose import is_prose
from tools.data._records import check_size, read_json, read_lines, read_parquet
from tools.data._rejects import write_rejects
from tools.data._sheet import read_sheet
from tools.data._staged import Reading, Staged, stage
from tools.tool import ToolError

LOOKED_AT = 20


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


def read_file(path: Path, folder: Path, subset: str | None = None, *, name: str = "") -> Arrival:
    """Read a file that is no archive into a Parquet file in `folder`.

    Args:
        path: The file.
        folder: Where to write.
        subset: The sheet, if it is a workbook.
        name: What to call it among several.

    Raises:
        ToolError: It cannot be read, or holds no row; the message says why.
        NoSpace: The disk is full.
    """
    reading = Reading(file=name)
    kind = kind_of(path)
    if differs(path, kind):
        reading.notes.append(f"By its content {path.name} is {CALLED[kind]}, and was read as one.")
    if subset is not None and kind != "sheet":
        raise ToolError(f"{path.name} has no parts to choose from, so leave subset={subset} out.")
    return staged(path.name, _rows(path, kind, reading, subset), reading, folder)


def staged(title: str, rows: Iterator[list[Any]], reading: Reading, folder: Path) -> Arrival:
    """Write rows to a Parquet file in `folder`, and the lines that were left out beside it.

    Raises:
        ToolError: There are none.
        NoSpace: The disk is full.
    """
    found = stage(rows, len(reading.columns), folder / "staged.parquet")
    if not found.rows:
        raise ToolError(_no_rows(title, reading))
    write_rejects(reading, folder)
    if found.nuls:
        many = found.nuls > 1
        reading.notes.append(f"{found.nuls:,} NUL character{'s were' if many else ' was'} dropped.")
    if dropped := [reading.columns[place] for place, kinds in enumerate(found.kinds) if "bytes" in kinds]:
        reading.notes.append(f"Pictures, sounds and other binary values were left out: {', '.join(dropped)}.")
    return Arrival(title, found, reading)


def is_table(path: Path) -> bool:
    """Whether a text file holds a table with a delimiter, or JSON."""
    encoding = encoding_of(path, Reading(), one_line=True)
    first = _first(path, encoding)
    return first.startswith(("{", "[{", "[[")) or splits_into_columns(path, encoding)


def _rows(path: Path, kind: Kind, reading: Reading, subset: str | None) -> Iterator[list[Any]]:
    match kind:
        case "parquet":
            return read_parquet(path, reading)
        case "sheet":
            return read_sheet(path, reading, subset)
        case "pdf" | "word" | "markdown":
            return _document(path, kind, reading)
        case "json":
            check_size(path)
            return read_json(path, encoding_of(path, reading, one_line=True), reading)
        case "zip" | "gzip":
            raise ToolError(f"{path.name} is {CALLED[kind]} inside another, and that is not unpacked. Load it alone.")
        case _:
            return _text(path, kind, reading)


def _text(path: Path, kind: Kind, reading: Reading) -> Iterator[list[Any]]:
    """The rows of a text file, of which the name does not tell for sure what it holds."""
    encoding = encoding_of(path, reading)
    seen = _looks_like(path, encoding)
    if seen == "lines" or (seen == "json" and kind != "table"):
        if kind == "table":
            reading.notes.append(f"By its content {path.name} is JSON Lines, and was read so.")
        return read_lines(path, encoding, reading) if seen == "lines" else _json(path, encoding, reading)
    if seen == "broken lines" and kind != "table" and (kind == "lines" or _first(path, encoding).startswith("{")):
        return read_lines(path, encoding, reading)
    if kind == "lines":
        reading.notes.append(f"No line of {path.name} begins as JSON does, so it was read as a table.")
    if kind == "text" and is_prose(lines(path, encoding)):
        return _document(path, "text", reading, encoding)
    return read_delimited(path, encoding, reading)


def _json(path: Path, encoding: Encoding, reading: Reading) -> Iterator[list[Any]]:
    check_size(path)
    return read_json(path, encoding, reading)


def _looks_like(path: Path, encoding: Encoding) -> str:
    """What the first lines of a text file look like: lines, json, broken lines, or nothing of that."""
    head = list(islice((line.strip() for _, line in lines(path, encoding) if line.strip()), LOOKED_AT))
    first = head[0] if head else ""
    if first.startswith(("[{", "[[")) or first in ("[", "{"):
        return "lines" if len(head) > 1 and all(_is_json(line) for line in head) else "json"
    if first.startswith("{") and _is_json(first):
        return "lines"
    return "broken lines" if first.startswith(("{", "[")) or any(line.startswith("{") for line in head) else ""


def _is_json(line: str) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _first(path: Path, encoding: Encoding) -> str:
    return next((line.lstrip() for _, line in lines(path, encoding) if line.strip()), "")


def _document(path: Path, kind: Kind, reading: Reading, encoding: Encoding | None = None) -> Iterator[list[Any]]:
    return read_documents([Document(path.name, path, kind, encoding)], reading, alone=True)


def _no_rows(title: str, reading: Reading) -> str:
    if reading.rejected and reading.shown:
        first = reading.shown[0]
        return (
            f"No line of {title} could be read as a row: {reading.rejected:,} were tried. "
            f"Line {first.line}, for one, is {first.why}."
        )
    if reading.roles:
        return f"{title} holds no text: there is nothing to load."
    names = ", ".join(name for name in reading.columns if name)
    return f"{title} has a header ({names}) and no rows below it: there is nothing to load."
