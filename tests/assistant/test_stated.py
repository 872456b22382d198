"""Shares of groups that a message states."""

import pytest

from assistant import stated
from store import Workspace
from tests.assistant.conftest import filled


@pytest.mark.parametrize(
    ("text", "shares"),
    [
        ("does it match the town: women 51, men 49?", "women 51, men 49"),
        ("it should be 51 % women and 49 % men", "51 % women and 49 % men"),
        ("the census says male 49%, female 51%", "male 49%, female 51%"),
        ("is it north 30, south 30, east 40", "north 30, south 30, east 40"),
        ("the reference is women 60, men 50", "women 60, men 50"),
        ("women 60, men 50", ""),
        ("swap the names in 96 rows, seed 4", ""),
        ("rows 96, seed 4", ""),
        ("audit run 3 and run 4", ""),
        ("is it fair to men and women", ""),
        ("is it 90 % fair", ""),
    ],
)
def test_shares_are_told_from_other_numbers(text: str, shares: str) -> None:
    assert stated.shares(text) == shares
    assert shares not in stated.without(text) or not shares


def test_shares_are_an_argument_and_no_count_of_rows(ws: Workspace) -> None:
    expected = {"dataset": "reviews", "reference": "women 51, men 49"}
    assert filled(ws, "audit_bias", "check reviews for bias, it should be women 51, men 49") == expected
    with_rows = filled(ws, "audit_bias", "check reviews for bias with 50 rows, the town has women 51, men 49")
    assert with_rows == expected | {"rows": 50}
    assert filled(ws, "audit_bias", "check reviews for bias") == {"dataset": "reviews"}
