"""Rows that say the same in other words."""

import pytest

from store import Workspace
from tests.clean.conftest import Make
from tests.clean.test_checks import dropped
from tools import TOOLS
from tools.clean._alike import _chosen


def test_other_words_for_the_same_are_shown_with_their_cosine(empty: Workspace, make: Make):
    rows = [
        ("what is the apr for my credit card", "a"),
        ("my credit card's apr, what is it?", "a"),
        ("sing to me", "a"),
    ]
    make("rows_", rows)
    result = TOOLS["propose_fixes"].run(empty, {"dataset": "rows_", "kinds": ["semantic_duplicates"]})
    (edit,) = empty.fixes.edits(next(iter(result.data["fixes"])))
    assert edit["_row"] == 2
    assert edit["reason"].startswith("says the same as row 1, cosine 0.9")
    assert "it may be wrong" in empty.fixes.all()[0].why


def test_near_duplicates_are_left_to_their_check(empty: Workspace, make: Make):
    make("rows_", [("I need to unblock my PIN", "a"), ("I need to unblock my PIN.  Now", "a")])
    assert dropped(empty, "rows_", "near_duplicates") == [2]
    assert dropped(empty, "rows_", "semantic_duplicates") == []


@pytest.mark.parametrize(
    "one, other",
    [
        ("a transfer from savings to checking", "to savings a transfer from checking"),
        ("set the timer to 5 minutes please", "please the timer, set it to 6 minutes"),
        ("what is my name, please", "please, your name is what"),
        ("the card payment was accepted", "payment of the card was declined"),
        ("Monday is when we meet", "we meet, when is Friday"),
    ],
)
def test_what_a_mean_of_words_cannot_see_is_looked_for(empty: Workspace, make: Make, one: str, other: str):
    make("rows_", [(one, "a"), (other, "a")])
    assert dropped(empty, "rows_", "semantic_duplicates") == []


def test_another_label_a_long_text_and_a_single_word_are_left_out(empty: Workspace, make: Make):
    asked, again = "what is the apr for my credit card", "my credit card's apr, what is it?"
    long = [" and ".join(part * 20) for part in ([asked], [again])]
    make("rows_", [(asked, "a"), (again, "b"), (long[0], "c"), (long[1], "c"), ("thanks", "d"), ("thank you", "d")])
    assert dropped(empty, "rows_", "semantic_duplicates") == []


def test_a_row_that_is_like_one_that_goes_is_held_against_the_one_that_stays():
    import numpy as np  # noqa: PLC0415

    kept_by, further = _chosen(np.array([0, 1]), np.array([1, 2]), np.array([0.95, 0.94]))
    assert kept_by == {1: (0, 0.95)}
    assert further == [(0, 2)]
