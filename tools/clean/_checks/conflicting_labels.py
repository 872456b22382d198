"""The same text under different labels."""

from store.counted import Count
from store.engine import literal
from tools.clean._examined import HAS_WORDS, Examined
from tools.clean._missing import missing_answer
from tools.clean._proposal import Proposal

GROUP = "labels"
CALLED = "conflict conflicting contradict contradicting contradiction contradictory disagree ambiguous"
"""What people call it."""


def find(data: Examined) -> Proposal | str:
    """Propose keeping the rows with the label that most rows of a text have, and none where it is a tie.

    The rows of a second dataset are counted, and left as they are.
    """
    here, there = data.here, data.there
    if here.label is None:
        return "no label column"
    if here.table:
        return "no text column"
    seen = here.rows
    if there and there.label:
        seen = f"(select plain, label from {here.rows} union all select plain, label from {there.rows})"
    texts = f"""
        (with votes as (select plain, label, count(*) as votes, max(count(*)) over (partition by plain) as most
            from {seen} where {HAS_WORDS} and not {missing_answer("label")} group by plain, label)
        select plain, max_by(label, votes) as usual, count(*) filter (votes = most) as tied,
            string_agg(label || ' (' || votes || ')', ', ' order by votes desc, label) as told
        from votes group by plain having count(*) > 1)"""
    judged = f"""
        (select r._row, r.shown, r.label, t.* from {here.rows} r join {texts} t using (plain)
        where not {missing_answer("r.label")})"""
    edits = f"""
        select _row, 'drop' as action, {literal(here.inputs[0])} as column_name, shown as before,
            cast(null as varchar) as after,
            {literal(here.label)} || ' is ' || label || '; of this text: ' || told as reason
        from {judged} where tied > 1 or label <> usual"""
    conflicts, rows = data.one(f"select (select count(*) from {texts}), count(*) from {judged}")
    name = here.version.dataset
    both = f" in {name} and {there.version.dataset} together" if there and there.label else ""
    of = f"{Count(conflicts):text has|texts have} conflicting labels{both}, in {Count(rows):row|rows} of {name}"
    return Proposal(
        found=of if conflicts else "no texts have conflicting labels",
        sentence="Drop {rows:row whose label conflicts|rows whose labels conflict} with a row of the same text.",
        done="Dropped {rows:row whose label conflicted|rows whose labels conflicted} with a row of the same text.",
        why="The same text under two labels teaches the model to guess. Rows with the label that most rows of the"
        " text have stay; where it is a tie, nobody can say which is right, so all of them go.",
        edits=edits,
    )
