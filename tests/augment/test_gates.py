import time

import pytest

from tools.augment._gates import Gates, Limits

WRITTEN = Limits(most=1.0, meaning=0.55, written=True)


@pytest.mark.parametrize(
    "source, new, reason",
    [
        ("please fix it today", "Please fix it, today!", "said by another row already"),
        ("please fix it today", "kindly repair this now", "too far from their source"),
        ("I paid 20 euros for it today", "I paid 25 euros for it today", "another number"),
        ("it does not work for me at all", "it does work for me at all", "another negation"),
        ("how do I get it all back", "how do I get my money back", "too close to a test or validation row"),
    ],
)
def test_the_gates_say_why_not(source: str, new: str, reason: str):
    gates = Gates([(source, None)], ["so how do I get my money back?"])
    assert gates.passes(source, new) is None
    assert dict(gates.rejected) == {reason: 1}
    assert [(each.reason, each.text) for each in gates.examples] == [(reason, new)]


def test_what_has_passed_once_does_not_pass_again():
    gates = Gates([("I bought a lamp here", None)], [])
    assert gates.passes("I bought a lamp here", "I purchased a lamp here")
    assert not gates.passes("I bought a lamp here", "I purchased a lamp here.")


@pytest.mark.parametrize(
    "source, new, reason",
    [
        ("Where is the card that I ordered?", "What did she say about horses?", "another meaning"),
        ("I asked Maria for the card", "I asked them for the card", "a name was lost"),
        ("write to help@shop.example about the card", "write to us about the card", "another address or mask"),
        ("my <NAME> card has not come", "my own card has not come", "another address or mask"),
        ("the refund is late", "the money is late", "a word of the label was lost"),
        ("Where is the card that I ordered?", "Card?", "too long or too short"),
        (
            "When will the card that I have ordered from you arrive at my house?",
            "Wann wird die Karte, die ich bei Ihnen bestellt habe, bei mir zu Hause ankommen?",
            "another language",
        ),
        ("Where is the card that I ordered?", "", "empty"),
    ],
)
def test_what_a_model_wrote_is_looked_at_closely(source: str, new: str, reason: str):
    gates = Gates([(source, None)], [], WRITTEN)
    assert gates.passes(source, new, None, ["refund"]) is None
    assert dict(gates.rejected) == {reason: 1}


def test_what_says_the_same_passes_with_its_scores():
    source = "Where is the card that I ordered?"
    scores = Gates([(source, "cards")], [], WRITTEN).passes(source, "Where has my ordered card got to?", "cards")
    assert scores
    assert 0.55 < scores.meaning < 1
    assert 0.3 < scores.changed < 1


def test_a_text_that_is_like_the_rows_of_other_labels_is_turned_down():
    cards = [(f"my bank card is {word}", "cards") for word in ("lost", "stolen", "broken", "late", "gone", "old")]
    travel = [(f"my flight to Rome is {word}", "travel") for word in ("late", "full", "off", "early", "long", "dear")]
    gates = Gates(cards + travel, [], Limits(most=1.0, meaning=0.0, same=False, written=True))
    assert gates.passes("my flight to Rome is late", "the bank card is missing", "travel") is None
    assert gates.rejected["more like rows of other labels"] == 1
    assert gates.passes("my bank card is lost", "the bank card is missing", "cards")


def test_nearly_the_same_as_another_row_does_not_pass_but_its_source_may_be_near():
    there = "one two three four five six seven eight nine ten eleven"
    source = "one two three four five six seven eight nine ten house"
    gates = Gates([(there, None), (source, None)], [], Limits(meaning=0.0))
    assert gates.passes(source, f"{there} twelve") is None
    assert gates.rejected["almost said by another row already"] == 1
    assert gates.passes(source, f"{source} twelve")


def test_a_few_examples_of_each_reason_are_kept_and_all_are_counted():
    gates = Gates([("it is the first one", None)], [])
    for number in range(10):
        gates.passes("it is the first one", f"it is the first {number}")
    assert gates.rejected.total() == 10
    assert len(gates.examples) == 3


def test_a_book_in_a_row_is_compared_in_no_time():
    book = "the same words come again and again in this one " * 10_000
    began = time.process_time()
    assert Gates([(book, None)], [], Limits(least=0.0)).passes(book, f"{book} house")
    assert time.process_time() - began < 5
