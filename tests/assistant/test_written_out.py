"""Numbers that are written out in several words."""

import pytest

from assistant.written_out import in_digits


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("six hundred rows", "600 rows"),
        ("Two hundred and fifty rows will do", "250 rows will do"),
        ("two thousand of them", "2000 of them"),
        ("a couple of hundred", "200"),
        ("half a dozen rows, or a dozen", "6 rows, or 12"),
        ("one and a half epochs", "1.5 epochs"),
        ("rank thirty-two, eighty rows", "rank 32, 80 rows"),
        ("one hundred and five thousand two hundred", "105200"),
        ("run two and five hundred rows", "run two and 500 rows"),
        ("fixes two and three, one two three", "fixes two and three, one two three"),
        ("keep one or two", "keep one or two"),
        ("twenty to thirty", "20 to 30"),
    ],
)
def test_numbers_of_several_words_are_put_into_digits(text: str, digits: str) -> None:
    assert in_digits(text) == digits


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("right nine times in ten", "right 90 %"),
        ("19 out of 20", "95 %"),
        ("ninety-five in a hundred", "95 %"),
        ("explain row 3 in 10 words", "explain row 3 in 10 words"),
        ("12 out of 10", "12 out of 10"),
    ],
)
def test_so_many_out_of_so_many_are_a_percentage(text: str, digits: str) -> None:
    assert in_digits(text) == digits
