"""How many tokens the rows of a dataset have in a model's chat template, and how many are too long for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

import duckdb

from store.engine import fetch
from tools.data._tokens import BaseTokens
from tools.data._turns import pieces, turns_of
from tools.result import Table

SAMPLED, LONGEST, SUSPECTS = 2_000, 20, 20_000
"""Rows drawn for the quantiles, longest rows counted beside them, and rows looked at that may be too long."""
MARKS = 200
"""Room for the marks and the system prompt that a template adds, in tokens."""
QUANTILES = (("half have at most", 0.5), ("90 % have at most", 0.9), ("99 % have at most", 0.99))


@dataclass(frozen=True)
class Lengths:
    """Tokens of rows, marks of the template counted.

    Attributes:
        rows: All rows.
        counts: Tokens of the rows drawn, in order.
        longest: Tokens of the longest row seen; the rows with the most bytes are all looked at.
        context: The most tokens that the model reads; None if it does not say.
        too_long: Rows with more.
        whole: Whether every row that may be too long was looked at.
    """

    rows: int
    counts: Sequence[int]
    longest: int
    context: int | None
    too_long: int
    whole: bool

    @property
    def among(self) -> str:
        """Which rows were looked at for the longest, if not all were."""
        return "" if len(self.counts) == self.rows else f"of {len(self.counts):,} drawn and the {LONGEST} largest "

    @property
    def least(self) -> str:
        """What stands before the number of rows that are too long."""
        return "" if self.whole else "At least "

    def table(self) -> Table:
        """The quantiles, and the rows that are too long."""
        drawn = "" if len(self.counts) == self.rows else f" of {len(self.counts):,} rows drawn"
        lines: list[tuple[Any, ...]] = [(what, self._quantile(share)) for what, share in QUANTILES]
        lines.append(("the longest has", self.longest))
        if self.context:
            lines += [("the model reads", self.context), (f"{self.least.lower()}rows beyond that", self.too_long)]
        return Table(f"Tokens a row{drawn}", ("", "tokens"), lines)

    def data(self) -> dict[str, Any]:
        """The same for programs."""
        quantiles = {f"p{round(share * 100)}": self._quantile(share) for _, share in QUANTILES}
        return {**quantiles, "longest": self.longest, "context": self.context, "too_long": self.too_long}

    def _quantile(self, share: float) -> int:
        """The smallest count that at least this share of the rows do not exceed."""
        return self.counts[max(0, ceil(share * len(self.counts)) - 1)]


def lengths(con: duckdb.DuckDBPyConnection, tokens: BaseTokens) -> Lengths:
    """Count the tokens of the view `shown`: of rows drawn for the quantiles, and of every row that may be too long.

    A token is at least one byte, so a row of fewer bytes than the context has tokens cannot be too long.
    """
    size = "strlen(cast(shown as varchar))"
    (row,) = con.execute("select count(*) from shown").fetchall()
    rows = int(row[0])

    def counted(sql: str) -> list[int]:
        return [_tokens(tokens, turns_of(found)) for found in fetch(con, sql)]

    drawn = f"using sample reservoir({SAMPLED} rows) repeatable (0)" if rows > SAMPLED else ""
    counts = sorted(counted(f"from shown {drawn}"))
    largest = counted(f"from shown order by {size} desc limit {LONGEST}") if drawn else counts[-1:]
    too_long, whole = 0, True
    if tokens.context:
        suspects = counted(f"from shown where {size} > {tokens.context - MARKS} limit {SUSPECTS}")
        too_long, whole = sum(count > tokens.context for count in suspects), len(suspects) < SUSPECTS
        largest += suspects
    return Lengths(rows, counts, max([*counts, *largest]), tokens.context, too_long, whole)


def _tokens(tokens: BaseTokens, turns: list[dict[str, str]]) -> int:
    return sum(tokens.count([text for text, _ in pieces(tokens, turns)]))
