"""Rows that are nearly the same as an earlier row: a typo, a word more, a word moved."""

from tools.clean._compared import alone
from tools.clean._examined import Examined
from tools.clean._proposal import Proposal

GROUP = "duplicates"
CALLED = "near nearly almost similar alike fuzzy"
"""What people call it."""

LEAST = 0.6
"""The Jaccard of runs of four characters from which a row is shown; one word in ten changed leaves about 0.75."""


def find(data: Examined) -> Proposal:
    """Propose the repeats that `exact_duplicates` and `normalised_duplicates` leave: the first row stays."""
    rows = alone(data)
    near = rows.duplicates(LEAST)
    file = rows.edits(near, "near_duplicates", "percent || ' % the same as row ' || first || ': ' || original")
    answer = data.here.answer
    same = f"label {answer}" if data.here.label else "answer" if answer else ""
    apart = " and in another split" if data.here.split else ""
    return Proposal(
        found=f"{{rows:row is|rows are}} nearly the same as an earlier row, {LEAST:.0%} or more",
        sentence="Drop {rows:row that is|rows that are} nearly the same as an earlier row.",
        done="Dropped {rows:row that was|rows that were} nearly the same as an earlier row.",
        why="A model learns little from the second, and it counts twice. The figure is how many of the runs of four"
        " characters that either text has are in both; the first row stays. It may be wrong where a single word changes"
        " the meaning, so look at the lowest figures first. Rows that differ in a number, a negation, a name or a word"
        f" and its opposite are left out{f', and rows with another {same}{apart}' if same else apart}.",
        edits="from near_edits",
        views={"near_edits": file},
    )
