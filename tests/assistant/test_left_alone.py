"""Rows that a message leaves as they are."""

import pytest

from assistant import left_alone
from assistant.arguments import fill
from assistant.transcript import Turn
from store import Workspace
from tools import TOOLS


@pytest.mark.parametrize(
    ("wish", "rows", "about", "rest"),
    [
        ("apply them but leave row 12 and 40 as they are", [12, 40], "", "apply them"),
        ("apply all, but not for rows about Paris", [], "Paris", "apply all"),
        ("do fix-2 except rows 3, 7 and 1,200", [3, 7, 1200], "", "do fix-2"),
        ("apply everything except rows about the hotel bar", [], "the hotel bar", "apply everything"),
        ("yes, but keep row 5 untouched please", [5], "", "yes,"),
        ("mask the mails without those mentioning Dr Who", [], "Dr Who", "mask the mails"),
        ('apply fix-1, but not in rows that mention "two words"', [], "two words", "apply fix-1"),
        ("all but the second", [], "", "all but the second"),
        ("apply 2 and 4", [], "", "apply 2 and 4"),
        ("skip fix-3", [], "", "skip fix-3"),
        ("drop the rows without text", [], "", "drop the rows without text"),
        ("what is it about?", [], "", "what is it about?"),
        ("not now", [], "", "not now"),
    ],
)
def test_what_stays_as_it_is(wish: str, rows: list[int], about: str, rest: str) -> None:
    assert (left_alone.rows(wish), left_alone.about(wish)) == (rows, about)
    assert left_alone.without(wish).rstrip(", ") == rest.rstrip(", ")


def never(*_: object) -> dict[str, object]:
    raise AssertionError("the words alone tell")


@pytest.mark.parametrize(
    ("wish", "arguments"),
    [
        ("apply fix-1 but leave row 1 as it is", {"fixes": ["fix-1"], "without_rows": [1]}),
        ("apply all the fixes, but not for rows about good food", {"not_about": "good food"}),
        ("apply fix-1", {"fixes": ["fix-1"]}),
    ],
)
def test_the_arguments_of_applying_are_read_from_the_words(
    ws: Workspace, wish: str, arguments: dict[str, object]
) -> None:
    TOOLS["propose_fixes"].run(ws, {"dataset": "reviews", "kinds": ["exact_duplicates"]})
    found = fill(TOOLS["apply_fixes"], ws, [Turn(wish)], [], never)
    assert {name: value for name, value in found.items() if name != "dataset"} == arguments
