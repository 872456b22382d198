"""Which column goes in and which comes out, in the many ways of saying it."""

import pytest

from assistant.in_and_out import roles


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("message goes in, category out", "message category"),
        ("question in, answer out, as plain pairs", "question answer"),
        ("it should predict category from message", "message category"),
        ("the model reads message and answers with category", "message category"),
        ("category is the label", " category"),
        ("take region as the target and message as the input", "message region"),
        ("label: category, text: message", "message category"),
        ("format message -> region", "message region"),
        ("message holds what the customer wrote; region is the answer", "message region"),
        ("use message and category", "message category"),
        ("'message' is the text", "message "),
        ("rows where message and not category is empty", ""),
        ("anything odd in message?", ""),
    ],
)
def test_columns_are_told_apart_by_the_words_around_them(text: str, found: str) -> None:
    named = sorted(
        (column for column in ("message", "category", "region", "question", "answer") if f"{column}" in text),
        key=text.index,
    )
    named = [column for column in named if column != "answer" or "answer out" in text]
    told = roles(text, named)
    assert [told.get("text", ""), told.get("label", "")] == (found.split(" ") if found else ["", ""])
