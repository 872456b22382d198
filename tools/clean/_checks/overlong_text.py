"""Texts far longer than the rest."""

from store.engine import literal
from tools.clean._examined import Examined
from tools.clean._proposal import Proposal
from tools.data._tokens import CHARACTERS_A_TOKEN

GROUP = "text"
CALLED = "overlong overlength lengthy oversized"
"""What people call it."""

LEAST_ROWS = 50
USUAL = 0.99
"""The share of rows that set the measure."""
TIMES = 8
"""How many times as long as nearly all others a text must be."""
LEAST = 4_000
"""Characters below which no text is overlong: about a thousand tokens fit any context."""


def find(data: Examined) -> Proposal | str:
    """Propose dropping them: what does not fit the context of a model is cut off, and its answer with it."""
    here = data.here
    if here.version.rows < LEAST_ROWS or not here.written:
        return f"it takes {LEAST_ROWS} rows to tell what is usual"
    far: list[str] = []
    for column in here.written:
        cell = here.cell(column)
        (usual,) = data.one(f"select coalesce(quantile_disc(length({cell}), {USUAL}), 0) from parent")
        most = max(TIMES * usual, LEAST)
        far.append(
            f"select _row, {literal(column)} as column_name, {cell} as before, length({cell}) as characters,"
            f" {usual} as usual from parent where length({cell}) > {most}"
        )
    edits = f"""
        select _row, 'drop' as action, column_name, before, cast(null as varchar) as after,
            format('{{:,}} characters (about {{:,}} tokens), while 99 of 100 have at most {{:,}}', characters,
                characters // {CHARACTERS_A_TOKEN}, usual) as reason
        from ({" union all ".join(far)}) qualify row_number() over (partition by _row order by characters desc) = 1"""
    return Proposal(
        found="{rows:row is|rows are} far longer than the rest",
        sentence="Drop {rows:row that is|rows that are} far longer than the rest.",
        done="Dropped {rows:row that was|rows that were} far longer than the rest.",
        why="What does not fit the context is cut off in training, and one such row makes a whole batch as slow and as"
        " large as itself.",
        doubt="A long text may be a good one: if it is meant, decline this and split it into passages instead.",
        edits=edits,
    )
