"""Training rows that are also among the rows a model is tested on."""

from store.counted import Count
from store.engine import literal
from tools.clean._examined import HAS_WORDS, Examined
from tools.clean._proposal import Proposal

GROUP = "leakage"
CALLED = "leak leaked leakage leaking overlap overlapping contamination contaminated"
"""What people call it."""

HELD_OUT = ("test", "validation")
"""Splits kept out of training, the most protected first."""


def find(data: Examined) -> Proposal | str:
    """Propose dropping the copy in the less protected split: training before validation before test."""
    if data.there:
        return _across_datasets(data, data.there.version.dataset)
    if data.here.split is None:
        return "no split column and no second dataset"
    return _across_splits(data)


def _across_splits(data: Examined) -> Proposal:
    rank = f"case split {' '.join(f'when {literal(s)} then {2 - n}' for n, s in enumerate(HELD_OUT))} else 0 end"
    ranked = (
        f"(select *, {rank} as rank, max({rank}) over (partition by plain) as highest"
        f" from {data.here.rows} where {HAS_WORDS})"
    )
    counted = ", ".join(f"count(*) filter (rank = {2 - n} and lowest < {2 - n})" for n in range(len(HELD_OUT)))
    lowest = f"(select *, min(rank) over (partition by plain) as lowest from {ranked})"
    held = dict(zip(HELD_OUT, data.one(f"select {counted} from {lowest}"), strict=True))
    told = [f"{Count(held[s]):{s} row is|{s} rows are}" for s in HELD_OUT if held[s]]
    found = f"{' and '.join(told) or 'no held-out rows are'} also among the rows to learn from"
    return _proposal(
        data,
        found,
        "a held-out row",
        f"from (select *, case highest when 2 then 'test' else 'validation' end as place from {ranked}"
        " where rank < highest)",
    )


def _across_datasets(data: Examined, other: str) -> Proposal:
    assert data.there
    shared = f"from {data.there.rows} where {HAS_WORDS} and plain in (select plain from {data.here.rows})"
    (held,) = data.one(f"select count(*) {shared}")
    found = f"{Count(held):row|rows} of {other} {'is' if held == 1 else 'are'} also in {data.here.version.dataset}"
    return _proposal(
        data,
        found,
        f"a row of {other}",
        f"from (select *, {literal(other)} as place from {data.here.rows}"
        f" where {HAS_WORDS} and plain in (select plain from {data.there.rows}))",
    )


def _proposal(data: Examined, found: str, what: str, leaked: str) -> Proposal:
    edits = f"""
        select _row, 'drop' as action, {literal(data.here.inputs[0])} as column_name, shown as before,
            cast(null as varchar) as after, 'also in ' || place as reason {leaked}"""
    return Proposal(
        found=found,
        sentence=f"Drop {{rows:row that says|rows that say}} the same as {what}.",
        done=f"Dropped {{rows:row that said|rows that said}} the same as {what}.",
        why="A model that saw a test row in training is graded on its memory. The copy to learn from goes and the"
        " held-out row stays, so that results before and after are measured on the same rows.",
        edits=edits,
    )
