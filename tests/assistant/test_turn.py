"""Whole turns: a scripted brain, everything else real."""

import threading
from collections.abc import Iterable
from pathlib import Path

import pytest

from assistant.answer import ELSEWHERE
from assistant.background import Background
from assistant.conversation import Conversation
from assistant.events import Answered, Asks, Broke, Called, Ended, Event, Finished, Heard, Said, Suggests, from_json
from store import Busy, Narrowing, Workspace
from tests.scripted_model import Reply, ScriptedBrain
from tools import TOOLS

FIND = "look for repeated rows in reviews"


def talk(ws: Workspace, *script: Reply) -> tuple[Conversation, ScriptedBrain]:
    brain = ScriptedBrain(*script)
    return Conversation(ws, brain, ws.conversations.current().id), brain


def kinds(events: Iterable[Event]) -> list[type[Event]]:
    return [type(event) for event in events]


def only(events: Iterable[Event], kind: type[Event]) -> Event:
    (found,) = [event for event in events if isinstance(event, kind)]
    return found


@pytest.fixture
def found(ws: Workspace) -> Workspace:
    """Three reviews, and open fixes for them."""
    conversation, _ = talk(ws, "propose_fixes")
    list(conversation.say("what is wrong with reviews"))
    assert ws.fixes.all(state="open")
    return ws


def test_reading_needs_no_leave(ws: Workspace) -> None:
    conversation, _ = talk(ws, "show_history")
    events = list(conversation.say("what happened to it?"))
    assert kinds(events) == [Heard, Called, Finished, Ended]
    assert events[2].text == "reviews is at version 1. 1. Loaded 3 rows from reviews.csv."
    assert not events[2].failed


def test_every_event_is_in_the_log_and_reads_back_the_same(ws: Workspace) -> None:
    conversation, _ = talk(ws, "show_history")
    events = list(conversation.say("what happened to it?"))
    logged = [from_json(one.event) for one in ws.conversations.since(conversation.thread_id)]
    assert [event.as_json()["event"] for event in logged] == ["heard", "called", "finished", "ended"]
    assert kinds(logged) == kinds(events)


def test_the_first_words_name_the_conversation(ws: Workspace) -> None:
    conversation, _ = talk(ws, "show_history")
    list(conversation.say("what happened  to it?"))
    assert ws.conversations.current().title == "what happened to it?"


def test_writing_waits_for_a_yes_and_survives_a_restart(found: Workspace) -> None:
    conversation, _ = talk(found, "apply_fixes")
    events = list(conversation.say("apply them"))
    assert kinds(events) == [Heard, Called, Asks, Ended]
    assert found.datasets.head("reviews").number == 1
    with Workspace(found.home) as again:
        conversation, _ = talk(again)
        assert [one.tool for one in conversation.pending()] == ["apply_fixes"]
        events = list(conversation.say("Yes, please!"))
        assert kinds(events) == [Heard, Answered, Finished, Suggests, Ended]
        assert again.datasets.head("reviews").number > 1
        assert conversation.pending() == []


def test_declined_words_reach_the_assistant_as_the_next_wish(found: Workspace) -> None:
    conversation, brain = talk(found, "apply_fixes", "apply_fixes", {"kinds": ["conflicting_labels"]}, "show_history")
    asked = only(list(conversation.say("apply them")), Asks)
    events = list(conversation.say("no, show me the history first"))
    assert kinds(events)[:2] == [Heard, Answered]
    assert (events[1].answer, events[1].note) == ("no", "no, show me the history first")
    assert "no, show me the history first" in brain.heard[1][-1]["content"]
    assert found.approvals.get(asked.approval).state == "no"
    assert found.approvals.get(asked.approval).note == "no, show me the history first"
    assert found.datasets.head("reviews").number == 1


@pytest.mark.parametrize("words", ["no", "No thanks.", "don't", "cancel that please"])
def test_a_plain_no_is_not_thought_about(found: Workspace, words: str) -> None:
    conversation, _ = talk(found, "apply_fixes")
    list(conversation.say("apply them"))
    events = list(conversation.say(words))
    assert kinds(events) == [Heard, Answered, Said, Ended]
    assert events[2].text == "All right, I left that. Nothing was changed."


