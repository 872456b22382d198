"""Training rows that are nearly a row that a model is tested on."""

from store.counted import Count
from store.engine import literal
from tools.clean._compared import Compared, compared
from tools.clean._examined import HAS_WORDS, Examined, Side
from tools.clean._fields import ROW, apart, asked, fields, said
from tools.clean._proposal import Proposal

GROUP = "leakage"
CALLED = "contamination contaminated"
"""What people call it."""

LEAST = 0.7
"""The Jaccard of runs of four characters from which a row is shown."""


def find(data: Examined) -> Proposal | str:
    """Propose dropping, of two rows that are nearly the same, the one in the less protected split.

    What `leakage` finds is left to it. Whatever the label: a test row is given away by its text.
    """
    if data.there:
        rows, what = _datasets(data), f"a row of {data.there.version.dataset}"
    elif data.here.split:
        rows, what = _splits(data), "a held-out row"
    else:
        return "no split column and no second dataset"
    near = rows.near(LEAST, ranked=True)
    reason = "percent || ' % the same as row ' || first || ' of ' || place_in || ': ' || original"
    file = rows.edits(near, "near_leakage", reason)
    held = Count(len(set(near.kept.tolist())))
    return Proposal(
        found=f"{{rows:row is|rows are}} nearly the same as {what}, {LEAST:.0%} or more ({held:such row|such rows})",
        sentence=f"Drop {{rows:row that is|rows that are}} nearly the same as {what}.",
        done=f"Dropped {{rows:row that was|rows that were}} nearly the same as {what}.",
        why="A model that saw nearly a test row in training is partly graded on its memory. The figure is how many of"
        " the runs of four characters that either text has are in both. The held-out row stays. It may be wrong where a"
        " single word changes the meaning; rows that differ in a number, a negation, a name or a word and its opposite"
        " are left out.",
        edits="from near_edits",
        views={"near_edits": file},
    )


def _splits(data: Examined) -> Compared:
    rank = "case r.split when 'test' then 2 when 'validation' then 1 else 0 end"
    held = f"(select *, max({rank}) over (partition by plain) as highest from {data.here.rows} r where {HAS_WORDS})"
    rows, count = _rows(data.here, held, rank, "r.split")
    return compared(data, "near_leakage", f"{rows} where {rank} = highest", count)


def _datasets(data: Examined) -> Compared:
    assert data.there
    new = f"(from {data.here.rows} where {HAS_WORDS} and plain not in (select plain from {data.there.rows}))"
    ours, count = _rows(data.here, new, "0", literal(data.here.version.dataset))
    held = f"(from {data.there.rows} where {HAS_WORDS})"
    theirs, others = _rows(data.there, held, "1", literal(data.there.version.dataset))
    if count != others:  # one has a context, the other has none
        ours, count = _rows(data.here, new, "0", literal(data.here.version.dataset), 1)
        theirs, _ = _rows(data.there, held, "1", literal(data.there.version.dataset), 1)
    return compared(data, "near_leakage", f"{theirs} union all {ours}", count)


def _rows(side: Side, rows: str, rank: str, where: str, most: int | None = None) -> tuple[str, int]:
    """SQL for the rows of a side, and how many fields they have."""
    cells = asked(side)[:most]
    select = f"""
        select r._row, {where} as place_in, r.shown, {said(cells)} as said, {apart(cells)} as apart, {rank} as rank,
            {fields(cells)}
        from {rows} r join {side.view} {ROW} using (_row)"""
    return select, len(cells)
