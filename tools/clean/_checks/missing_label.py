"""Rows without a label, or without the answer to a prompt."""

from store.engine import literal
from tools.clean._examined import Examined
from tools.clean._missing import missing_answer
from tools.clean._proposal import Proposal

GROUP = "labels"
CALLED = "unlabelled unlabeled missing empty blank gap missing-label empty-label missing-category"
"""What people call it."""


def find(data: Examined) -> Proposal | str:
    """Propose dropping rows that have a text and no label."""
    here = data.here
    if here.answer is None:
        return "no label column"
    edits = f"""
        select _row, 'drop' as action, {literal(here.inputs[0])} as column_name, shown as before,
            cast(null as varchar) as after, 'no ' || {literal(here.answer)} as reason
        from {here.rows} where {missing_answer("answer")}"""
    name = here.told([here.answer])
    return Proposal(
        found=f"{{rows:row has|rows have}} no {name}",
        sentence=f"Drop {{rows:row that has|rows that have}} no {name}.",
        done=f"Dropped {{rows:row that had|rows that had}} no {name}.",
        why=f"A row teaches nothing without its {here.answer}. To keep them, add it in the file and load that again.",
        edits=edits,
    )
