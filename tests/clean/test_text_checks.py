"""Checks of what a text says and how it looks: odd, foreign, abusive, marked up, cut off or too long."""

import pytest

from store import Workspace
from tests.clean.conftest import Make
from tests.clean.test_checks import dropped, proposed
from tests.clean.test_label_errors import tickets
from tools import TOOLS
from tools.clean._checks.markup_noise import without_markup
from tools.clean._toxic import TOXIC, score

FOREIGN = [
    "Guten Tag, mein Paket ist leider immer noch nicht angekommen",
    "Bonjour, je n'arrive plus à me connecter à mon compte depuis hier",
    "Здравствуйте, я не могу войти в свою учетную запись",
    "こんにちは、荷物がまだ届いていません",
]
ODD = [
    "qwpoeiru zmxncbv alskdjf qpwoeir tyghbn vbnmcx",
    "83920 11827 00912 77364 55120 99183 22736 01928",
    "$$%^&*(( ))__++ ==<<>> ||~~ @@## !!?? //..",
]


def test_a_few_rows_in_another_language_are_named(empty: Workspace, make: Make):
    rows = [*tickets()[:60], *((text, "login") for text in FOREIGN)]
    make("rows_", rows)
    assert dropped(empty, "rows_", "wrong_language") == [61, 62, 63, 64]
    result = TOOLS["propose_fixes"].run(empty, {"dataset": "rows_", "kinds": ["wrong_language"]})
    assert [where.split(", ")[1] for where, _, _ in result.changes[0].rows] == ["in German", "in French", "in Russian"]


def test_a_dataset_of_two_languages_is_left_alone(empty: Workspace, make: Make):
    german = [(f"{FOREIGN[0]}, sagt Kunde Nummer {n}", "a") for n in range(20)]
    make("rows_", [*tickets()[:60], *german])
    assert dropped(empty, "rows_", "wrong_language") == []


def test_short_texts_names_and_what_is_to_be_translated_are_no_other_language(empty: Workspace, make: Make):
    fine = ["merci beaucoup", "Mörfelden-Walldorf", "Quercus robur, Fagus sylvatica, Betula pendula"]
    fine += ['Translate to English: "Où sont les toilettes, s\'il vous plaît ?"', "`für jede Zeile in der Datei` fails"]
    make("rows_", [*tickets()[:60], *((text, "a") for text in fine)])
    assert dropped(empty, "rows_", "wrong_language") == []


@pytest.mark.parametrize(
    "text",
    [
        "You are such a pathetic idiot.",
        "f*ck you",
        "go kill yourself",
        "All immigrants are criminals",
        "what a $h!thead bitch",
    ],
)
def test_abuse_counts_as_toxic(text: str):
    assert score(text)[0] >= TOXIC


@pytest.mark.parametrize(
    "text",
    [
        "What are the signs of breast cancer and of an anal fissure?",
        "Does a skin prick test hurt? Is growth retardation inherited?",
        "My dog's name is Dick and the cock crows at five.",
        "Damn, that was a great match!",
        "Kill the process with signal 9 and shoot me a mail.",
        "The Nazis murdered six million Jews.",
        "You are a bot, are you not?",
        "Take out the trash, then dump the garbage collector's heap.",
        "Scunthorpe, Essex, class assessment, C# and C++",
    ],
)
def test_what_only_looks_like_abuse_stays(text: str):
    assert score(text)[0] < TOXIC


def test_toxic_rows_say_why(empty: Workspace, make: Make):
    make("pairs", [("hi", "hello"), ("hi", "Shut your mouth, you stupid moron")], "prompt, completion")
    assert dropped(empty, "pairs", "toxic_text") == [2]
    result = TOOLS["propose_fixes"].run(empty, {"dataset": "pairs", "kinds": ["toxic_text"]})
    assert "an insult (you stupid moron)" in result.changes[0].rows[0][0]


