"""Several wishes in one message: a plan that is shown, pauses, changes in words and survives a restart."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from assistant.conversation import Conversation
from assistant.events import Asks, Called, Ended, Event, Finished, Planned, Said, Suggests
from assistant.plan import made
from assistant.wishes import split_up
from store import Workspace
from tests.assistant.test_turn import only, talk
from tests.scripted_model import ScriptedBrain
from tests.tiny_run import add_tickets

CLEAN_AND_TELL = "drop the repeated rows, show the history and tell me where we are"


def called(events: Iterable[Event]) -> list[str]:
    return [event.tool for event in events if isinstance(event, Called)]


def shown(events: Iterable[Event]) -> list[tuple[str, str]]:
    """The tools and states of the plan as it was shown last."""
    *_, last = [event for event in events if isinstance(event, Planned)]
    return [(step["tool"], step["state"]) for step in last.steps]


@pytest.fixture
def paused(ws: Workspace) -> tuple[Conversation, ScriptedBrain]:
    """A plan of four steps whose second one asks for a yes."""
    conversation, brain = talk(ws, "propose_fixes", "show_history", "show_project")
    events = list(conversation.say(CLEAN_AND_TELL))
    assert called(events) == ["propose_fixes", "apply_fixes"]
    assert isinstance(events[-2], Asks)
    assert [tool for tool, _ in shown(events)] == ["propose_fixes", "apply_fixes", "show_history", "show_project"]
    assert [state for _, state in shown(events)] == ["done", "open", "open", "open"]
    return conversation, brain


@pytest.mark.parametrize(
    ("wish", "parts"),
    [
        ("load the file and split it", ["load the file", "split it"]),
        ("train for 2 epochs, then tell me how good it is", ["train for 2 epochs", "tell me how good it is"]),
        ("clean it and then split it", ["clean it", "split it"]),
        ("clean the rows with missing text and label", ["clean the rows with missing text and label"]),
        ("no, show me the history", ["no, show me the history"]),
        ("I uploaded faq.csv. Profile it; split it", ["I uploaded faq.csv", "Profile it", "split it"]),
        ("now split. 80 train, 20 test", ["now split. 80 train, 20 test"]),
        ("the split is not right, redo it with 20 %", ["the split is not right, redo it with 20 %"]),
        ("I uploaded faq.csv. Load it.", ["I uploaded faq.csv. Load it"]),
        ("Let's be quick: load it, check it and clean it", ["Let's be quick: load it", "check it", "clean it"]),
        ("hey! could you load it, split it", ["hey! could you load it", "split it"]),
        ("ok so first clean it, then train", ["ok so first clean it", "train"]),
        ("Use this instruction: You are kind. Name it.", ["Use this instruction: You are kind. Name it"]),
        ("compare run 1 and run 2, on 50 rows", ["compare run 1 and run 2, on 50 rows"]),
        ("load it, once that is done profile it", ["load it", "profile it"]),
        ("is it over? after you told me so start anew", ["is it over", "after you told me so start anew"]),
        ("a short overview of claims; then mask the names", ["a short overview of claims", "mask the names"]),
        ("load load.pdf, split.docx and undo.csv.gz", ["load load.pdf, split.docx and undo.csv.gz"]),
        ("oh sorry, bills.csv is the one I meant. take that", ["oh sorry, bills.csv is the one I meant. take that"]),
        ("Run-3 is slow, but go on: train a rival", ["Run-3 is slow, but go on: train a rival"]),
        ("split it, and see that both halves are alike", ["split it, and see that both halves are alike"]),
        ("profile it first; next I'd like a histogram", ["profile it first", "next I'd like a histogram"]),
        ("tell me: what is a seed, exactly", ["tell me: what is a seed, exactly"]),
        ("try this: 'stop it, then go and load the boxes'", ["try this: 'stop it, then go and load the boxes'"]),
    ],
)
def test_a_message_is_split_where_a_wish_begins(wish: str, parts: list[str]) -> None:
    assert split_up(wish) == parts


def test_one_wish_makes_no_plan(ws: Workspace) -> None:
    conversation, _ = talk(ws, "show_history")
    assert not [event for event in conversation.say("show the history of the reviews") if isinstance(event, Planned)]


def test_after_the_yes_the_plan_goes_on_to_its_end(paused: tuple[Conversation, ScriptedBrain], ws: Workspace) -> None:
    conversation, brain = paused
    events = list(conversation.say("yes"))
    assert called(events) == ["show_history", "show_project"]
    assert {state for _, state in shown(events)} == {"done"}
    assert ws.datasets.head("reviews").rows == 2
    assert brain.script == []


def test_a_step_is_left_out_in_words(paused: tuple[Conversation, ScriptedBrain], ws: Workspace) -> None:
    conversation, _ = paused
    events = list(conversation.say("no"))
    assert "show the history" in only(events, Said).text
    assert ws.datasets.head("reviews").rows == 3
    events = list(conversation.say("skip the history"))
    assert called(events) == ["show_project"]
    assert [state for _, state in shown(events)] == ["done", "skipped", "skipped", "done"]


def test_the_rest_is_dropped_in_words(paused: tuple[Conversation, ScriptedBrain]) -> None:
    conversation, _ = paused
    list(conversation.say("no"))
    events = list(conversation.say("forget the rest"))
    assert called(events) == []
    assert "dropped the rest of the plan" in only(events, Said).text
    assert [state for _, state in shown(events)] == ["done", "skipped", "skipped", "skipped"]


def test_a_question_in_between_keeps_the_plan(paused: tuple[Conversation, ScriptedBrain]) -> None:
    conversation, brain = paused
    list(conversation.say("no"))
    brain.script[:0] = ["answer", "It holds three reviews."]
    events = list(conversation.say("what is in there again?"))
    assert only(events, Suggests).asks[0] == "go on with the plan"
    assert called(conversation.say("go on")) == ["show_history", "show_project"]


def test_a_plan_survives_a_restart(paused: tuple[Conversation, ScriptedBrain], ws: Workspace) -> None:
    again, _ = talk(ws)
    assert again.pending()
    assert called(again.say("yes")) == ["show_history", "show_project"]


def test_a_step_that_fails_stops_the_plan_and_can_be_tried_again(empty: Workspace, tmp_path: Path) -> None:
    conversation, _ = talk(empty, "load_dataset", "show_project")
    events = list(conversation.say("load late.csv and show me where we are"))
    assert only(events, Finished).failed
    assert "The plan stops at “load late.csv”" in only(events, Said).text
    (tmp_path / "late.csv").write_text("text,label\ngood,1\nbad,0\n")
    events = list(conversation.say("try again"))
    assert called(events) == ["load_dataset"]
    assert called(conversation.say("yes")) == ["show_project"]


def test_each_of_two_datasets_gets_its_own_step(ws: Workspace) -> None:
    add_tickets(ws)
    conversation, _ = talk(ws, "show_history", "show_history")
    events = list(conversation.say("show the history of both"))
    assert [event.arguments for event in events if isinstance(event, Called)] == [
        {"dataset": "reviews"},
        {"dataset": "tickets"},
    ]


def test_what_needs_the_model_waits_until_the_training_has_ended(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.runs.WORKER", "tests.store.counting")
    with ws.approvals.typed("start_training", {}):
        run = ws.runs.start("reviews", 1, {"to": 10_000, "seconds": 0.05})
    conversation, _ = talk(ws, "show_history", "evaluate_run", {})
    events = list(conversation.say("show the history and evaluate the run"))
    assert called(events) == ["show_history"]
    assert only(events, Said).text == "The plan goes on when run-1 has ended."
    assert conversation.waits_for == "run-1"
    assert list(conversation.carry_on()) == []
    ws.jobs.stop(run.job.id)
    while ws.runs.get("run-1").job.live:
        pass
    events = list(conversation.carry_on())
    assert called(events) == ["evaluate_run"]
    assert conversation.waits_for == ""
    assert isinstance(events[-1], Ended)


def test_what_is_told_of_ones_work_before_a_goal_is_no_wish(empty: Workspace) -> None:
    tools = {"We drown in mail over here": "propose_fixes"}
    wish = "We drown in mail over here. I would love a model that drafts an answer to every mail."
    assert made(wish, empty, lambda part: tools.get(part, "set_goal")) == []


@pytest.mark.parametrize(
    ("wish", "tools"),
    [
        ("I keep the books of a bakery. Show the history, then split it", ["show_history", "split_dataset"]),
        ("go on then, show the history and split it", ["show_history", "split_dataset"]),
        ("load bills.csv and call it invoices, then split it", ["load_dataset", "split_dataset"]),
    ],
)
def test_what_asks_for_nothing_of_its_own_is_no_step(ws: Workspace, wish: str, tools: list[str]) -> None:
    words = {"load": "load_dataset", "call": "set_goal", "history": "show_history", "split": "split_dataset"}
    steps = made(wish, ws, lambda part: next((tool for word, tool in words.items() if word in part), "answer"))
    assert [step["tool"] for step in steps] == tools


def test_both_of_them_are_named_in_their_steps(ws: Workspace) -> None:
    add_tickets(ws)
    steps = made("describe both of them", ws, lambda part: "profile_dataset")
    assert [step["wish"] for step in steps] == ["describe reviews", "describe tickets"]


def test_both_of_two_runs_are_for_one_call(ws: Workspace) -> None:
    add_tickets(ws)
    wish = "which run is better, same rows for both, then show the history of reviews"
    steps = made(wish, ws, lambda part: "show_history" if "history" in part else "compare_runs")
    assert [step["tool"] for step in steps] == ["compare_runs", "show_history"]


@pytest.mark.parametrize(
    ("wish", "mends"), [("find what is broken and clean that up", True), ("list whatever needs repair", False)]
)
def test_only_who_wants_it_clean_gets_it_cleaned(ws: Workspace, wish: str, mends: bool) -> None:
    steps = made(f"show the history, {wish}", ws, lambda part: "show_history" if "history" in part else "propose_fixes")
    assert ("apply_fixes" in [step["tool"] for step in steps]) is mends