def test_the_user_may_approve_some(found: Workspace) -> None:
    first, *_ = found.fixes.all(state="open")
    conversation, _ = talk(found, "apply_fixes")
    asked = only(list(conversation.say("apply them")), Asks)
    events = list(conversation.answer(asked.approval, "yes", arguments={**asked.arguments, "fixes": [first.id]}))
    assert only(events, Finished).failed is False
    assert found.fixes.get(first.id).state == "applied"
    states = [found.approvals.get(asked.approval + step).state for step in (0, 1)]
    assert states == ["no", "spent"]


def test_a_wrong_edit_leaves_the_question_open(found: Workspace) -> None:
    conversation, _ = talk(found, "apply_fixes")
    asked = only(list(conversation.say("apply them")), Asks)
    events = list(conversation.answer(asked.approval, "yes", arguments={"fixes": ["fix-99"]}))
    assert "no fix named 'fix-99'" in only(events, Said).text
    assert [one.id for one in conversation.pending()] == [asked.approval]


def test_a_second_click_changes_nothing(found: Workspace) -> None:
    conversation, _ = talk(found, "apply_fixes")
    asked = only(list(conversation.say("apply them")), Asks)
    list(conversation.answer(asked.approval, "yes"))
    number = found.datasets.head("reviews").number
    events = list(conversation.answer(asked.approval, "yes"))
    assert events[0].text == "That question is no longer open. Nothing was changed."
    assert found.datasets.head("reviews").number == number


def test_what_changed_since_the_card_was_shown_is_asked_about_again(found: Workspace) -> None:
    conversation, _ = talk(found, "apply_fixes")
    asked = only(list(conversation.say("apply all fixes to reviews")), Asks)
    with found.approvals.typed("other", {}):
        found.datasets.derive("reviews", "from parent", sentence="Touched.", recipe={})
    events = list(conversation.answer(asked.approval, "yes"))
    assert kinds(events) == [Answered, Finished, Called, Asks, Ended]
    assert "has changed since you saw it" in events[1].text
    assert events[3].approval != asked.approval
    assert found.datasets.history("reviews")[-1].sentence == "Touched."
    list(conversation.say("yes"))
    assert found.datasets.history("reviews")[-1].sentence != "Touched."


def test_a_yes_in_words_after_rows_were_marked_is_asked_for_again_with_what_was_marked(found: Workspace) -> None:
    with found.approvals.typed("load_dataset", {}):
        more = "from parent union all by name select 4 as _row, 'good' as text, 1 as label"
        found.datasets.derive("reviews", more, sentence="x", recipe={})
    TOOLS["propose_fixes"].run(found, {"dataset": "reviews"})
    (fix,) = found.fixes.all(state="open")
    conversation, _ = talk(found, "apply_fixes")
    asked = only(list(conversation.say("apply all fixes to reviews")), Asks)
    found.fixes.draft(fix.id, Narrowing(without_rows=(3,)))
    events = list(conversation.say("yes"))
    again = only(events, Asks)
    assert again.approval != asked.approval and found.fixes.get(fix.id).state == "open"
    assert f"These stay as they are: 1 row of {fix.id} as you marked them." in again.preview["text"]
    list(conversation.say("yes"))
    assert found.datasets.head("reviews").rows == 3
    assert [one.state for one in found.fixes.all()][-2:] == ["declined", "applied"]


def test_an_answer_keeps_only_figures_that_were_shown(ws: Workspace) -> None:
    said = "reviews has 3 rows. A rank of 77777 is common. More rows would help."
    conversation, _ = talk(ws, "Hello.", "answer", said)
    list(conversation.say("hello"))
    events = list(conversation.say("is that good?"))
    assert only(events, Said).text == "reviews has 3 rows. More rows would help."


def test_a_choice_that_is_said_again_is_no_answer(ws: Workspace) -> None:
    conversation, _ = talk(ws, "answer", '{"tool": "answer"}')
    said = only(list(conversation.say("hello there")), Said)
    assert (said.text, said.sources) == ("I do not know that, and I would rather not guess.", [])


def test_a_concept_is_told_in_the_handbooks_own_words(ws: Workspace) -> None:
    conversation, brain = talk(ws, "answer")
    said = only(list(conversation.say("what is LoRA?")), Said)
    assert "LoRA" in said.sources
    assert "Low-Rank Adaptation" in said.text
    assert not brain.heard


def test_what_the_handbook_is_silent_about_is_not_guessed(ws: Workspace) -> None:
    conversation, _ = talk(ws, "answer")
    said = only(list(conversation.say("what is the capital of Mongolia?")), Said)
    assert (said.text, said.sources) == (ELSEWHERE, [])


