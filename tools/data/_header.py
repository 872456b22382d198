"""Whether the first line of a table names its columns."""

import re
from itertools import zip_longest

from tools.data._roles import known_name

NAME = re.compile(r"[^\W\d][\w .()/#%&'-]{0,59}")


def is_header(rows: list[list[str]]) -> bool:
    """Tell a header from a row, by the first line beside the others.

    Args:
        rows: The first rows of a table.
    """
    first, rest = [cell.strip() for cell in rows[0]], rows[1:]
    filled = [cell for cell in first if cell]
    if not filled:
        return False
    if any(_is_number(cell) for cell in filled) or any(len(cell) > 80 for cell in filled):
        return False
    if any(_comes_back(cell, [row[place] for row in rest if place < len(row)]) for place, cell in enumerate(first)):
        return False
    if any(known_name(cell) for cell in filled):
        return True
    columns = [[cell for cell in column if cell is not None] for column in zip_longest(*rest)]
    if any(_numbers_under_a_word(cell, column) for cell, column in zip(first, columns, strict=False)):
        return True
    return all(NAME.fullmatch(cell) and len(cell.split()) <= 4 for cell in filled)


def _comes_back(cell: str, below: list[str]) -> bool:
    """Whether the first value is one of a few that a column repeats: then it is a value too."""
    below = [value.strip() for value in below]
    return bool(cell) and cell in below and len(set(below)) <= max(1, len(below) / 2)


def _numbers_under_a_word(cell: str, below: list[str]) -> bool:
    filled = [value for value in below if value.strip()]
    return bool(cell) and bool(filled) and all(_is_number(value) for value in filled)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
