"""Which row goes to which part: the same share of every label, and texts that are the same on one side."""

from dataclasses import dataclass

import duckdb

from store import Version
from store.engine import quoted
from tools.data._format import input_of
from tools.data._normal import normalised

PARTS = ("train", "validation", "test")
ENOUGH = 5
"""Rows of a label from which each part gets at least one."""


@dataclass(frozen=True)
class Division:
    """How to divide the rows of a version.

    Attributes:
        version: What is divided.
        test: Share of the rows for the test.
        validation: Share of the rows for validation.
        by: The column whose values get the same share in each part, if any.
        seed: Fixes the order that the shares are taken in.
    """

    version: Version
    test: float
    validation: float
    by: str | None
    seed: int

    def select(self, con: duckdb.DuckDBPyConnection) -> str:
        """The rows of the view `parent` with their split.

        Rows with the same text form a group, and a group goes to one part whole. Within each label the groups stand
        in an order that the seed fixes; the first fill the test, the next validation, the rest train. A group is
        where its middle falls. Labels too rare to give any part a row are divided together. Augmented rows are
        trained on, with the rows they were made from.
        """
        columns = {row[0] for row in con.execute("describe parent").fetchall()}
        made = "p._from" if "_from" in columns else "cast(null as bigint)"
        kept = "p.* exclude (split)" if "split" in columns else "p.*"
        stratum = f"coalesce(cast({quoted(self.by)} as varchar), '')" if self.by else "''"
        return f"""
            with keyed as (
                select _row, {made} as made_from, {stratum} as stratum, {self._key()} as own from parent p),
            rooted as (
                select k.*, coalesce(source.own, k.own) as grouped
                from keyed k left join keyed source on source._row = k.made_from),
            groups as (
                select grouped, min(stratum) as stratum, count(*) as rows, count(made_from) > 0 as augmented,
                    md5(concat('{self.seed}', ' ', grouped)) as place
                from rooted group by grouped),
            pooled as (
                select *, case when {self._too_rare("sum(rows) over (partition by stratum)")}
                    then null else stratum end as pool
                from groups),
            placed as (
                select grouped, augmented,
                    sum(rows) over (partition by pool order by augmented, place) - rows / 2 as middle,
                    sum(rows) over (partition by pool) as total
                from pooled),
            sized as (
                select *, {_size(self.test)} as tests, {_size(self.validation)} as validations from placed),
            parted as (
                select grouped, case
                    when augmented then 'train'
                    when middle < tests then 'test'
                    when middle < tests + validations then 'validation'
                    else 'train' end as split
                from sized)
            select {kept}, parted.split from parent p
            join rooted using (_row) join parted on parted.grouped = rooted.grouped
            order by p._row"""

    def sizes(self, con: duckdb.DuckDBPyConnection) -> dict[str, dict[str, int]]:
        """Rows of each part, for each value of `by`, largest first."""
        label = f"coalesce(cast({quoted(self.by)} as varchar), '')" if self.by else "'all rows'"
        counted = ", ".join(f"count(*) filter (where split = '{part}')" for part in PARTS)
        rows = con.execute(
            f"select {label} as label, {counted} from ({self.select(con)}) group by 1 order by count(*) desc, 1"
        ).fetchall()
        return {row[0]: dict(zip(PARTS, row[1:], strict=True)) for row in rows}

    def _too_rare(self, rows: str) -> str:
        """SQL: whether so many rows of a label are too few for the larger of the shares."""
        return f"{rows} < {ENOUGH} and round({rows} * {max(self.test, self.validation)!r}) = 0"

    def _key(self) -> str:
        """What makes rows the same: their text after normalising; without any, a row is by itself."""
        text = input_of(self.version)
        if text is None:
            return "concat('row ', _row)"
        return f"coalesce('text ' || nullif({normalised(text)}, ''), concat('row ', _row))"


def on_two_sides(con: duckdb.DuckDBPyConnection, version: Version, view: str) -> int:
    """Texts, normalised, that are in more than one part of a view with a split."""
    text = input_of(version)
    if text is None:
        return 0
    row = con.execute(
        f"select count(*) from (select n from (select {normalised(text)}, split from {quoted(view)}) t(n, split)"
        " where n <> '' group by n having count(distinct split) > 1)"
    ).fetchone()
    return row[0] if row else 0


def _size(share: float) -> str:
    """Rows that a share of a label comes to: at least one where the label has `ENOUGH` rows."""
    if not share:
        return "0"
    return f"greatest(round(total * {share!r}), case when total >= {ENOUGH} then 1 else 0 end)"
