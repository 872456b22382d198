"""Whether one value is another one, badly written."""

import re
from collections.abc import Iterable

import duckdb

CLOSE = 3
"""One edit in this many characters may be wrong, and always one."""
_WORD = re.compile(r"[^\W\d_]+|\d+")


def distances(connection: duckdb.DuckDBPyConnection, pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """The edits between two texts: letters put in, left out, replaced or swapped (Damerau 1964); case is none."""
    distinct = sorted(set(pairs))
    found = connection.execute(
        "select a, b, damerau_levenshtein(lower(a), lower(b)) from (select unnest(?) as a, unnest(?) as b)",
        [[a for a, _ in distinct], [b for _, b in distinct]],
    ).fetchall()
    return {(a, b): distance for a, b, distance in found}


def allowed(written: str, meant: str) -> int:
    """The edits by which a slip may differ from what is meant."""
    return max(1, min(len(written), len(meant)) // CLOSE)


def differs_in_digits(written: str, meant: str) -> bool:
    """Whether a digit stands where another or none does: in numbers and codes that is another thing, not a slip.

    Example:
        >>> differs_in_digits("B-12", "B-13"), differs_in_digits("B-x2", "B-12"), differs_in_digits("C-12", "B-12")
        (True, False, False)
    """
    ours, theirs = re.sub(r"\D", "", written), re.sub(r"\D", "", meant)
    if len(written) == len(meant):
        return any(a != b and a.isdigit() and b.isdigit() for a, b in zip(written, meant, strict=True))
    return ours != theirs
