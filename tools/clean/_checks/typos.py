"""Rare values that are a frequent value of their column, badly written."""

from collections import defaultdict
from collections.abc import Iterator

from tools.clean._edits import Edit, saved
from tools.clean._evidence import Evidence, evidence
from tools.clean._examined import Examined
from tools.clean._misspelt import Misspelt, misspelt
from tools.clean._proposal import Proposal

GROUP = "tables"
CALLED = "typo misspelling misspelt misspelled spelling mistyped"
"""What people call it."""


def find(data: Examined) -> Proposal | str:
    """Propose the frequent value, where just one is close and nothing in the row speaks against it."""
    known = evidence(data)
    if not known.cells.codes:
        return "no column whose values repeat"
    file = saved(data, "typos", _edits(known))
    return Proposal(
        found="{rows:row has a value that looks|rows have values that look} like a slip in a frequent one",
        sentence="Write the values of {rows:row|rows} as the frequent ones that they are close to.",
        done="Wrote the values of {rows:row|rows} as the frequent ones that they were close to.",
        why="A value badly written is another value to a model.",
        edits="from spelt",
        doubt="It would be wrong where a rare value is meant, such as a name that is like a more frequent one.",
        views={"spelt": file},
    )


def _edits(known: Evidence) -> Iterator[Edit]:
    by_column: dict[str, list[Misspelt]] = defaultdict(list)
    for each in misspelt(known):
        by_column[each.column].append(each)
    for column, found in by_column.items():
        counts = known.cells.counts[column]
        text = known.cells.values(column, (code for each in found for code in (each.before, each.after)))
        for each in found:
            before, after = text[each.before], text[each.after]
            reason = (
                f"'{after}' is in {counts[each.after]:,} rows, '{before}' in {counts[each.before]:,}; {_apart(each)}"
            )
            agrees = (
                f", and {', '.join(each.agree)} {'agree' if len(each.agree) > 1 else 'agrees'}" if each.agree else ""
            )
            yield Edit(int(known.cells.rows[each.place]), column, before, after, reason + agrees)


def _apart(each: Misspelt) -> str:
    if not each.edits:
        return "only the case differs"
    return f"{each.edits} {'letter' if each.edits == 1 else 'letters'} apart"
