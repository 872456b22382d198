"""The texts that stand out: the shortest, the longest, and those with odd characters."""

from dataclasses import dataclass

from tools.data._profile.staged import EXAMPLES, Sample, Staged

SHOWN = 160
ODD, AT_LEAST = 0.3, 8
"""The share of characters that are no letters, digits, spaces or plain punctuation from which a text is odd, and the
fewest characters for a share to mean something."""
TIMES = 10
"""A text this many times as long as the median is told of."""


@dataclass(frozen=True)
class Outliers:
    """Examples as (what, row, characters, start of the text).

    Attributes:
        examples: The texts that stand out most.
        odd: Rows of the sample whose characters are odd.
        long: Rows of all that are `TIMES` as long as the median.
        sample: The rows that were read for odd characters.
    """

    examples: list[tuple[str, int, int, str]]
    odd: int
    long: int
    sample: Sample


def outliers(staged: Staged, sample: Sample) -> Outliers:
    """Look for them; lengths over all rows, odd characters on a sample."""
    facts = staged.facts
    kept = f"select _row, chars from {facts} join {staged.kept} using (_row)"
    kept += " where {} order by chars {}, _row limit {}"
    shortest = staged.con.execute(kept.format("_shortest", "", EXAMPLES)).fetchall()
    longest = staged.con.execute(kept.format("_longest and t is not null", "desc", EXAMPLES)).fetchall()
    strange = r"length(regexp_replace(c, '[\p{L}\p{M}\p{N}\s.,;:!?()%&+/''’\"–-]+', '', 'g')) / length(c)"
    odd = staged.con.execute(
        f"select _row, length(c) from (select _row, {staged.text} as c from {sample.table})"
        f" where length(c) >= {AT_LEAST} and {strange} >= {ODD} order by {strange} desc, _row"
    ).fetchall()
    long = staged.number(
        f"select count(*) from {facts} where chars > {TIMES} * (select median(chars) from {facts} where chars > 0)"
    )
    chosen = [("shortest", *each) for each in shortest]
    chosen += [("longest", *each) for each in longest if each not in shortest]
    chosen += [("odd characters", *each) for each in odd[:EXAMPLES]]
    texts = _starts(staged, [row for _, row, _ in chosen])
    return Outliers([(what, row, size, texts[row]) for what, row, size in chosen], len(odd), long, sample)


def _starts(staged: Staged, rows: list[int]) -> dict[int, str]:
    found = staged.con.execute(
        f"select _row, left({staged.text}, {SHOWN + 1}) from {staged.kept} where _row in (select unnest(?::bigint[]))",
        [rows],
    ).fetchall()
    return {row: f"{text[:SHOWN]}…" if len(text) > SHOWN else text for row, text in found}