def test_asking_back_offers_what_may_have_been_meant(ws: Workspace) -> None:
    conversation, _ = talk(ws, "ask")
    events = list(conversation.say("history project thing"))
    assert only(events, Suggests).asks
    assert only(events, Said).text.endswith("?")


def test_a_tool_that_cannot_run_yet_is_answered_with_what_to_do(empty: Workspace) -> None:
    conversation, _ = talk(empty, "show_history")
    said = only(list(conversation.say("history please")), Said)
    assert said.text == "There is no dataset yet. Upload a file, or tell me where one is."


def test_a_file_that_is_not_there_becomes_words(empty: Workspace) -> None:
    conversation, _ = talk(empty, "load_dataset")
    events = list(conversation.say("load nothing_here.csv"))
    assert only(events, Finished).failed
    assert "nothing_here.csv" in only(events, Finished).text


def test_a_bug_is_reported_once_and_the_conversation_goes_on(ws: Workspace, caplog: pytest.LogCaptureFixture) -> None:
    def bug(_: object) -> str:
        raise ZeroDivisionError

    conversation, brain = talk(ws, bug, "show_history")
    events = list(conversation.say("history"))
    assert kinds(events) == [Heard, Broke, Ended]
    assert events[1].reference in caplog.text
    assert not conversation.unfinished
    assert only(list(conversation.say("history")), Finished).failed is False


def test_stop_ends_an_answer_in_the_middle(ws: Workspace) -> None:
    def stopped(_: object) -> str:
        conversation.stop()
        return "One is here. Two is here. Three is here."

    conversation, _ = talk(ws, "answer", stopped)
    events = list(conversation.say("talk to me"))
    assert "Three" not in only(events, Said).text
    assert kinds(events)[-1] is Ended


def test_stop_while_deciding_calls_nothing(ws: Workspace) -> None:
    def stopped(_: object) -> str:
        conversation.stop()
        return "show_history"

    conversation, _ = talk(ws, stopped, "show_history")
    assert only(list(conversation.say("history")), Said).text == "Stopped."
    assert kinds(conversation.say("history")) == [Heard, Called, Finished, Ended]


def test_one_turn_at_a_time(ws: Workspace) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(_: object) -> str:
        begun.set()
        assert go_on.wait(10)
        return "show_history"

    conversation, _ = talk(ws, slow)
    background = Background()
    background.say(conversation, "history")
    assert begun.wait(10)
    assert background.running(conversation.thread_id)
    with pytest.raises(Busy):
        background.say(conversation, "and again")
    other, _ = talk(ws)
    assert "still busy" in only(list(other.say("hello?")), Said).text
    go_on.set()
    background.wait(conversation.thread_id, 10)
    assert not background.running(conversation.thread_id)
    assert [one.event["event"] for one in ws.conversations.since(conversation.thread_id)][-1] == "ended"


def test_conversations_of_two_projects_do_not_meet(ws: Workspace, tmp_path: Path) -> None:
    conversation, _ = talk(ws, "show_history")
    list(conversation.say("history"))
    with Workspace(ws.home, "other") as other:
        second, brain = talk(other, "answer", "Hello.")
        list(second.say("hi"))
        assert "reviews" not in brain.heard[0][0]["content"]


def test_the_fortieth_turn_tells_the_model_no_more_than_the_fifth(ws: Workspace) -> None:
    conversation, brain = talk(ws, *["show_history"] * 40)
    for _ in range(40):
        list(conversation.say("what happened to the reviews until now, in short"))
    told = [sum(len(message["content"]) for message in messages) for messages in brain.heard]
    assert len(told) == 40
    assert told[-1] == told[5]


def test_a_query_that_was_mended_is_the_one_that_is_remembered(ws: Workspace) -> None:
    right = "select label, count(*) from reviews group by all"
    script = ["query_dataset", {"sql": "select top 1 label from reviews"}, "query_dataset", {"sql": right}]
    conversation, brain = talk(ws, *script)
    shown = only(conversation.say("which label comes first in reviews?"), Finished)
    assert "SELECT label FROM reviews LIMIT 1" in shown.text
    list(conversation.say("and how many rows has each label?"))
    told = "".join(message["content"] for message in brain.heard[-1])
    assert "SELECT label FROM reviews LIMIT 1" in told and "select top 1" not in told
