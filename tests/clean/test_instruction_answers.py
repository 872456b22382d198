"""Answers that do not do their task, refused, impossible, wrong or cut off: what is found, and what stays."""

import json
from pathlib import Path

import pytest

from store import Workspace
from tests.clean.conftest import Make
from tools import TOOLS
from tools.clean._checks import answer_language as language
from tools.clean._checks import impossible_tasks as impossible
from tools.clean._checks import refusals
from tools.clean._checks import repeated_questions as repeated
from tools.clean._checks import truncated_answers as truncated
from tools.clean._checks import wrong_arithmetic as arithmetic
from tools.clean._checks import wrong_order as order
from tools.clean._exchanges import Exchange


@pytest.mark.parametrize(
    "answer",
    [
        "I'm sorry, but I cannot assist with that request.",
        "As an AI language model, I don't have feelings.",
        "Unfortunately, I am not able to access your files.",
        "I can’t help with that.",
        "This task is beyond the capabilities of the model.",
    ],
)
def test_a_refusal_is_found(answer: str):
    assert refusals.judge(Exchange("Plan a picnic.", "", answer))


@pytest.mark.parametrize(
    "task, answer",
    [
        ("Write an apology to a customer.", "I'm sorry, we cannot provide a refund."),
        ("My bag is lost.", "I'm sorry to hear that. Is there anything I can do to help?"),
        ("Translate: no puedo ayudarte", "I cannot help you."),
        ("Who are you?", "I am an AI engineer from Oslo."),
        ("Why is the sky dark at night?", "We cannot see the sun, which is on the other side."),
    ],
)
def test_what_only_sounds_like_a_refusal_stays(task: str, answer: str):
    assert refusals.judge(Exchange(task, "", answer)) is None


def test_the_doubt_about_refusals_is_told(empty: Workspace, make: Make):
    make("pairs", [("Plan a picnic.", "I'm sorry, but I can't assist with that.")], "prompt, completion")
    (table,) = TOOLS["propose_fixes"].run(empty, {"dataset": "pairs", "kinds": ["refusals"]}).tables
    assert "data that teaches safety" in str(table.rows[0])


@pytest.mark.parametrize(
    "task, given, answer",
    [
        ("Draw a cat.", "", "![cat](https://img.example/cat.png)"),
        ("Draw a cat.", "", "https://img.example/cat.png"),
        ("Read it aloud.", "Hello there", '<audio src="hello.mp3">'),
        ("Describe it.", "[image]", "A red house."),
        ("Who painted this?", "https://art.example/night.jpg", "Van Gogh"),
        ("Summarise https://news.example/story", "", "It is about a flood."),
        ("Search the internet for a tutorial.", "", "Here it is: https://how.example/to"),
        ("What is the weather like today?", "", "It is sunny, 20 degrees."),
        ("What is shown in the following picture?", "", "A house."),
        ("Summarise the attached document.", "", "It is about taxes."),
    ],
)
def test_a_task_that_needs_what_is_not_there_is_found(task: str, given: str, answer: str):
    assert impossible.judge(Exchange(task, given, answer))


@pytest.mark.parametrize(
    "task, given, answer",
    [
        ("Write HTML that shows a cat.", "", '<img src="cat.png">'),
        ("Shorten the domain.", "https://a.example/long/path", "a.example"),
        ("Design a logo.", "", "A red circle with the word Tea in it."),
        ("Summarise the following text: Tea is a drink.", "", "Tea is drunk."),
        ("Summarise the following text.", "Tea is a drink.", "Tea is drunk."),
        ("What causes weather?", "", "The sun heats the air by 20 degrees."),
        ("Add one to each.", "[1, 2, 3]", "[2, 3, 4]"),
    ],
)
def test_a_task_that_words_can_do_stays(task: str, given: str, answer: str):
    assert impossible.judge(Exchange(task, given, answer)) is None


def test_a_picture_told_of_earlier_in_a_conversation_is_there():
    earlier = "The picture shows a red house."
    assert impossible.judge(Exchange("What is in this picture?", "", "A house.", earlier)) is None


@pytest.mark.parametrize(
    "task, answer, reason",
    [
        ("How many?", "There are 12 x 13 = 146 eggs.", "12 x 13 is 156, not 146 eggs"),
        ("How many?", "So 48/2 = <<48/2=25>>25 are left.", "48/2 is 24, not 25"),
        ("What is 20% of 50?", "It is 11.", "20% of 50 is 10, not 11"),
        ("Calculate 3 + 2 x 5.", "25", "3 + 2 x 5 is 13, not 25"),
        ("Subtract 4 from 10", "7", "10 - 4 is 6, not 7"),
        ("Total?", "$1,200 + $300 = $1,600", "$1,200 + $300 is 1,500, not $1,600"),
    ],
)
def test_arithmetic_that_does_not_hold_is_told_with_the_right_result(task: str, answer: str, reason: str):
    flaw = arithmetic.judge(Exchange(task, "", answer))
    assert flaw and flaw.reason == reason


