"""A version read once: hashes and lengths of all rows in a small table, and samples of whole rows."""

from dataclasses import dataclass

import duckdb

from store import Version
from store.engine import quoted
from tools.data._format import input_of
from tools.data._normal import normalised

READ = ("text", "prompt", "completion", "messages")
"""Roles of the columns that a model reads."""
SAMPLED, SAMPLED_CHARACTERS = 50_000, 30_000_000
"""The largest sample."""
LONGEST, LONGEST_CHARACTERS = 500, 20_000_000
"""The longest rows, since they are the ones that a context cuts, and how long they may be together."""
EXAMPLES = 3
"""Rows at least of the longest, and of the shortest."""
CLIPPED = 20_000
"""Characters of one text that are read closely."""


@dataclass(frozen=True)
class Staged:
    """The rows of a version as figures.

    The table `facts` has a line a row: `_row`; `whole`, a hash of all columns but ids and splits; `t` and `n`, hashes
    of the input as it is and normalised, missing where it is blank; `words`, whether more than punctuation is in it;
    `l` and `s`, label and split; `a`, a hash of the answer; `chars` of all columns read; and of each of
    these `c0`, `c1`, ... characters, `h0`, ... a hash, and `b0`, ... whether it is blank.

    Texts are told apart by hashes of 64 bits: among a million, two that differ share one with a chance of
    1 in 37 million.
    """

    con: duckdb.DuckDBPyConnection
    version: Version
    view: str
    read: tuple[str, ...]
    label: str | None
    split: str | None

    @property
    def facts(self) -> str:
        """The table of figures."""
        return f"{self.view}_facts"

    @property
    def kept(self) -> str:
        """The table of the rows that are looked at whole: `_drawn`, `_longest` and `_shortest` say why."""
        return f"{self.view}_kept"

    @property
    def text(self) -> str:
        """SQL for all that a model reads of a row, in one text."""
        return f"concat_ws(' ', {', '.join(f'left({self.cell(name)}, {CLIPPED})' for name in self.read)})"

    def cell(self, name: str) -> str:
        """SQL for the text of a column; of a conversation, what is said in it."""
        return readable(name, self.version.columns[name])

    def number(self, sql: str) -> int:
        """The one number that a query gives."""
        row = self.con.execute(sql).fetchone()
        return int(row[0] or 0) if row else 0

    def sample(self, rows: int, characters: int) -> "Sample":
        """The same rows each time: so many, or fewer where they are long. Small samples are parts of larger ones."""
        rows, characters = min(rows, SAMPLED), min(characters, SAMPLED_CHARACTERS)
        total = self.number(f"select sum(chars) from {self.facts}")
        mean = max(1.0, total / max(1, self.version.rows))
        count = min(self.version.rows, max(1, min(rows, int(characters / mean))))
        rows_ = (
            f"select * exclude (_drawn, _longest, _shortest) from {self.kept} where _drawn order by hash(_row), _row"
        )
        return Sample(f"({rows_} limit {count})", count, self.version.rows)


@dataclass(frozen=True)
class Sample:
    """Some rows of a version, drawn at random once and for all."""

    table: str
    """SQL that gives them."""
    rows: int
    of: int

    @property
    def whole(self) -> bool:
        """Whether it is all rows."""
        return self.rows == self.of

    @property
    def told(self) -> str:
        """What to add to a title."""
        return "" if self.whole else f", on a sample of {self.rows:,} rows"

    def scaled(self, rows: int) -> int:
        """How many of all rows so many of the sample stand for; of a part of the rows, only as exact as it is known."""
        return rows if self.whole else roughly(rows * self.of / max(1, self.rows))

    def between(self, rows: int) -> tuple[int, int]:
        """In 95 of 100 such samples, how many of all rows there really are lies between these."""
        from tools.evaluate._intervals import wilson  # noqa: PLC0415 - takes a while to load

        found = wilson(rows / self.rows, self.rows)
        return roughly(found.low * self.of), roughly(found.high * self.of)


def stage(con: duckdb.DuckDBPyConnection, version: Version, view: str) -> Staged:
    """Read every row of a view once."""
    roles = version.roles
    read = tuple(name for role in READ for name, has in roles.items() if has == role and name in version.columns)
    staged = Staged(con, version, view, read, version.column("label"), version.column("split"))
    whole = ", ".join(quoted(name) for name in version.columns if roles.get(name) not in ("id", "split")) or "null"
    text = input_of(version) or "cast(null as varchar)"
    lengths = [f"length({staged.cell(name)})" for name in read]
    each = "".join(
        f", {length} as c{i}, case when {quoted(name)} is not null then hash({quoted(name)}) end as h{i},"
        f" {blank(staged.cell(name))} as b{i}"
        for i, (name, length) in enumerate(zip(read, lengths, strict=True))
    )
    chars = " + ".join(f"coalesce({length}, 0)" for length in lengths) or "0"
    answer = staged.label or version.column("completion")
    label, split, answer = (
        f"cast({quoted(name)} as varchar)" if name else "cast(null as varchar)"
        for name in (staged.label, staged.split, answer)
    )
    con.execute(
        f"""create temp table {staged.facts} as
        with texts as (
            select _row, hash({whole}) as whole, {text} as t, {normalised(text)} as n, {label} as l, {split} as s,
                hash({answer}) as a,
                {chars} as chars{each}
            from {view})
        select * replace (case when filled then hash(t) end as t, case when filled then hash(n) end as n),
            coalesce(n <> '', false) as words
        from (select *, not {blank("t")} as filled from texts)"""
    )
    _keep(staged)
    return staged


def _keep(staged: Staged) -> None:
    """Save whole rows to look at: a sample, the longest and the shortest, in one more reading of all rows."""
    facts, chosen = staged.facts, f"{staged.view}_chosen"
    mean = max(1, staged.number(f"select sum(chars) from {facts}") // max(1, staged.version.rows))
    count = max(1, min(SAMPLED, SAMPLED_CHARACTERS // mean))
    staged.con.execute(
        f"""create temp table {chosen} as
        with longest as (
            select _row from (select _row, chars from {facts} order by chars desc, _row limit {LONGEST})
            qualify sum(chars) over (order by chars desc, _row) <= {LONGEST_CHARACTERS}
                or row_number() over (order by chars desc, _row) <= {EXAMPLES}),
        shortest as (
            select min(_row) as _row from {facts} where t is not null group by t
            order by min(chars), 1 limit {EXAMPLES}),
        drawn as (select _row from {facts} order by hash(_row), _row limit {count})
        select _row, bool_or(how = 'longest') as _longest, bool_or(how = 'drawn') as _drawn,
            bool_or(how = 'shortest') as _shortest
        from (select *, 'longest' as how from longest union all select *, 'drawn' from drawn
            union all select *, 'shortest' from shortest)
        group by _row"""
    )
    staged.con.execute(f"create temp table {staged.kept} as select * from {staged.view} join {chosen} using (_row)")


def blank(text: str) -> str:
    """SQL: whether a text has nothing but white space. Far quicker than to trim it."""
    return f"not regexp_matches({text}, '\\S')"


def roughly(number: float) -> int:
    """An estimate with the two places that it has.

    Example:
        >>> roughly(26_487), roughly(1.4)
        (26000, 1)
    """
    return int(float(f"{number:.2g}"))


def readable(name: str, kind: str) -> str:
    """SQL for the text of a column; of a conversation, what is said in it."""
    if kind.startswith("STRUCT") and kind.endswith("[]"):
        return f"array_to_string(list_transform({quoted(name)}, lambda m: m.content), ' ')"
    return f"cast({quoted(name)} as varchar)"
