import random
import time

import pytest

from tools.augment._synonyms import rewrite


def rewritings(text: str, kept: tuple[str, ...] = ()) -> set[str | None]:
    return {rewrite(text, random.Random(seed), kept) for seed in range(60)}


def test_case_and_form_are_kept():
    assert rewritings("I BOUGHT IT") == {"I PURCHASED IT"}
    assert rewritings("Bought it") == {"Purchased it"}
    assert rewritings("two mistakes") == {"two errors"}


@pytest.mark.parametrize(
    "text",
    [
        "ask Mr Child about it",  # a name
        "see https://child.example/buy or buy@child.example",
        "a non-child thing",
        "the <CHILD> mask",
        "nothing to swap",
    ],
)
def test_names_addresses_compounds_and_masks_stay(text: str):
    assert rewritings(text) == {None}


def test_words_of_the_label_stay():
    assert rewritings("I bought it", ("bought",)) == {None}


def test_a_and_an_fit_what_follows():
    assert rewritings("this is an apartment") == {None}  # an flat
    assert rewritings("a couch") == {"a sofa"}


def test_a_book_in_a_row_is_rewritten_in_no_time():
    began = time.process_time()
    assert rewrite("I bought a thing and the mistakes in it. " * 10_000, random.Random(1))
    assert time.process_time() - began < 5


def test_what_stands_before_a_word_counts_far_into_a_text_too():
    long = "nothing of it here, " * 20
    assert rewritings(f"{long}. Bought it") == {f"{long}. Purchased it"}
    assert rewritings(f"{long} Mr Child about it") == {None}


def test_words_that_are_other_words_in_another_language_stay():
    assert rewritings("Ich war gestern bei der Bank und die Karte war immer noch nicht da, was soll das?") == {None}


def test_what_a_text_says_already_is_not_said_again():
    assert rewritings("I bought it and purchased another") == {None}
