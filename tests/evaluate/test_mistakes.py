from typing import Any

import pytest

from tools.evaluate._answers import Answer, Answered
from tools.evaluate._marks import MISLABELLED, NEAR
from tools.evaluate._mistakes import MISTAKES, furthest, surest
from tools.evaluate._reasons import reason, script
from tools.evaluate._rows import Exam, Question
from tools.evaluate._taught import marked, rows_by_label

LABELS = ["refund", "delivery", "technical"]


def an_exam(pairs: list[tuple[str, str]]) -> Exam:
    asked = [Question(n, [], text, right) for n, (text, right) in enumerate(pairs)]
    return Exam("tickets", 1, "test", 0, len(asked), 0, asked, frozenset())


def both(answers: list[Answer]) -> Any:
    return {"tuned": Answered(answers, 1.0), "untuned": Answered([Answer("-")] * len(answers), 1.0)}


def test_one_of_each_confusion_comes_before_a_second_and_a_text_comes_once() -> None:
    pairs = [("a", "refund"), ("A ", "refund"), ("b", "refund"), ("c", "delivery"), ("d", "technical")]
    said = ["delivery", "delivery", "delivery", "refund", "technical"]
    chances = [0.9, 0.8, 0.7, 0.6, 0.9]
    answers = [Answer(label, {label: chance}) for label, chance in zip(said, chances, strict=True)]
    found = surest(an_exam(pairs), both(answers))
    assert [one["row"] for one in found] == [0, 3, 2]
    many = [(f"text {n}", "refund") for n in range(40)]
    assert len(surest(an_exam(many), both([Answer("delivery", {"delivery": 0.5})] * 40))) == MISTAKES


def test_written_answers_show_one_of_each_reason_first() -> None:
    right = "The parcel is on its way to you."
    answers = ["", "", "", "Посылка уже едет к вам, спасибо.", right]
    found = furthest(an_exam([(f"question {n}", right) for n in range(5)]), both([Answer(text) for text in answers]))
    assert [one["why"] for one in found] == ["empty", "another script: Cyrillic for Latin", "empty", "empty"]


@pytest.mark.parametrize(
    ("question", "reference", "answer", "why"),
    [
        ("Where is it?", "On its way.", "  ", "empty"),
        ("Where is it?", "On its way.", "Она в пути", "another script: Cyrillic for Latin"),
        (
            "Where is it?",
            "The parcel left our house yesterday and will be with you tomorrow.",
            "Das Paket hat unser Haus gestern verlassen und wird morgen bei Ihnen sein.",
            "another language: German for English",
        ),
        ("Where is my second parcel now?", "At the depot.", "Where is my second parcel now?", "repeats the question"),
        ("How many?", "Seven are left in the store.", "no " * 12, "says the same over and over"),
        ("Give JSON", '{"a": 1}', "a is 1", "wrong format: JSON is asked for"),
        ("How many?", "42", "quite a few of them", "wrong format: a number is asked for"),
        ("Name two", "- one\n- two", "one and two", "wrong format: a list is asked for"),
        ("Why?", "Since it rained.", "word " * 2 + "because of many different things that came and went again and then",
         "too long, and cut off"),
        ("Why?", "Because it rained for days and the river rose over the road to us.", "Rain.", "too short"),
        ("Why?", "It rained.", "Snow fell.", "no word in common"),
        ("Why?", "It rained again.", "It snowed again.", "says it in other words, or says else"),
    ],
)  # fmt: skip
def test_why_an_answer_is_far_from_its_reference(question: str, reference: str, answer: str, why: str) -> None:
    assert reason(question, reference, answer) == why


def test_scripts_are_told_by_their_letters() -> None:
    assert [script(text) for text in ("hello", "привет", "今日は", "नमस्ते", "12 !")] == [
        "Latin",
        "Cyrillic",
        "Chinese or Japanese",
        "Devanagari",
        None,
    ]


def mistake(text: str, right: str, said: str, chance: float = 0.95) -> dict[str, Any]:
    return {"row": 1, "text": text, "reference": right, "tuned": said, "chance": chance}


def test_a_mistake_near_a_training_row_or_likely_mislabelled_is_marked() -> None:
    taught = [
        Question(11, [], "please refund the second payment to my card", "refund"),
        Question(12, [], "refund my payment please", "refund"),
        Question(13, [], "the courier left the parcel outside", "delivery"),
        Question(14, [], "the app shows an error", "technical"),
    ]
    found = marked(
        [
            mistake("please refund the second payment to my card!", "delivery", "refund"),
            mistake("the courier left the parcel outside", "delivery", "technical", 0.4),
            mistake("I need a refund of my payment", "technical", "refund"),
            mistake("zebras and quilts", "technical", "refund"),
        ],
        taught,
        labels=True,
    )
    assert found[0]["marks"] == [NEAR, MISLABELLED] and "one label may be wrong" in found[0]["note"]
    assert found[1]["marks"] == [NEAR] and "not learned" in found[1]["note"]
    assert found[2]["marks"] == [MISLABELLED] and found[2]["nearest"]["row"] == 12
    assert "marks" not in found[3]
    assert rows_by_label(taught) == {"refund": 2, "delivery": 1, "technical": 1}


def test_texts_without_a_word_have_no_neighbours() -> None:
    wrong = [mistake("?!", "refund", "delivery")]
    assert marked(wrong, [Question(1, [], "...", "refund")], labels=True) == wrong
    assert marked(wrong, [], labels=True) == wrong