@pytest.mark.parametrize(
    "text, plain",
    [
        ("<p>Fish &amp; chips</p><br/>at <b>noon</b>", "Fish & chips\nat noon"),
        ("30 m<sup>2</sup> of H<sub>2</sub>O", "30 m² of H₂O"),
        ("See https://shop.example/a?id=3&utm_source=mail&fbclid=x now", "See https://shop.example/a?id=3 now"),
        ("so gooooooooood!!!!!!!!", "so gooood!!!".replace("oooo", "ooo")),
        ("Thanks\nSent from my iPhone", "Thanks"),
        ("snake\\_case and \\*stars\\*", "snake_case and *stars*"),
        ("abc\u202edef\u2066", "abcdef"),
        ("a ![logo](http://x.example/l.png) of a shop that we like", "a logo of a shop that we like"),
        ("<script>var a = 1;</script>The text itself is here", "The text itself is here"),
        ("cut off here https://t…", "cut off here"),
    ],
)
def test_markup_and_leftovers_are_taken_out(text: str, plain: str):
    assert without_markup(text) == plain
    assert without_markup(plain) == plain


@pytest.mark.parametrize(
    "text",
    [
        "What does the <b> tag of HTML do?",
        "if a < b && c > d: use `x &amp; y`",
        "```html\n<p>Fish &amp; chips</p>\n```",
        "<!DOCTYPE html>\n<html><body><p>hi</p></body></html>",
        "for (int i = 0; i < n; i++) {\n  sum += a[i];\n}",
        "<b></b>",
        "1 < 2 and <name> is a placeholder",
        "$\\alpha\\_1$ and \\(x\\)",
        "שלום\u200f עולם",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "1000000000 and ------- and ______",
        "AT&T, R&D; Q&A",
    ],
)
def test_code_and_talk_of_markup_stay(text: str):
    assert without_markup(text) == text


def test_odd_texts_are_dropped_with_a_reason(empty: Workspace, make: Make):
    make("few", [*tickets()[:200], *((text, "login") for text in ODD)])
    assert dropped(empty, "few", "outliers") == [202, 203]  # the first one may be about something rare
    many = [*tickets(), *((f"{text} today", label) for text, label in tickets())]
    make("rows_", [*many, *((text, "login") for text in ODD)])
    assert dropped(empty, "rows_", "outliers") == [721, 722, 723]
    result = TOOLS["propose_fixes"].run(empty, {"dataset": "rows_", "kinds": ["outliers"]})
    assert [where.split(", ", 1)[1] for where, _, _ in result.changes[0].rows][0].startswith("shares next to nothing")


def test_too_few_rows_have_no_outliers(empty: Workspace, make: Make):
    make("rows_", [("one", "a"), *((text, "a") for text in ODD)])
    text = TOOLS["propose_fixes"].run(empty, {"dataset": "rows_", "kinds": ["outliers"]}).text
    assert "outliers (it takes 100 texts" in text


def test_texts_cut_at_a_fixed_length_are_found(empty: Workspace, make: Make):
    whole = [f"{' '.join(['The story goes on and on'] * (1 + n % 5))} number {n}." for n in range(60)]
    long = [f"{' '.join(['A tale of another kind'] * 20)} {n}"[:180] for n in range(8)]
    make("rows_", [(text, "a") for text in [*whole, *long]])
    assert dropped(empty, "rows_", "truncated_text") == list(range(61, 69))


def test_where_few_texts_end_in_a_full_stop_none_is_cut_off(empty: Workspace, make: Make):
    whole = [f"{' '.join(['the story goes on and on'] * (1 + n % 5))} number {n}" for n in range(60)]
    long = [f"{' '.join(['a tale of another kind'] * 20)} {n}"[:180] for n in range(8)]
    make("rows_", [(text, "a") for text in [*whole, *long]])
    assert dropped(empty, "rows_", "truncated_text") == []


def test_a_text_far_longer_than_the_rest_is_told_in_tokens(empty: Workspace, make: Make):
    make("rows_", [*((f"a short text {n}", "a") for n in range(120)), ("word " * 4000, "a")])
    assert dropped(empty, "rows_", "overlong_text") == [121]
    result = TOOLS["propose_fixes"].run(empty, {"dataset": "rows_", "kinds": ["overlong_text"]})
    assert "20,000 characters (about 5,000 tokens), while 99 of 100 have at most 16" in result.changes[0].rows[0][0]


def test_messages_are_judged_by_their_contents(empty: Workspace):
    turns = "[{'role': 'user', 'content': text}, {'role': 'assistant', 'content': 'you stupid moron, shut up'}]"
    with empty.approvals.typed("load_dataset", {}):
        empty.datasets.add(
            "chats",
            f"select {turns} as messages from (values ('hi')) t(text)",
            sentence="x",
            recipe={},
            roles={"messages": "messages"},
        )
    assert list(proposed(empty, "chats", "toxic_text").values()) == [("drop", None)]
