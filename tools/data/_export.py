"""A version's rows as files that other programs read."""

import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from store import NoSpace, Version
from store.engine import engine, literal, quoted
from store.errors import disk_is_full
from store.unfinished import unfinished

Form = Literal["csv", "jsonl", "parquet"]
OPTIONS: dict[str, str] = {
    "csv": "format csv, header true",
    "jsonl": "format json",
    "parquet": "format parquet, compression zstd",
}
FORMULA = r"^[=+\-@\t\r]"
"""How a cell begins that a spreadsheet reads as a formula: OWASP, CSV Injection."""
MARK = "\ufeff".encode()
"""Byte order mark: spreadsheets read a CSV without it in an encoding of their own."""
CHUNK = 1 << 20


@dataclass(frozen=True)
class Written:
    """A file that was written whole."""

    path: Path
    rows: int
    bytes: int
    sha256: str


def formulas(version: Version) -> dict[str, int]:
    """Cells of text that a spreadsheet would read as a formula, by column; those without any are left out."""
    texts = [name for name, type_ in version.columns.items() if type_ == "VARCHAR"]
    if not texts:
        return {}
    counts = ", ".join(f"count(*) filter (where {_risky(name)})" for name in texts)
    with engine([version.path.parent], {"version": version.path}) as con:
        found = con.execute(f"select {counts} from version").fetchone() or ()
    return {name: count for name, count in zip(texts, found, strict=True) if count}


def splits(version: Version) -> dict[str | None, int]:
    """Rows by split; rows without one under None. Empty where the version has no split."""
    if (column := version.column("split")) is None:
        return {}
    with engine([version.path.parent], {"version": version.path}) as con:
        found = con.execute(
            f"select cast({quoted(column)} as varchar), count(*) from version group by 1 order by 1"
        ).fetchall()
    return dict(found)


def write(
    version: Version, path: Path, form: Form, *, split: str | None = None, for_spreadsheet: bool = False
) -> Written:
    """Write the rows in their order, columns of ours left out; whole, or not at all.

    Args:
        version: What to write.
        path: The file; one that is there is replaced at the end.
        form: csv, jsonl or parquet, all UTF-8.
        split: Only the rows of this split.
        for_spreadsheet: In a CSV, put an apostrophe before text that would be read as a formula, and a mark that
            tells spreadsheets that it is UTF-8.

    Raises:
        NoSpace: The disk is full.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = unfinished(Path(os.path.realpath(path.parent)), ending=f".{form}")
    only = f" where {quoted(version.column('split') or 'split')} = {literal(split)}" if split else ""
    cells = ", ".join(_cell(name, type_, form, for_spreadsheet) for name, type_ in version.columns.items())
    try:
        with engine([path.parent, version.path.parent], {"version": version.path}) as con:
            ((rows,),) = con.execute(
                f"copy (select {cells} from version{only} order by _row) to {literal(str(beside))} ({OPTIONS[form]})"
            ).fetchall()
        if form == "csv" and for_spreadsheet:
            _marked(beside)
        size, digest = beside.stat().st_size, sha256_of(beside)
        os.replace(beside, path)
    except OSError as error:
        if disk_is_full(error):
            raise NoSpace from error
        raise
    finally:
        beside.unlink(missing_ok=True)
    return Written(path, rows, size, digest)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, read piece by piece."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _cell(name: str, type_: str, form: Form, for_spreadsheet: bool) -> str:
    column = quoted(name)
    if form == "csv" and (type_.endswith("]") or type_.startswith(("STRUCT", "MAP"))):
        return f"cast(to_json({column}) as varchar) as {column}"
    if form == "csv" and for_spreadsheet and type_ == "VARCHAR":
        return f"case when {_risky(name)} then '''' || {column} else {column} end as {column}"
    return column


def _risky(name: str) -> str:
    return f"regexp_matches({quoted(name)}, {literal(FORMULA)})"


def _marked(path: Path) -> None:
    """Put the byte order mark before what a file holds."""
    whole = path.with_name(f"{path.name}.part")
    try:
        with path.open("rb") as source, whole.open("wb") as target:
            target.write(MARK)
            shutil.copyfileobj(source, target, CHUNK)
        os.replace(whole, path)
    finally:
        whole.unlink(missing_ok=True)
