"""The questions of other programs, as a person answers them in a terminal."""

import pytest

from assistant.programs.questions import answer, list_open
from store import StoreError, Workspace
from tools import TOOLS


def asked(ws: Workspace) -> int:
    return TOOLS["set_goal"].ask(ws, {"description": "Sort tickets", "task": "classify"}, asked_by="a notebook").id


def test_what_waits_is_listed_shown_whole_and_answered(ws: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    number = asked(ws)
    list_open(ws)
    assert f"{number}. a notebook would set goal" in capsys.readouterr().out
    answer(ws, number, None, "")
    assert ws.approvals.get(number).state == "open"
    answer(ws, number, "yes", "")
    assert ws.approvals.get(number).state == "yes"
    list_open(ws)
    assert "No other program waits" in capsys.readouterr().out


def test_a_question_of_the_conversation_is_not_answered_here(ws: Workspace) -> None:
    number = TOOLS["set_goal"].ask(ws, {"description": "Sort tickets", "task": "classify"}).id
    with pytest.raises(StoreError, match="of another program"):
        answer(ws, number, "yes", "")
    assert ws.approvals.get(number).state == "open"
