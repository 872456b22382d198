"""Rows that say exactly what an earlier row says."""

from store.engine import literal
from tools.clean._examined import Examined
from tools.clean._proposal import Proposal

GROUP = "duplicates"
CALLED = "exact identical duplicate double twin copy repeat repeated twice redundant"
"""What people call it."""


def find(data: Examined) -> Proposal:
    """Propose dropping every row with the text, label and split of an earlier one; ids and the like may differ."""
    here = data.here
    edits = f"""
        select _row, 'drop' as action, {literal(here.inputs[0])} as column_name, shown as before,
            cast(null as varchar) as after, 'repeats row ' || first as reason
        from (select _row, shown, row_number() over same as place, first_value(_row) over same as first
            from {here.rows} window same as (partition by exact, answer, split order by _row))
        where place > 1"""
    same = f"{' and '.join(here.inputs)}{f' and {here.answer}' if here.answer else ''}"
    same = "cells in all columns" if here.table else same
    return Proposal(
        found="{rows:row repeats|rows repeat} an earlier row exactly",
        sentence="Drop {rows:row that repeats|rows that repeat} an earlier row exactly.",
        done="Dropped {rows:row that repeated|rows that repeated} an earlier row exactly.",
        why=f"A repeated row counts twice in training and in the figures. The same {same}; the first one stays.",
        edits=edits,
    )
