"""Messages that lean on what was said and done before them."""

from typing import Any

import pytest

from assistant.transcript import Done, Turn
from assistant.wishes import in_full
from store import Workspace
from tests.assistant.conftest import filled


def test_what_was_talked_about_last_is_it(two: Workspace) -> None:
    before = Turn("profile reviews_test", [Done("profile_dataset", {"dataset": "reviews_test"}, "1 row.", False)])
    assert filled(two, "show_history", "and what happened to it?", before) == {"dataset": "reviews_test"}
    assert filled(two, "show_history", "and the other one?", before) == {"dataset": "reviews"}
    assert filled(two, "show_history", "great, now the other, please", before) == {"dataset": "reviews"}


@pytest.mark.parametrize(
    ("wish", "leans"),
    [
        ("and for the other one?", True),
        ("no, the second", True),
        ("same for claims pls", True),
        ("what about claims", True),
        ("do that again but with 3 epochs", True),
        ("six rather than four", True),
        ("take ia3 instead", True),
        ("great, can I have that for claims too?", True),
        ("10 % please", True),
        ("hm, 4 epochs then", True),
        ("with seed 5 so I can repeat it", True),
        ("what if I only take one epoch", True),
        ("double the rank", True),
        ("I meant merged, sorry", True),
        ("but call it tickets", True),
        ("as chat messages instead, the trainer wants conversations", True),
        ("No, the other one: I was asking about claims.", True),
        ("and the newer one, what does it get?", True),
        ("no, that one is meant to be there", False),
        ("only the first ten rows, then show me the report", False),
        ("use the first 20 rows", False),
        ("and is it fair to women?", False),
        ("now split it", False),
        ("no thanks", False),
        ("try it", False),
    ],
)
def test_what_leans_on_the_message_before_is_read_after_it(wish: str, leans: bool) -> None:
    talk = [Turn("describe reviews"), Turn(wish)]
    assert in_full(talk) == (f"describe reviews {wish}" if leans else wish)
    assert in_full(talk[1:]) == wish


@pytest.mark.parametrize(
    ("wish", "gives", "arguments"),
    [
        ("do that again but with 3 epochs", {"epochs": 3}, {"technique": "dora", "dataset": "reviews", "epochs": 3}),
        ("and for reviews_test?", {}, {"technique": "dora", "dataset": "reviews_test", "epochs": 2}),
        ("plan one for reviews", {}, {"dataset": "reviews"}),
    ],
)
def test_a_difference_leaves_the_rest_of_a_call_as_it_was(
    two: Workspace, wish: str, gives: dict[str, Any], arguments: dict[str, Any]
) -> None:
    before = Done("plan_training", {"dataset": "reviews", "technique": "dora", "epochs": 2}, "The plan.", failed=False)
    assert filled(two, "plan_training", wish, Turn("plan dora for reviews, 2 epochs", [before]), **gives) == arguments


@pytest.mark.parametrize(("change", "rank"), [("double the rank", 16), ("halve the rank please", 4)])
def test_a_setting_that_was_said_is_doubled_or_halved(ws: Workspace, change: str, rank: int) -> None:
    before = Turn("train on reviews, rank 8", said="I would train with rank 8.")
    assert filled(ws, "start_training", change, before)["rank"] == rank


@pytest.mark.parametrize("wish", ["fine, then go", "ok start the training please", "Let's do it like that!"])
def test_what_was_planned_is_started_as_it_was_planned(two: Workspace, wish: str) -> None:
    planned = {"dataset": "reviews_test", "epochs": 2.0, "rank": 4}
    before = Turn("plan a training on reviews_test", [Done("plan_training", planned, "I would train.", False)])
    assert filled(two, "start_training", wish, before) == planned
    assert filled(two, "start_training", "train on reviews", before) == {"dataset": "reviews"}


def test_an_answer_to_a_question_is_read_after_what_was_asked_about() -> None:
    asked = Turn("split it", said="Which dataset do you mean: reviews or reviews_test?")
    assert in_full([asked, Turn("reviews_test please")]) == "split it reviews_test please"
    assert in_full([asked, Turn("what is a split")]) == "what is a split"


@pytest.mark.parametrize("asked", [{"text": "my parcel"}, {"row": 12}])
def test_what_an_answer_leaned_on_is_asked_of_the_last_text(ws: Workspace, asked: dict[str, Any]) -> None:
    before = Turn("try it", [Done("try_run", {"run": "run-1", **asked}, "Both say so.", False)])
    assert filled(ws, "explain_prediction", "which words led it there?", before) == asked
    assert filled(ws, "explain_prediction", "and for row 9?", before, row=9) == {"row": 9}


def test_what_an_answer_leaned_on_is_asked_of_the_text_that_was_quoted_last(ws: Workspace) -> None:
    before = Turn("what does it say to 'the lift is stuck'?", said="repair")
    assert filled(ws, "explain_prediction", "which words led it there?", before) == {"text": "the lift is stuck"}
    before = Turn("ask run-2: the heating is cold", said="repair")
    assert filled(ws, "try_run", "the same with the untuned model", before) == {"text": "the heating is cold"}


def test_a_column_that_only_one_has_does_not_outdo_what_is_pointed_at(ws: Workspace) -> None:
    with ws.approvals.typed("load_dataset", {}):
        ws.datasets.add("mails", "select 'a' as mail, 'b' as team", sentence="Loaded.", recipe={})
        ws.datasets.derive("reviews", "select *, 'train' as split from parent", sentence="Split.", recipe={})
    before = Turn("keep 20 % of reviews", [Done("split_dataset", {"dataset": "reviews", "test": 0.2}, "Done.", False)])
    assert filled(ws, "split_dataset", "the other one gets the same split", before)["dataset"] == "mails"


def test_a_change_is_not_a_dataset_that_is_pointed_at(two: Workspace) -> None:
    before = Turn("trim reviews, then drop its repeats", said="Both are done in reviews.")
    assert filled(two, "undo_change", "put the second one back", before)["dataset"] == "reviews"


def test_the_former_and_the_latter_are_the_two_named_last(two: Workspace) -> None:
    before = Turn("which is larger, reviews_test or reviews?", said="reviews has 3 rows, reviews_test 1.")
    assert filled(two, "start_training", "train on the former", before) == {"dataset": "reviews_test"}
    assert filled(two, "start_training", "train on the latter", before) == {"dataset": "reviews"}


def test_what_was_said_before_is_read_where_no_call_was_made(two: Workspace) -> None:
    before = Turn("look for e-mail addresses in reviews", said="Which of them?")
    found = filled(two, "propose_fixes", "same for reviews_test", before)
    assert found == {"dataset": "reviews_test", "kinds": ["email_addresses"]}


def test_a_bare_number_is_what_was_asked_for(ws: Workspace) -> None:
    before = Turn("train with batches of 8", said="The memory was used up. Which batch_size shall I take?")
    assert filled(ws, "start_training", "ok 4 then", before) == {"dataset": "reviews", "batch_size": 4}


def test_the_word_for_what_is_done_is_no_column(two: Workspace) -> None:
    with two.approvals.typed("load_dataset", {}):
        two.datasets.add("older", "select 'fine' as text, 'train' as split", sentence="Loaded.", recipe={})
    before = Turn("split reviews", [Done("split_dataset", {"dataset": "reviews", "test": 0.4}, "Split.", False)])
    found = filled(two, "split_dataset", "reviews_test gets the same split", before)
    assert found == {"dataset": "reviews_test", "test": 0.4}
