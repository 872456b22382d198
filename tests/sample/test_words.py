"""The word lists that augmentation and audits read."""

import re
from collections import Counter

import pytest

from tools.audit.words import counterpart, gender_pairs, gendered_words, group_of_name, name_groups
from tools.augment.words import entries, forms, synonyms


def test_there_are_several_hundred_words_to_replace():
    assert len(entries()) > 500
    assert {part for part, _, _ in entries()} == {"noun", "verb", "adjective", "adverb"}


def test_a_word_has_one_entry_for_each_part_of_speech():
    assert max(Counter((part, lemma) for part, lemma, _ in entries()).values()) == 1


def test_every_word_is_one_plain_lower_case_word_other_than_its_synonyms():
    for _, lemma, others in entries():
        assert all(re.fullmatch("[a-z]+", word) for word in (lemma, *others))
        assert others
        assert lemma not in others
        assert len(set(others)) == len(others)


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("mistakes", "errors"),
        ("children", "kids"),
        ("enquiries", "questions"),
        ("bought", "purchased"),
        ("relies", "depends"),
        ("prevented", "stopped"),
        ("inquiring", "asking"),
        ("commenced", "started"),
        ("huge", "enormous"),
        ("often", "frequently"),
    ],
)
def test_the_replacement_comes_in_the_same_form(word, other):
    assert other in synonyms()[word]


def test_a_form_with_two_readings_keeps_only_what_fits_both():
    assert forms("show", "verb")[2:4] == ("showed", "shown")
    assert synonyms()["demonstrates"] == ("shows",)
    assert "demonstrated" not in synonyms()
    assert synonyms()["commenced"] == ("started",)
    assert synonyms()["invoices"] == ("bills",)


def test_words_that_are_mostly_something_else_are_left_alone():
    assert not {"building", "understanding", "analyses", "received"} & set(synonyms())


def test_what_would_turn_a_label_or_a_group_is_not_replaced():
    swapped = set(synonyms()) | {other for others in synonyms().values() for other in others}
    assert not swapped & gendered_words()
    assert not swapped & {"not", "no", "never", "none", "without", "one", "two", "first", "good", "bad"}


def test_every_pair_of_gendered_words_goes_both_ways():
    pairs = gender_pairs()
    both = [word for word, other in pairs.items() if pairs.get(other) == word]
    assert len(both) > 150
    assert all(pairs[word] in pairs for word in pairs if word not in ("him", "hers"))
    assert pairs["mum"] == "dad"
    assert pairs["dad"] == "mom"


@pytest.mark.parametrize(
    ("word", "following", "other"),
    [
        ("her", "desk", "his"),
        ("her", "", "him"),
        ("her", "that", "him"),
        ("HER", "DESK", "HIS"),
        ("his", "old", "her"),
        ("his", "", "hers"),
        ("him", "to", "her"),
        ("hers", "", "his"),
        ("She", "said", "He"),
        ("Mrs", "Weber", "Mr"),
        ("mother", "in", "father"),
        ("desk", "", None),
    ],
)
def test_her_and_his_depend_on_the_next_word(word, following, other):
    assert counterpart(word, following) == other


def test_every_group_of_names_has_twenty_and_no_name_stands_in_two():
    assert len(name_groups()) == 18
    assert all(len(group.names) >= 20 for group in name_groups())
    assert len(group_of_name()) == sum(len(group.names) for group in name_groups())
    assert group_of_name()["Ngozi"].origin == "african"
    assert all(name[0].isupper() for name in group_of_name())
