"""Values written otherwise than nearly all of their column, where there is one way to write them alike."""

from collections.abc import Iterator

from tools.clean._edits import Edit, saved
from tools.clean._examined import Examined
from tools.clean._patterns import Pattern
from tools.clean._proposal import Proposal
from tools.clean._reformat import reformatted
from tools.clean._strangers import cells_with, found_patterns

GROUP = "tables"
CALLED = "misformatted formatting notation unit"
"""What people call it."""


def find(data: Examined) -> Proposal | str:
    """Propose the same value as its column writes it; what could be read in two ways stays."""
    known = found_patterns(data)
    if not known:
        return "no column of numbers, dates or codes"
    file = saved(data, "format_violations", _edits(data, known))
    return Proposal(
        found="{rows:row has a value written|rows have values written} otherwise than the rest of the column",
        sentence="Write the values of {rows:row|rows} as the rest of their column is written.",
        done="Wrote the values of {rows:row|rows} as the rest of their column is written.",
        why="The same thing written in two ways is two things to a model, and a number with a stray sign is no number.",
        edits="from alike",
        doubt="It would be wrong where the difference means something, such as another unit or currency.",
        views={"alike": file},
    )


def _edits(data: Examined, known: list[Pattern]) -> Iterator[Edit]:
    for pattern in known:
        news = {value: new for value in pattern.strangers if (new := reformatted(value, pattern))}
        example = next(iter(pattern.counts))
        for row, value in cells_with(data, pattern.column, list(news)):
            new, how = news[value]
            yield Edit(row, pattern.column, value, new, f"{how}; nearly all of {pattern.column} is like '{example}'")
