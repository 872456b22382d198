"""Rows that say what an earlier row says, but for case, punctuation and spaces."""

from store.counted import Count
from store.engine import literal
from tools.clean._examined import Examined
from tools.clean._proposal import Proposal

GROUP = "duplicates"
CALLED = "normalised normalized duplicate double twin copy repeat repeated twice redundant"
"""What people call it."""


def find(data: Examined) -> Proposal:
    """Propose dropping the repeats that `exact_duplicates` leaves: the first way to write a text stays."""
    here = data.here
    edits = f"""
        select _row, 'drop' as action, {literal(here.inputs[0])} as column_name, shown as before,
            cast(null as varchar) as after, 'repeats row ' || first || ': ' || original as reason
        from (select _row, shown,
                row_number() over (partition by exact, answer, split order by _row) as exactly,
                row_number() over same as place, first_value(_row) over same as first,
                first_value(shown) over same as original
            from {here.rows} window same as (partition by plain, answer, split order by _row))
        where place > 1 and exactly = 1"""
    (whatever_the_label,) = data.one(f"select count(*) - count(distinct plain) from {here.rows}")
    return Proposal(
        found="{rows:row repeats|rows repeat} an earlier row but for case, punctuation or spaces"
        f" ({Count(whatever_the_label):row|rows} in all whose words an earlier row has, whatever the label or split)",
        sentence="Drop {rows:row that repeats|rows that repeat} an earlier row but for case, punctuation or spaces.",
        done="Dropped {rows:row that repeated|rows that repeated} an earlier row but for case, punctuation or spaces.",
        why="To a person these rows say the same, and a model learns little from the second; the first one stays.",
        edits=edits,
    )
