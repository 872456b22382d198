"""Agreement, held to the worked examples of those who made the measures."""

from random import Random

import pytest
from sklearn.metrics import cohen_kappa_score

from tools.labelling.agreement import agreement, alpha, in_words, kappa

FOUR_PEOPLE = (
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
)
"""Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability", section C: nominal alpha is 0.743."""


def test_alpha_is_that_of_the_worked_example_with_missing_values():
    units = [[each for each in unit if each != "."] for unit in zip(*map(str.split, FOUR_PEOPLE), strict=True)]
    found = alpha(units)
    assert found
    assert found.value == pytest.approx(0.743, abs=0.0005)
    assert found.low < found.value < found.high <= 1


def test_alpha_of_two_people_is_that_of_the_worked_example():
    """The same paper, section A: binary data, two observers, no missing values; alpha is 0.095."""
    meg, owen = "0 1 0 0 0 0 0 0 1 0".split(), "1 1 1 0 0 1 0 0 0 0".split()
    found = alpha([*zip(meg, owen, strict=True)])
    assert found and found.value == pytest.approx(0.095, abs=0.0005)


def test_kappa_is_that_of_the_worked_example():
    """Cohen 1960, table 1, in hundredths of 200 rows: kappa is 0.492."""
    table = ((88, 14, 18), (10, 40, 10), (2, 6, 12))
    pairs = [("abc"[i], "abc"[j]) for i, row in enumerate(table) for j, count in enumerate(row) for _ in range(count)]
    found = kappa(pairs)
    assert found and found.value == pytest.approx(0.492, abs=0.0005)


def test_kappa_is_that_of_scikit_learn():
    chance = Random(1)
    pairs = [(chance.choice("abc"), chance.choice("aab")) for _ in range(200)]
    found = kappa(pairs)
    assert found and found.value == pytest.approx(cohen_kappa_score(*zip(*pairs, strict=True)))


def test_people_who_agree_on_all_rows_have_a_kappa_of_1_and_an_honest_interval():
    found = kappa([("a", "a"), ("b", "b")] * 5)
    assert found and found.value == found.high == pytest.approx(1)
    assert found.low < 0.8


def test_with_a_single_label_agreement_beyond_chance_is_not_defined():
    said = {row: {"Ana": "a", "Ben": "a"} for row in range(5)}
    found = agreement(said)
    assert (found.alpha, found.kappas, found.same) == (None, {}, 1.0)
    assert "not defined" in in_words(found)


def test_rows_that_one_person_labelled_say_nothing_of_agreement():
    found = agreement({1: {"Ana": "a"}, 2: {"Ben": "b"}})
    assert found.rows == 0
    assert "cannot be measured" in in_words(found)
