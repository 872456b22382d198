"""Rows that say what an earlier row says in other words."""

from tools.clean._alike import FEWEST, MOST, Alike
from tools.clean._checks.near_duplicates import LEAST as NEAR
from tools.clean._compared import alone
from tools.clean._examined import Examined
from tools.clean._proposal import Proposal

GROUP = "duplicates"
CALLED = "semantic semantically paraphrase paraphrased rephrased reworded synonymous"
"""What people call it."""

LEAST = 0.92
"""The cosine from which a row is shown.

In the even rows of banking77 and clinc150, without their labels, pairs between 0.92 and 0.93 that the other checks
leave had the same label in 94 and 98 of 100 cases, and those between 0.88 and 0.90 in 84 and 94.
"""


def find(data: Examined) -> Proposal:
    """Propose what the other checks for duplicates leave; the first row stays."""
    rows = alone(data)
    near = rows.duplicates(NEAR)
    found = Alike(rows, near.row).found(LEAST)
    reason = "'says the same as row ' || first || ', cosine ' || format('{:.2f}', percent / 100.0) || ': ' || original"
    file = rows.edits(found, "semantic_duplicates", reason)
    return Proposal(
        found="{rows:row says|rows say} what an earlier row says in other words",
        sentence="Drop {rows:row that says|rows that say} what an earlier row says in other words.",
        done="Dropped {rows:row that said|rows that said} what an earlier row said in other words.",
        why="Many wordings of one thing make it count more than others. Look before you say yes: a model also learns"
        " from other wordings to understand people, so this pays where rows are many. The cosine is between mean"
        " vectors of words, which do not see their order and know English best; it may be wrong where a single word or"
        f" its place changes the meaning. Texts of fewer than {FEWEST} or more than {MOST} words are left out, and so"
        " are rows that differ in a number, a negation, a name or a word and its opposite, in label, answer or split.",
        edits="from semantic_edits",
        views={"semantic_edits": file},
    )
