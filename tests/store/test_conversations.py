"""Several conversations of a project: which is looked at, their names, and what is found in them."""

import pytest

from store import NotFound, StoreError, Workspace


def said(ws: Workspace, text: str, thread: str = "") -> str:
    """Say something in a thread, or in a new one."""
    id_ = thread or ws.conversations.new().id
    ws.conversations.append(id_, "turn", {"event": "heard", "text": text})
    return id_


def test_the_one_spoken_in_last_is_looked_at_unless_another_is_opened(empty: Workspace) -> None:
    first = said(empty, "one")
    second = said(empty, "two")
    said(empty, "again", first)
    assert empty.conversations.current().id == first
    assert empty.in_conversation(second).conversations.current().id == second
    assert empty.in_conversation("no such").conversations.current().id == first
    assert empty.conversations.current().id == first


def test_a_conversation_of_another_project_is_not_seen(empty: Workspace) -> None:
    mine = said(empty, "a secret about parcels")
    with Workspace(empty.home, "other") as other:
        assert other.in_conversation(mine).conversations.current().id != mine
        assert other.conversations.find("parcels") == []
        with pytest.raises(NotFound):
            other.conversations.name(mine, "taken over")


def test_words_are_found_without_regard_to_case_and_accents(empty: Workspace) -> None:
    said(empty, "nothing here")
    there = said(empty, "Where is the CAFÉ in Zürich, please?")
    (found,) = empty.conversations.find("zurich café")
    assert found.thread.id == there
    assert (found.before, found.what) == ("Where is the CAFÉ in ", "Zürich")


def test_words_are_found_in_any_script_and_in_parts(empty: Workspace) -> None:
    there = said(empty, "请把重复的行删掉")
    assert [one.thread.id for one in empty.conversations.find("重复")] == [there]
    assert empty.conversations.find("100%_") == []


def test_a_title_is_found_and_pieces_of_speech_are_not(empty: Workspace) -> None:
    id_ = said(empty, "hello")
    empty.conversations.name(id_, "  Refunds,\n second try ")
    empty.conversations.append(id_, "turn", {"event": "saying", "text": "half a wo"})
    assert [one.thread.title for one in empty.conversations.find("refunds")] == ["Refunds, second try"]
    assert empty.conversations.find("half a wo") == []
    assert empty.conversations.find("   ") == []


def test_a_conversation_is_not_left_without_a_name(empty: Workspace) -> None:
    with pytest.raises(StoreError, match="needs a name"):
        empty.conversations.name(said(empty, "hello"), "  ")


def test_a_plan_that_waits_is_known_whatever_is_looked_at(empty: Workspace) -> None:
    waits, goes = said(empty, "one"), said(empty, "two")
    for thread, run in ((waits, ""), (waits, "run-1"), (goes, "run-1"), (goes, "")):
        empty.conversations.append(thread, "turn", {"event": "planned", "id": "p", "steps": [], "waits_for": run})
    assert empty.conversations.waiting() == [waits]
