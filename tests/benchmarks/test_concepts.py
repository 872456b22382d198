"""The benchmark's questions about concepts fit the handbook, and are in words of their own."""

import re
from collections import Counter

import pytest

from assistant.answer import CANNOT_SAY, Answer
from assistant.handbook import sections
from benchmarks.concepts import OFF_THE_MAP, chapter, judge, questions
from benchmarks.shares import share, spread

TOO_LIKE = 0.7
TEXTS = {section.title: section.text for section in sections()}
ALL = questions()
ON = [one for one in ALL if one["sections"]]
OFF = [one for one in ALL if not one["sections"]]


def test_each_question_is_told_in_full():
    for one in ALL:
        assert set(one) == {"question", "sections", "must", "must_not", "half"}, one
        assert one["question"].strip(), one
        assert set(one["sections"]) <= set(TEXTS), one
        assert len(one["must"]) in (range(1, 4) if one["sections"] else [0]), one
        assert all(one["must"]), one


def test_there_are_enough_questions_and_none_is_asked_twice():
    assert len(ALL) >= 120
    assert len(OFF) >= 20
    assert max(Counter(" ".join(_words(one["question"])) for one in ALL).values()) == 1


def test_every_second_question_is_kept_for_the_test():
    assert [one["half"] for one in ALL] == [("development", "test")[place % 2] for place in range(len(ALL))]


@pytest.mark.parametrize("half", ["development", "test"])
def test_each_chapter_and_the_rest_of_the_world_is_asked_about(half: str):
    files = {section.file.removesuffix(".md") for section in sections()}
    assert {chapter(one) for one in ALL if one["half"] == half} == files | {OFF_THE_MAP}


def test_every_section_is_asked_about():
    assert {title for one in ON for title in one["sections"]} == set(TEXTS)


def test_every_pattern_compiles_and_is_in_lower_case():
    for one in ALL:
        for pattern in [*sum(one["must"], []), *one["must_not"]]:
            re.compile(pattern)
            assert not re.search("[A-Z]", re.sub(r"\\.", "", pattern)), pattern


def test_no_question_is_worded_as_the_handbook_has_it():
    phrases = [phrase for section in sections() for phrase in [section.title, *section.asked, *section.questions]]
    known = [(phrase, set(_words(phrase))) for phrase in phrases]
    asked = [(one["question"], set(_words(one["question"]))) for one in ALL]
    alike = [(text, phrase) for text, a in asked for phrase, b in known if len(a & b) >= TOO_LIKE * len(a | b)]
    assert not alike


def test_a_section_that_is_right_holds_the_answer():
    missed = [one["question"] for one in ON if not any(_right(one, TEXTS[title]) for title in one["sections"])]
    assert not missed


@pytest.mark.parametrize("said", [CANNOT_SAY, "That does not stand here, so I don't know it.", "Hello!"])
def test_who_does_not_know_has_told_no_fact(said: str):
    assert not [one["question"] for one in ON if _right(one, said)]


def test_who_says_the_question_again_has_told_no_fact():
    assert not [one["question"] for one in ALL if _right(one, one["question"])]


@pytest.mark.parametrize(
    "said",
    [
        CANNOT_SAY,
        "I don’t know that.",
        "I'm sorry, but I cannot provide that.",
        "The handbook does not mention it.",
        "There is no information about this here.",
        "This is not covered in the handbook.",
        "I do not have enough information to say.",
    ],
)
def test_to_say_that_one_does_not_know_is_right_off_the_map(said: str):
    assert all(_right(one, said) for one in OFF)
    assert judge(OFF[0], Answer(said)) == (True, True)
    assert judge(OFF[0], Answer(said, ["LoRA"])) == (False, True)


@pytest.mark.parametrize("said", ["It is Canberra.", "I do not know, but it may be Canberra.", "Start with LoRA."])
def test_to_guess_off_the_map_is_wrong(said: str):
    assert not judge(OFF[0], Answer(said))[1]


def test_one_of_the_right_sections_is_enough():
    one = {"sections": ["LoRA", "DoRA"], "must": [["low-rank"]], "must_not": ["full-rank"]}
    assert judge(one, Answer("It is **Low‑Rank**.", ["DoRA", "Duplicates"])) == (True, True)
    assert judge(one, Answer("It is low-rank, not full-rank.", ["Duplicates"])) == (False, False)


def test_shares_and_seconds_are_told_with_how_far_they_spread():
    assert share([True] * 9 + [False]) == "90% [60%, 98%]"
    assert spread([1.0]) == "median 1.0, 90th percentile 1.0"
    assert spread([1.0, 2.0, 3.0]).startswith("median 2.0, ")


def _right(question: dict[str, object], said: str) -> bool:
    return judge(question, Answer(said))[1]


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.lower())
