"""Which fixes are meant, in the many ways of saying it."""

import pytest

from assistant.mentions import Mentions
from assistant.parts import plain
from assistant.transcript import Turn
from assistant.which_fixes import agreed, all_wanted, decided, meant, of_kinds, proposed
from store import Workspace
from tools import TOOLS

FIXES = {
    "fix-1": "conflicting_labels",
    "fix-2": "email_addresses",
    "fix-3": "exact_duplicates",
    "fix-4": "missing_text",
    "fix-5": "stray_whitespace",
}


@pytest.mark.parametrize(
    ("wish", "numbers"),
    [
        ("apply fix-2", "2"),
        ("2 and 4 please", "24"),
        ("no, the fourth", "4"),
        ("the last two on your list can be done", "45"),
        ("the first two are not needed", "12"),
        ("all but the duplicates", "1245"),
        ("everything except the first one", "2345"),
        ("all of them apart from fix-3 and fix-5", "124"),
        ("do 2, 3 and 5 but not 1 and 4", "235"),
        ("all exept the spaces", "1234"),
        ("you may do the first one and the last one on the list", "15"),
        ("only the middle one for today", "3"),
        ("that last one is not needed", "5"),
        ("the final one can stay as it is", "5"),
        ("numbers two to four please", "234"),
        ("fixes 2-4", "234"),
        ("the two at the end are fine", "45"),
        ("the three at the top", "123"),
        ("the latter two, do both", "45"),
        ("apply everything", ""),
        ("throw out all rows without text", ""),
    ],
)
def test_the_fixes_that_a_message_singles_out(wish: str, numbers: str) -> None:
    assert meant(Mentions(wish), FIXES, [Turn(wish)]) == [f"fix-{number}" for number in numbers]


@pytest.mark.parametrize(
    ("wish", "numbers"),
    [("do both", "45"), ("that one you may do", "5"), ("leave it alone", "5"), ("and the e-mails?", ""), ("ok", "")],
)
def test_the_fixes_that_were_talked_about(wish: str, numbers: str) -> None:
    before = Turn("which touch the text?", said="fix-4 drops a row with no message, and fix-5 trims spaces.")
    assert meant(Mentions(wish), FIXES, [before, Turn(wish)]) == [f"fix-{number}" for number in numbers]


@pytest.mark.parametrize(
    ("wish", "open_already"),
    [
        ("get rid of the duplicates", True),
        ("yes, but only the duplicates", True),
        ("are there duplicates?", False),
        ("mask the phone numbers", False),
        ("clean it", False),
    ],
)
def test_what_was_found_already_need_not_be_looked_for(ws: Workspace, wish: str, open_already: bool) -> None:
    TOOLS["propose_fixes"].run(ws, {"dataset": "reviews", "kinds": ["exact_duplicates"]})
    assert proposed(wish, ws) is open_already


@pytest.mark.parametrize(
    ("wish", "yes"),
    [
        ("yes, but not for rows about Paris", True),
        ("okay, and leave row 4 as it is", True),
        ("okay to all but the third", True),
        ("fine, except fix-2", True),
        ("yes, but leave fix-2", False),
        ("no", False),
    ],
)
def test_a_yes_with_an_exception_is_a_yes(wish: str, yes: bool) -> None:
    assert agreed(wish) is yes


@pytest.mark.parametrize(
    ("wish", "wanted"),
    [
        ("mend all of that", True),
        ("clean these up please", True),
        ("check it for all of these", False),
        ("don't fix them", False),
        ("clean it", False),
    ],
)
def test_what_was_found_is_mended_as_a_whole(ws: Workspace, wish: str, wanted: bool) -> None:
    assert not all_wanted(wish, ws)
    TOOLS["propose_fixes"].run(ws, {"dataset": "reviews", "kinds": ["exact_duplicates"]})
    assert all_wanted(wish, ws) is wanted


@pytest.mark.parametrize(
    ("wish", "tool"),
    [
        ("1, please", "apply_fixes"),
        ("do fix-1 and leave row 3", "apply_fixes"),
        ("nr 1 no", "decline_fixes"),
        ("what is fix-1?", ""),
        ("thank you", ""),
    ],
)
def test_a_few_words_about_a_fix_decide_about_it(ws: Workspace, wish: str, tool: str) -> None:
    assert decided([Turn(wish)], ws) == ""
    TOOLS["propose_fixes"].run(ws, {"dataset": "reviews", "kinds": ["exact_duplicates"]})
    assert decided([Turn(wish)], ws) == tool


@pytest.mark.parametrize(
    ("wish", "numbers"),
    [
        ("Yes, but without fix-1.", "2345"),
        ("ok, except for the second", "1345"),
        ("drop the idea with the addresses", ""),
    ],
)
def test_a_yes_with_an_exception_is_to_the_rest_of_what_was_asked(wish: str, numbers: str) -> None:
    before = Turn("apply your fixes", said="Shall I apply fix-1, fix-2, fix-3, fix-4 and fix-5?")
    assert meant(Mentions(wish), FIXES, [before, Turn(wish)]) == [f"fix-{number}" for number in numbers]


@pytest.mark.parametrize(
    ("wish", "numbers"),
    [
        ("kick out the rows that contradict each other", "1"),
        ("the empty ones and the mails, mend these", "24"),
        ("what shall I say", ""),
    ],
)
def test_the_kinds_that_a_text_names_tell_the_fixes(wish: str, numbers: str) -> None:
    assert of_kinds(wish, FIXES) == [f"fix-{number}" for number in numbers]


@pytest.mark.parametrize(
    ("wish", "kinds"),
    [
        ("are there phone numbers in it", ["phone_numbers"]),
        ("mask the customer numbers", ["account_numbers"]),
        ("did customers complain on the phone", ["phone_numbers"]),
        ("what is broken in it", []),
        ("anything that names a person", ["person_names"]),
        ("answers that repeat the question", ["repeated_questions"]),
        ("any odd spaces", ["stray_whitespace"]),
        ("look for odd rows", ["outliers"]),
        ("rows with an empty text", ["missing_text"]),
        ("rows with an empty label", ["missing_label"]),
    ],
)
def test_a_word_that_may_be_said_of_anything_names_no_kind(wish: str, kinds: list[str]) -> None:
    part = plain(TOOLS["propose_fixes"].described["properties"]["kinds"], {})
    assert Mentions(wish).called(part["items"]["called"], []) == kinds
