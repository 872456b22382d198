"""Texts that something cut off at one length, which many have and none exceeds; see `truncated_answers`."""

from store.engine import literal
from tools.clean._endings import ENDED
from tools.clean._examined import Examined
from tools.clean._proposal import Proposal

GROUP = "text"
CALLED = "truncated truncation cutoff incomplete unfinished"
"""What people call it."""

LEAST_LENGTH = {"characters": 80, "words": 16}
"""A limit below this is a short field rather than a text that was cut."""
BAND = {"characters": 3, "words": 0}
"""How far below the limit cut texts lie: spaces at the end are often taken off."""
BELOW = 20
"""How many lengths under the band are compared."""
PILE = 4
"""How many times as many texts must have the greatest length as have each of the lengths below it."""
LEAST_ROWS = 3
UNENDED = 0.8
"""The share of the longest texts that must stop in the middle."""
USUALLY = 0.5
"""The most that may stop without a mark elsewhere: where few texts end in a full stop, its absence says nothing."""


def find(data: Examined) -> Proposal:
    """Propose dropping them where texts pile up at the greatest length and stop in the middle of a sentence."""
    cuts: list[str] = []
    for column in data.here.written:
        if data.here.version.roles.get(column) == "messages":
            continue
        cell = data.here.cell(column)
        for unit, length in (
            ("characters", f"length({cell})"),
            ("words", f"len(regexp_extract_all({cell}, '\\S+'))"),
        ):
            if limit := _limit(data, cell, length, unit):
                cuts.append(
                    f"select _row, {literal(column)} as column_name, {cell} as before,"
                    f" 'stops in the middle at {limit:,} {unit}, the greatest length' as reason"
                    f" from parent where {length} >= {limit - BAND[unit]} and not regexp_matches({cell}, {ENDED})"
                )
    none = "select _row, '' as column_name, '' as before, '' as reason from parent where false"
    edits = f"""
        select _row, 'drop' as action, column_name, before, cast(null as varchar) as after, reason
        from ({" union all ".join(cuts or [none])}) qualify row_number() over (partition by _row order by reason) = 1"""
    return Proposal(
        found="{rows:row is|rows are} cut off in the middle of a sentence, all at the greatest length",
        sentence="Drop {rows:row that was|rows that were} cut off in the middle of a sentence.",
        done="Dropped {rows:row that was|rows that were} cut off in the middle of a sentence.",
        why="Something cut these texts at a fixed length. From them a model learns to stop in the middle.",
        doubt="A text can have the greatest length by chance and end without a full stop. Better than dropping them is"
        " to load the data again from where it is whole.",
        edits=edits,
    )


def _limit(data: Examined, cell: str, length: str, unit: str) -> int:
    """The length at which texts were cut off; 0 if there is no sign of it."""
    band = BAND[unit]
    (rows, most, at, stopped, below, others, open_) = data.one(f"""
        with each as (select {length} as n, not regexp_matches({cell}, {ENDED}) as stops from parent
            where {cell} is not null),
        top as (select max(n) as most from each)
        select count(*), coalesce(max(most), 0), count(*) filter (n >= most - {band}),
            count(*) filter (n >= most - {band} and stops),
            count(*) filter (n < most - {band} and n >= most - {band} - {BELOW}),
            count(*) filter (n < most - {band}), count(*) filter (n < most - {band} and stops)
        from each, top""")
    piled = at >= LEAST_ROWS and at / (band + 1) > PILE * (below / BELOW)
    in_the_middle = stopped >= LEAST_ROWS and stopped >= UNENDED * at
    telling = others == 0 or open_ <= USUALLY * others
    return most if rows and most >= LEAST_LENGTH[unit] and piled and in_the_middle and telling else 0
