"""How results look in a terminal."""
# ruff: noqa: T201  (printing is what this file is for)

import json
import re
import sys
import time

from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from tools import Change, Result, Table
from tools.result import Weighed

PIPED_WIDTH = 160
SECONDS_BETWEEN = 1.0
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Control characters: in someone's data they could move the cursor, turn the line, and rewrite what was printed."""


def plain(text: object) -> str:
    """Any text without control characters."""
    return _UNSEEN.sub("\N{REPLACEMENT CHARACTER}", str(text))


def print_result(result: Result) -> None:
    """The text, then what is in weighed texts, tables, changes and files."""
    print(plain(result.text))
    for text in result.weighed:
        print_weighed(text)
    for table in result.tables:
        print_table(table)
    for change in result.changes:
        print_change(change)
    for file in result.files:
        print(f"  {plain(file)}")


def print_table(table: Table) -> None:
    """A table with its columns aligned."""
    console = Console(width=None if sys.stdout.isatty() else PIPED_WIDTH, highlight=False)
    grid = Grid(title=Text(plain(table.title), style="bold"), title_justify="left", box=None, pad_edge=False)
    numeric = [_all_numbers(table, place) for place in range(len(table.columns))]
    for name, right in zip(table.columns, numeric, strict=True):
        grid.add_column(Text(plain(name)), justify="right" if right else "left", overflow="fold")
    for row in table.rows:
        grid.add_row(*(Text(_cell(cell)) for cell in row))
    with console.capture() as drawn:
        console.print(grid)
    print("\n" + "\n".join(line.rstrip() for line in drawn.get().splitlines()))


def print_change(change: Change) -> None:
    """Rows before and after."""
    print(f"\n{plain(change.title)}")
    for where, before, after in change.rows:
        print(f"  {plain(where)}\n    - {plain(before)}")
        if after:
            print(f"    + {plain(after)}")


def print_weighed(text: Weighed) -> None:
    """A text with the weight behind each word that has one to speak of."""
    top = max((abs(weight) for _, weight in text.pieces if weight is not None), default=0.0)
    told = "".join(
        f"{piece}({weight:+.2f})" if weight and abs(weight) >= max(0.1 * top, 0.005) else piece
        for piece, weight in text.pieces
    )
    print(f"\n{plain(text.title)}\n  {plain(told)}")


def print_json(value: object) -> None:
    """One JSON value on one line, at once."""
    print(json.dumps(value, ensure_ascii=False, default=str), flush=True)


class ProgressLine:
    """Tells on stderr how far something is: a line that changes in a terminal, a line now and then elsewhere."""

    def __init__(self) -> None:
        self._told = 0.0
        self._open = False

    def show(self, fraction: float, text: str, seconds_left: float | None) -> None:
        """The latest progress."""
        if time.monotonic() - self._told < SECONDS_BETWEEN:
            return
        self._told = time.monotonic()
        left = "" if seconds_left is None else f", {seconds_left:.0f} s left"
        line = f"{fraction:4.0%} {plain(text)}{left}"
        if sys.stderr.isatty():
            print(f"\r\x1b[K{line[:110]}", end="", file=sys.stderr, flush=True)
            self._open = True
        else:
            print(line, file=sys.stderr, flush=True)

    def close(self) -> None:
        """Leave the line behind."""
        if self._open:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
            self._open = False


def _all_numbers(table: Table, place: int) -> bool:
    return bool(table.rows) and all(isinstance(row[place], int | float | None) for row in table.rows)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.4g}" if abs(value) < 1000 else f"{value:,.1f}"
    return plain(value)
