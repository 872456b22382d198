"""How long the texts are, in characters, over all rows."""

from dataclasses import dataclass
from typing import Any

from tools.data._profile.staged import Staged

BINS = 12


@dataclass(frozen=True)
class Length:
    """Characters of the filled values of a column."""

    column: str
    median: float | None
    most: float | None
    """95 % are no longer."""
    longest: int | None


def lengths(staged: Staged) -> list[Length]:
    """The lengths of each column that a model reads."""
    found: list[Length] = []
    for place, name in enumerate(staged.read):
        row = staged.con.execute(
            f"select median(c{place}), quantile_cont(c{place}, 0.95), max(c{place}) from {staged.facts}"
        ).fetchone()
        found.append(Length(name, *(row or (None, None, None))))
    return found


def histogram(staged: Staged) -> list[dict[str, Any]]:
    """Rows by length of the first column read, in bins of one width up to the 99 % quantile."""
    top = staged.number(f"select quantile_cont(c0, 0.99) from {staged.facts}")
    width = max(1, -(-top // BINS))
    counted = dict(
        staged.con.execute(
            f"select least(c0 // {width}, {BINS}) as bin, count(*) from {staged.facts} where c0 is not null group by 1"
        ).fetchall()
    )
    last = max(counted, default=0)
    return [
        {
            "characters": f"{b * width:,} and more" if b == BINS else f"{b * width:,} to {(b + 1) * width - 1:,}",
            "rows": counted.get(b, 0),
        }
        for b in range(last + 1)
    ]
