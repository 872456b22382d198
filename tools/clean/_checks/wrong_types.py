"""Values that cannot be what their column holds, such as words among numbers."""

from collections.abc import Iterator

from tools.clean._edits import Edit, saved
from tools.clean._examined import Examined
from tools.clean._patterns import Pattern
from tools.clean._proposal import Proposal
from tools.clean._reformat import garbled, reformatted
from tools.clean._strangers import cells_with, found_patterns

GROUP = "tables"
CALLED = "datatype unreadable unparseable nonnumeric"
"""What people call it."""


def find(data: Examined) -> Proposal | str:
    """Propose emptying the cells; nobody can say what was meant, and what has another way to be read stays."""
    known = [pattern for pattern in found_patterns(data) if _of_digits(pattern)]
    if not known:
        return "no column of numbers, dates or times"
    file = saved(data, "wrong_types", _edits(data, known))
    return Proposal(
        found="{rows:row has a value|rows have values} that cannot be what the column holds",
        sentence="Empty the cells of {rows:row|rows} that cannot be what their column holds.",
        done="Emptied the cells of {rows:row|rows} that could not be what their column holds.",
        why="A word among numbers or a letter within one makes the whole column text. To keep what was meant, edit the"
        " cells in the file and load that again.",
        edits="from unreadable",
        doubt="It would be wrong where the word says something, such as a sample that was too small to measure.",
        views={"unreadable": file},
    )


def _of_digits(pattern: Pattern) -> bool:
    """Whether the column holds numbers, dates, times and the like rather than codes with letters of their own."""
    return len(pattern.skeletons) > 0 and all(not any(c.isalpha() for c in s) or s[0] == "#" for s in pattern.skeletons)


def _edits(data: Examined, known: list[Pattern]) -> Iterator[Edit]:
    for pattern in known:
        wrong = [v for v in pattern.strangers if _unreadable(v, pattern) and not reformatted(v, pattern)]
        example = next(iter(pattern.counts))
        for row, value in cells_with(data, pattern.column, wrong):
            yield Edit(row, pattern.column, value, None, f"nearly all of {pattern.column} is like '{example}'")


def _unreadable(value: str, pattern: Pattern) -> bool:
    word = value.replace(" ", "").isalpha()
    return word or garbled(value, pattern)
