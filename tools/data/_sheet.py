"""Excel workbooks (.xlsx): the rows of one sheet. Formulas are never computed: the values saved with them are read."""
# pyright: basic

import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import chain, islice
from pathlib import Path
from typing import Any

from store.counted import Count
from store.jobs import tell
from tools.data._archive import opened
from tools.data._header import is_header
from tools.data._records import MOST_COLUMNS
from tools.data._staged import Reading
from tools.tool import ToolError
from tools.words import some_of

LOOKED_AT = 200
BATCH = 1_000
MOST_STRINGS_BYTES = 300 * 2**20
"""A workbook keeps each text once, in one part that must fit in memory."""
MOST_ROWS = 1_048_576
"""Rows that a sheet can have."""
BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, SyntaxError, LookupError, ValueError, TypeError, AttributeError,
    ArithmeticError, NotImplementedError, RuntimeError, AssertionError, OSError,
)  # fmt: skip
"""What a damaged workbook raises in the depths of its reader."""
ERRORS = {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA"}
Row = list[Any]


@dataclass
class _Counts:
    """What came up in the cells."""

    formulas: int = 0
    unsaved: list[str] = field(default_factory=list[str])
    unsaved_count: int = 0
    errors: int = 0


def read_sheet(path: Path, reading: Reading, wanted: str | None) -> Iterator[Row]:
    """The rows of one sheet of a workbook: the one that is wanted, else the first that holds rows.

    Raises:
        ToolError: It is damaged or has no such sheet.
    """
    name, others = _choose(path, wanted)
    if others:
        reading.notes.append(
            f"{path.name} has {len(others) + 1} sheets; this is {name!r}. The others: {some_of(others)}. "
            f"Name one with subset, such as subset={others[0]}."
        )
    counts = _Counts()
    source = _rows(path, name, counts)
    head = list(islice(source, LOOKED_AT))
    skipped = _title_rows(head)
    head = head[skipped:]
    if not head:
        raise ToolError(f"The sheet {name!r} of {path.name} is empty: there is nothing to load.")
    width = max(len(row) for _, row in head)
    if width > MOST_COLUMNS:
        raise ToolError(
            f"The sheet {name!r} of {path.name} has {width:,} columns, more than the {MOST_COLUMNS} that a dataset may "
            "have. Save the columns that matter in a sheet of their own."
        )
    header = is_header([["" if cell is None else str(cell) for cell in row] for _, row in head])
    first = head[0][1]
    reading.typed = True
    reading.headerless = not header
    reading.columns += [_name(cell) for cell in [*first, *[None] * (width - len(first))]] if header else [""] * width
    reading.details += [("format", "Excel"), ("sheet", name), ("header", f"line {head[0][0]}" if header else "none")]
    if skipped:
        reading.notes.append(f"{skipped} line{'s' if skipped > 1 else ''} above the table's header were left out.")
    return _kept(path, chain(head[1:] if header else head, source), width, reading, counts)


def _choose(path: Path, wanted: str | None) -> tuple[str, list[str]]:
    """The sheet to read, and the others that hold something."""
    book = _open(path, values=True)
    try:
        visible = {sheet.title: sheet for sheet in book.worksheets if sheet.sheet_state == "visible"}
        sheets = visible or {sheet.title: sheet for sheet in book.worksheets}
        if wanted is not None:
            found = [sheet.title for sheet in book.worksheets if sheet.title.strip().lower() == wanted.strip().lower()]
            if not found:
                raise ToolError(f"{path.name} has no sheet {wanted!r}. Its sheets: {some_of(list(sheets))}.")
            return found[0], []
        filled = [title for title, sheet in sheets.items() if _has_rows(sheet)]
    except BROKEN as error:
        raise _damaged(path) from error
    finally:
        book.close()
    if not filled:
        raise ToolError(f"{path.name} has no sheet with rows in it: there is nothing to load.")
    return filled[0], filled[1:]


def _has_rows(sheet: Any) -> bool:
    sheet.reset_dimensions()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return any(any(cell is not None for cell in row) for row in islice(sheet.iter_rows(values_only=True), 100))


def _open(path: Path, *, values: bool) -> Any:
    from openpyxl import load_workbook  # noqa: PLC0415
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    with opened(path, "an Excel workbook") as archive:
        strings = [info.file_size for info in archive.infolist() if info.filename.endswith("sharedStrings.xml")]
        if sum(strings) > MOST_STRINGS_BYTES:
            raise ToolError(f"{path.name} holds too much text for a workbook. Save the sheet as CSV and load that.")
    try:
        with warnings.catch_warnings(), path.open("rb") as file:
            warnings.simplefilter("ignore")
            book = load_workbook(file, read_only=True, data_only=values, keep_links=False)
            book._archive.close()  # pyright: ignore  # opened again below, so that the file's name plays no part
    except (*BROKEN, InvalidFileException) as error:
        raise _damaged(path) from error
    book._archive = zipfile.ZipFile(path)  # pyright: ignore
    return book


def _rows(path: Path, name: str, counts: _Counts) -> Iterator[tuple[int, Row]]:
    """The rows with their numbers in the sheet, blank ones left out; counts formulas and errors on the way."""
    formulas = _cells(path, name, values=False) if _has_formulas(path) else None
    for number, cells in _cells(path, name, values=True):
        if formulas is not None:
            for place, cell in enumerate(next(formulas, (0, []))[1]):
                if getattr(cell, "data_type", "") == "f":
                    counts.formulas += 1
                    if place >= len(cells) or cells[place].value is None:
                        counts.unsaved_count += 1
                        if len(counts.unsaved) < 5:
                            counts.unsaved.append(str(getattr(cell, "coordinate", number)))
        row = [_value(cell, counts) for cell in cells]
        while row and row[-1] is None:
            row.pop()
        if row:
            yield number, row


def _cells(path: Path, name: str, *, values: bool) -> Iterator[tuple[int, list[Any]]]:
    book = _open(path, values=values)
    try:
        sheet = book[name]
        most = min(MOST_ROWS, sheet.max_row or MOST_ROWS)
        sheet.reset_dimensions()
        source = enumerate(sheet.iter_rows(), 1)
        while True:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                batch = list(islice(source, BATCH))
            if not batch:
                return
            yield from ((number, list(row)) for number, row in batch)
            if values:
                tell(batch[-1][0] / max(most, batch[-1][0]), f"Read {batch[-1][0]:,} rows of {name}")
    except BROKEN as error:
        raise _damaged(path) from error
    finally:
        book.close()


def _has_formulas(path: Path) -> bool:
    """Whether any sheet has a formula: then the sheet is read twice, once for the values and once for these."""
    with opened(path, "an Excel workbook") as archive:
        for info in archive.infolist():
            if info.filename.startswith("xl/worksheets/"):
                before = b""
                try:
                    with archive.open(info) as file:
                        while chunk := file.read(2**20):
                            if re.search(rb"<(?:\w+:)?f[\s>/]", before + chunk):
                                return True
                            before = chunk[-16:]
                except BROKEN as error:
                    raise _damaged(path) from error
    return False


def _value(cell: Any, counts: _Counts) -> Any:
    value = cell.value
    if isinstance(value, str):
        if value in ERRORS and cell.data_type == "e":
            counts.errors += 1
            return None
        return value.replace("_x000D_", "").replace("\r\n", "\n") if value.strip() else None
    return str(value) if isinstance(value, timedelta) else value


def _kept(path: Path, rows: Any, width: int, reading: Reading, counts: _Counts) -> Iterator[Row]:
    for number, row in rows:
        if len(row) > width:
            told = f"{len(row)} values where the table has {width} columns"
            reading.reject(number, told, " | ".join(str(cell) for cell in row if cell is not None))
            continue
        yield [*row, *[None] * (width - len(row))]
    reading.notes += _remarks(path, counts)


def _remarks(path: Path, counts: _Counts) -> list[str]:
    """What to say about formulas and errors."""
    notes: list[str] = []
    saved, unsaved, errors = Count(counts.formulas - counts.unsaved_count), Count(counts.unsaved_count), counts.errors
    if saved:
        cells = f"{saved:cell with a formula was|cells with formulas were}"
        notes.append(f"{cells} read as the value that was saved with {'it' if saved == 1 else 'them'}.")
    if unsaved:
        where = ", ".join(counts.unsaved) + (", …" if unsaved > len(counts.unsaved) else "")
        cells = f"{unsaved:cell with a formula and no saved value is|cells with a formula and no saved value are}"
        notes.append(f"{cells} empty ({where}). Open {path.name} in a spreadsheet program, save it, and load it again.")
    if errors:
        notes.append(f"{Count(errors):cell with an error such as #N/A is|cells with errors such as #N/A are} empty.")
    return notes


def _title_rows(head: list[tuple[int, Row]]) -> int:
    """Lines above a table that hold a title or a remark: one cell, where the table has more."""
    widths = [sum(cell is not None for cell in row) for _, row in head]
    table = next((place for place, width in enumerate(widths) if width >= 2), 0)
    return table if 0 < table <= 5 and len(widths) - table >= 2 else 0


def _name(cell: Any) -> str:
    return "" if cell is None else " ".join(str(cell).split())


def _damaged(path: Path) -> ToolError:
    return ToolError(f"{path.name} is damaged, or not a whole Excel workbook. Save it again, or as CSV, and load that.")
