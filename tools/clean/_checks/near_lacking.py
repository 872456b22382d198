"""Rows that are nearly the same as an earlier row, but for a number or a negation that only one of the two has."""

from tools.clean._checks.near_duplicates import LEAST
from tools.clean._compared import alone, left
from tools.clean._examined import Examined
from tools.clean._proposal import Proposal

GROUP = "duplicates"
CALLED = "lacking dropped lost missing-word"
"""What people call it."""


def find(data: Examined) -> Proposal:
    """Propose the rows that `near_duplicates` leaves because a number or a negation was put in or left out."""
    rows = alone(data)
    rest = left(rows, rows.duplicates(LEAST))
    near = rest.near(LEAST, unlike=rest.lacking)
    file = rest.edits(near, "near_lacking", "percent || ' % the same as row ' || first || ': ' || original")
    return Proposal(
        found=f"{{rows:row is|rows are}} nearly the same as an earlier row, {LEAST:.0%} or more, but for a number or a "
        "negation that only one of them has",
        sentence="Drop {rows:row that is|rows that are} nearly the same as an earlier row but for a number or a "
        "negation.",
        done="Dropped {rows:row that was|rows that were} nearly the same as an earlier row but for a number or a "
        "negation.",
        why="Often a word was lost on the way; the figure is how many of the runs of four characters that either text "
        "has are in both. The first row stays.",
        doubt='A number or a "not" may be all that makes the two rows different: look at each before you say yes.',
        edits="from near_edits",
        views={"near_edits": file},
    )
