"""How the values of a column are spread over the rows of two versions."""

from dataclasses import dataclass

from store import Version
from store.engine import engine, quoted

MOST = 10_000
"""A column with more different values has no shares worth comparing."""


@dataclass(frozen=True)
class Shift:
    """Rows by value, before and after.

    Attributes:
        column: Whose values.
        counts: (value, rows before, rows after), the largest first; a missing value is None.
    """

    column: str
    counts: list[tuple[str | None, int, int]]

    @property
    def moved(self) -> float:
        """Total variation distance: half the sum of the absolute differences of the shares, from 0 to 1.

        Levin, Peres and Wilmer, Markov Chains and Mixing Times (2009), Proposition 4.2: the share of rows that
        would have to have another value for both to be spread alike.
        """
        old, new = self._totals()
        return sum(abs(before / old - after / new) for _, before, after in self.counts) / 2

    def rows(self) -> list[tuple[str, int, int, int, str, str]]:
        """For a table: value, rows before and after, their difference, shares before and after."""
        old, new = self._totals()
        return [
            ("(missing)" if value is None else value, b, a, a - b, f"{b / old:.1%}", f"{a / new:.1%}")
            for value, b, a in self.counts
        ]

    def _totals(self) -> tuple[int, int]:
        """Rows before and after, at least one: shares are taken of them."""
        return sum(before for _, before, _ in self.counts) or 1, sum(after for _, _, after in self.counts) or 1


def shift(before: Version, after: Version, column: str) -> Shift | None:
    """Count the values of a column that both versions have; None where it has more than `MOST`."""
    views = {"before": before.path, "after": after.path}
    one, other = (
        f"select cast({quoted(column)} as varchar) as value, {b} as b, {a} as a from {view}"
        for view, b, a in (("before", 1, 0), ("after", 0, 1))
    )
    with engine([before.path.parent, after.path.parent], views) as con:
        found = con.execute(
            f"select value, sum(b)::bigint, sum(a)::bigint from ({one} union all {other}) group by value"
            f" order by sum(b) + sum(a) desc, value limit {MOST + 1}"
        ).fetchall()
    return Shift(column, found) if len(found) <= MOST else None
