"""Tables in text files: find the delimiter, whether quotes quote, and whether there is a header. No line is lost."""

import csv
import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import dropwhile, islice
from pathlib import Path
from typing import Any

from tools.data._encoding import LONGEST, Encoding, lines
from tools.data._header import is_header
from tools.data._staged import Reading
from tools.tool import ToolError

DELIMITERS = {",": "comma", "\t": "tab", ";": "semicolon", "|": "vertical bar"}
PREFERRED = {".tsv": "\t", ".tab": "\t", ".csv": ","}
LOOKED_AT = 5_000
BLANK = " \t\x1a\0"
QUOTED_LINES = 500
"""Lines that one quoted value may reach over."""
Numbered = Iterable[tuple[int, str]]


@dataclass(frozen=True)
class Dialect:
    """How a line becomes cells. Without a delimiter the whole line is one cell."""

    delimiter: str | None
    quotes: bool = True
    escape: str | None = None
    spaced: bool = False
    """Whether a space follows each delimiter."""

    def __str__(self) -> str:
        return DELIMITERS[self.delimiter] if self.delimiter else "none, one text a line"


@dataclass(frozen=True)
class Record:
    """One row as it stands in the file."""

    line: int
    cells: list[str]
    quoted: bool = False
    """Whether quotes were read as quotes."""
    stray: bool = False
    """Whether a quote in it does not quote, and was kept as text."""


def read(path: Path, encoding: Encoding, reading: Reading) -> Iterator[list[str | None]]:
    """The rows of a delimited text file; `reading` is told how they were read, and which were left out."""
    csv.field_size_limit(LONGEST)
    head = list(islice(dropwhile(_blank, lines(path, encoding)), LOOKED_AT))
    if not head:
        raise ToolError(f"{path.name} holds blank lines alone: there is nothing to load.")
    dialect = _dialect(head, path.suffix.lower())
    first = list(records(head, dialect, None))
    header = is_header([record.cells for record in first])
    names = first[0].cells if header else [""] * Counter(len(record.cells) for record in first).most_common(1)[0][0]
    if header and _has_row_names(len(names), first[1:]):
        names = ["", *names]
    width = len(names)
    reading.headerless = not header
    reading.columns += names
    reading.details += [("delimiter", str(dialect)), ("header", "the first line" if header else "none")]
    if first[0].quoted or any(record.quoted for record in first):
        reading.details.append(("quotes", "around values"))
    elif not dialect.quotes:
        reading.details.append(("quotes", "part of the text"))
    return _rows(records(lines(path, encoding), dialect, width), width, header, reading)


def splits_into_columns(path: Path, encoding: Encoding) -> bool:
    """Whether a delimiter parts the lines of a text file into as many values each."""
    head = list(islice(dropwhile(_blank, lines(path, encoding)), 500))
    if not head:
        return False
    widths = [len(record.cells) for record in records(head, _dialect(head, path.suffix.lower()), None)]
    return _most_common(widths) >= 0.8 * len(widths)


def records(numbered: Numbered, dialect: Dialect, width: int | None) -> Iterator[Record]:
    """Split lines into cells. A quote that is never closed is text; it does not swallow the lines after it.

    Args:
        numbered: Lines with their numbers.
        dialect: How to split.
        width: Cells that a row has, where it is known: then a value that reaches over lines must give just that.
    """
    waiting: deque[tuple[int, str]] = deque()
    source = iter(numbered)
    while following := _next(waiting, source):
        number, line = following
        if _blank(following):
            continue
        if not dialect.quotes or '"' not in line or dialect.delimiter is None:
            yield Record(number, line.split(dialect.delimiter) if dialect.delimiter else [line])
            continue
        cells = _strict(line, dialect)
        if cells is None:
            cells = _over_lines(line, waiting, source, dialect, width)
        if cells is not None:
            yield Record(number, cells, quoted=_opens(line, dialect))
        else:
            yield Record(number, _loose(line, dialect, width), stray=True)


def _rows(found: Iterable[Record], width: int, header: bool, reading: Reading) -> Iterator[list[str | None]]:
    short: list[int] = []
    stray: list[int] = []
    for place, record in enumerate(found):
        if header and place == 0:
            continue
        cells = record.cells
        if len(cells) > width and any(cell.strip() for cell in cells[width:]):
            told = f"{len(cells)} values where the table has {width} columns"
            reading.reject(record.line, told, " | ".join(cells))
            continue
        if len(cells) < width:
            short.append(record.line)
        if record.stray:
            stray.append(record.line)
        yield [cell or None for cell in cells[:width]] + [None] * (width - len(cells))
    for found_lines, one, many in (
        (short, "line has fewer values than there are columns", "lines have fewer values than there are columns"),
        (stray, "line has quotes that do not close", "lines have quotes that do not close"),
    ):
        if found_lines:
            what = "what is missing is empty" if found_lines is short else "they are kept as text"
            reading.notes.append(
                f"{len(found_lines):,} {one if len(found_lines) == 1 else many} ({_places(found_lines)}); {what}."
            )