@pytest.mark.parametrize(
    "task, answer",
    [
        ("How many?", "48/2 = <<48/2=24>>24 clips"),
        ("Rate?", "45/60 = 75%, and 1/3 = 0.33; 10 / 3 = 3 remainder 1"),
        ("Chain?", "10 - 3 = 7 * 2 = 14"),
        ("Solve 3x + 2 = 11", "3x + 2 = 11, so x = (11 - 2) / 3 = 3"),
        ("Price?", "100 + 10% = 110, 20% + 30% = 50% and 2.50 x 2 = 5"),
        ("Convert.", "20 inches * 2.54 centimeters/inch = 50.8 centimeters"),
        ("Add 101 and 11 in binary.", "101 + 11 = 1000"),
        ("What is 7 x 8?", "7 x 8 is 56."),
        ("When was it?", "In 2020-05-14 = day 135; x = 5 - 3y = 2"),
        ("Divide 10 by 4", "2.5"),
        ("Divide 7 by 2", "3 R 1"),
        ("Code?", "if a + 1 == 3 or 1 + 1 != 3: i = 2 + 2"),
        ("How many?", "half of 28 / 1/2 = 56"),
        ("Cents?", "192 cents * 100 = 19200"),
    ],
)
def test_arithmetic_that_holds_in_some_reading_stays(task: str, answer: str):
    assert arithmetic.judge(Exchange(task, "", answer)) is None


def test_no_text_keeps_the_calculator_busy():
    for text in ("9^9^9^9 = 1", "(" * 5000 + "1 = 2", "1 + " * 400 + "1 = 2", "9" * 5000 + " + 1 = 2", "1/0 = 5"):
        assert arithmetic.judge(Exchange("What?", "", text)) is None or text.startswith("1 +")


@pytest.mark.parametrize(
    "task, given, answer",
    [
        ("Sort the list in alphabetical order.", "pear, fig, plum", "pear, fig, plum"),
        ("Put the numbers in descending order.", "3, 10, 2", "10, 2, 3"),
        ("Sort the words of the sentence alphabetically.", "Find the largest number.", "Number the largest find."),
    ],
)
def test_an_answer_out_of_order_is_found(task: str, given: str, answer: str):
    assert order.judge(Exchange(task, given, answer))


@pytest.mark.parametrize(
    "task, given, answer",
    [
        ("Sort the list in alphabetical order.", "pear, fig, plum", "1. fig\n2. pear\n3. plum"),
        ("Sort the names by last name in alphabetical order.", "Al Zed, Bo Ash, Cy May", "Bo Ash, Cy May, Al Zed"),
        ("Put the numbers in ascending order.", "[3, 10, 2]", "[2, 3, 10]"),
        ("Sort in alphabetical order.", "The Sun, Moon, A Star", "Moon, A Star, The Sun"),
        ("Sort the list in alphabetical order.", "pear, fig", "fig, pear, plum"),
    ],
)
def test_an_answer_in_order_or_with_other_items_stays(task: str, given: str, answer: str):
    assert order.judge(Exchange(task, given, answer)) is None


@pytest.mark.parametrize(
    "task, given, answer, bad",
    [
        ("Make a plan for a trip to Rome.", "", "Make a plan for a trip to Rome", True),
        ("Paraphrase the sentence.", "The sky is very blue today.", "The sky is very blue today.", True),
        ("Correct the sentence if needed.", "The sky is very blue today.", "The sky is very blue today.", False),
        ("Repeat after me: the sky is blue", "", "Repeat after me: the sky is blue", False),
        ("Add commas.", "After tea we went home early", "After tea, we went home early", False),
    ],
)
def test_an_answer_that_adds_nothing_is_found(task: str, given: str, answer: str, bad: bool):
    assert (repeated.judge(Exchange(task, given, answer)) is not None) == bad


PROSE = "Bees live in groups and gather food. They carry pollen, which plants need. They sleep. In winter they"


@pytest.mark.parametrize(
    "answer, bad",
    [
        ("```python\nprint(1)", True),
        ("```python\nprint(1)\n```", False),
        ("Three things:\n1. Tea\n2. Milk\n3.", True),
        ("It is the symbol of a metal with the number of", True),
        (f"{PROSE} stay inside and keep each other warm while they eat what", True),
        (f"{PROSE} stay inside.", False),
        ("- To Kill a Mockingbird by Harper Lee\n- The Trial by Franz Kafka", False),
        ("Tea", False),
        ("select name from people where age > 3", False),
    ],
)
def test_an_answer_that_breaks_off_is_found(answer: str, bad: bool):
    assert (truncated.judge(Exchange("Tell me about it.", "", answer)) is not None) == bad


SPANISH = "Las abejas viven en grandes grupos y recogen su alimento de las flores durante el verano."
ENGLISH = "Bees live in large groups and gather their food from the flowers of the field in summer."


@pytest.mark.parametrize(
    "task, answer, bad",
    [
        ("Translate to Russian: good day", "good day, my friend", True),
        ("Translate to Russian: good day", "добрый день", False),
        ("Translate to Japanese in romaji: thank you", "arigatou gozaimasu", False),
        ("Write a sentence about bees in Spanish.", ENGLISH, True),
        ("Write a sentence about bees in Spanish.", SPANISH, False),
        ("Please tell me in one short sentence how the bees live and where they find their food.", SPANISH, True),
        ("Please tell me in one short sentence how the bees live and where they find their food.", ENGLISH, False),
        ("Which language is this and what does it say about the bees?", SPANISH, False),
    ],
)
def test_an_answer_in_another_language_than_asked_is_found(task: str, answer: str, bad: bool):
    assert (language.judge(Exchange(task, "", answer)) is not None) == bad


@pytest.mark.skipif(not Path("../shared/data/gsm8k/train.jsonl").exists(), reason="the public data is not here")
def test_right_arithmetic_is_left_alone_in_thousands_of_answers():
    lines = Path("../shared/data/gsm8k/train.jsonl").read_text().splitlines()[:3000:4]
    found = [arithmetic.judge(Exchange((row := json.loads(line))["question"], "", row["answer"])) for line in lines]
    assert sum(flaw is not None for flaw in found) <= 0.005 * len(lines)
