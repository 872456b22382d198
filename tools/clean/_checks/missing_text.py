"""Rows without a text, or with a word that stands for none."""

from store.engine import literal
from tools.clean._examined import Examined
from tools.clean._missing import bare, missing_text
from tools.clean._proposal import Proposal

GROUP = "text"
CALLED = "missing empty blank placeholder gap empty-text missing-text blank-text empty-message"
"""What people call it."""
WEIGHT = 6.0
"""How much a row matters; a profile looks for them on a sample."""


def find(data: Examined) -> Proposal:
    """Propose dropping rows whose input is missing."""
    here = data.here
    empty = " and ".join(missing_text(here.cell(name)) for name in here.inputs)
    first = here.cell(here.inputs[0])
    edits = f"""
        select _row, 'drop' as action, {literal(here.inputs[0])} as column_name, coalesce({first}, '') as before,
            cast(null as varchar) as after,
            case when coalesce({bare(first)}, '') = '' then 'empty' else 'a placeholder' end as reason
        from parent where {empty}"""
    name = here.told(here.inputs)
    return Proposal(
        found=f"{{rows:row has|rows have}} nothing or only a placeholder in {name}",
        sentence=f"Drop {{rows:row that has|rows that have}} nothing or only a placeholder in {name}.",
        done=f"Dropped {{rows:row that had|rows that had}} nothing or only a placeholder in {name}.",
        why="There is nothing to learn from, and the model would learn to answer to nothing.",
        edits=edits,
    )