def _has_row_names(width: int, rows: list[Record]) -> bool:
    """Whether rows start with a name that has no heading, as R and some exports write them."""
    starts = [record.cells[0] for record in rows]
    longer = len(rows) >= 3 and all(len(record.cells) == width + 1 for record in rows)
    return longer and len(set(starts)) == len(starts) and not any(" " in start for start in starts)


def _places(numbers: list[int], most: int = 8) -> str:
    more = f" and {len(numbers) - most:,} more" if len(numbers) > most else ""
    return f"line{'s' if len(numbers) > 1 else ''} {', '.join(str(number) for number in numbers[:most])}{more}"


def _blank(numbered: tuple[int, str]) -> bool:
    return not numbered[1].strip(BLANK)


def _dialect(head: list[tuple[int, str]], ending: str) -> Dialect:
    text = "\n".join(line for _, line in head[:500])
    escape = "\\" if '\\"' in text and '""' not in text else None
    best, best_score = Dialect(None), 0.0
    for delimiter in DELIMITERS:
        spaced = len(re.findall(re.escape(delimiter) + r' "', text)) > len(re.findall(re.escape(delimiter) + '"', text))
        dialect = Dialect(delimiter, escape=escape, spaced=spaced)
        widths = [len(record.cells) for record in records(head[:500], dialect, None)]
        even = _most_common(widths) / len(widths)
        if widths[0] == 1 and even < 0.95:
            continue
        score = even + (0.3 if PREFERRED.get(ending) == delimiter else 0.0)
        if score > best_score:
            best, best_score = dialect, score
    known = best.delimiter is not None and PREFERRED.get(ending) == best.delimiter
    if best.delimiter is None or (best_score < 0.8 and not known):
        one_column = all(len(record.cells) == 1 for record in records(head, Dialect(","), None))
        return Dialect(",") if one_column else Dialect(None)
    return best if _quotes_quote(head, best) else replace(best, quotes=False, escape=None, spaced=False)


def _most_common(widths: list[int]) -> int:
    return max((count for width, count in Counter(widths).items() if width > 1), default=0)


def _quotes_quote(head: list[tuple[int, str]], dialect: Dialect) -> bool:
    """Whether quotes stand around values, or are part of the text as in files that never quote.

    They are text if quoting breaks somewhere, few rows have it, and every line has as many values without it.
    """
    found = list(records(head, dialect, None))
    works = sum(record.quoted for record in found)
    breaks = sum(record.stray for record in found)
    plain = Counter(line.count(dialect.delimiter or "") for _, line in head if line.strip(BLANK))
    return not breaks or works >= 0.5 * len(found) or plain.most_common(1)[0][1] < 0.999 * plain.total()


def _strict(line: str, dialect: Dialect) -> list[str] | None:
    """The cells of a line whose quotes are all in order; None if they are not."""
    try:
        return next(csv.reader([line], **_settings(dialect), strict=True))
    except csv.Error:
        return None


def _loose(line: str, dialect: Dialect, width: int | None) -> list[str]:
    """The cells of a line with a quote out of order: as csv takes it if that gives a whole row, else without quotes."""
    cells = next(csv.reader([line], **_settings(dialect)))
    plain = line.split(dialect.delimiter)
    return cells if width is not None and len(cells) == width != len(plain) else plain


def _over_lines(
    line: str, waiting: deque[tuple[int, str]], source: Iterator[tuple[int, str]], dialect: Dialect, width: int | None
) -> list[str] | None:
    """The cells of a row that goes on over the next lines; None, and the lines put back, if no quote closes it."""
    text, taken, size = [line], list[tuple[int, str]](), 0
    while len(taken) < QUOTED_LINES and size < LONGEST and (new := _next(waiting, source)):
        taken.append(new)
        text[-1] += "\n"
        text.append(new[1])
        size += len(new[1])
        if '"' not in new[1]:
            continue
        try:
            cells = next(csv.reader(text, **_settings(dialect), strict=True))
        except csv.Error as error:
            if "unexpected end" in str(error):
                continue
            break
        if width is None or len(cells) == width:
            return cells
        break
    waiting.extendleft(reversed(taken))
    return None


def _next(waiting: deque[tuple[int, str]], source: Iterator[tuple[int, str]]) -> tuple[int, str] | None:
    return waiting.popleft() if waiting else next(source, None)


def _opens(line: str, dialect: Dialect) -> bool:
    """Whether some value of a line starts with a quote."""
    gap = " ?" if dialect.spaced else ""
    return re.search(rf'(^|{re.escape(dialect.delimiter or "")}){gap}"', line) is not None


def _settings(dialect: Dialect) -> dict[str, Any]:
    return {
        "delimiter": dialect.delimiter,
        "escapechar": dialect.escape,
        "doublequote": dialect.escape is None,
        "skipinitialspace": dialect.spaced,
    }
