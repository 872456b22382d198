"""A yes is for exactly one call, and works once."""

import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from store import NotApproved, StoreError, Workspace
from store.approvals import payload_hash
from tests.full_disk import full_disk

ROOT = Path(__file__).parents[2]
CALL = ("drop_rows", {"dataset": "reviews"})


def asked(ws: Workspace, version: int = 1) -> tuple[int, str]:
    payload = payload_hash(*CALL, {"reviews": version})
    return ws.approvals.ask(*CALL, payload, {"text": "Drop 1 row?"}).id, payload


def test_a_question_is_open_until_answered(ws: Workspace):
    id_, _ = asked(ws)
    assert [a.id for a in ws.approvals.pending()] == [id_]
    ws.approvals.answer(id_, "no", "the second one is fine")
    assert ws.approvals.pending() == []
    assert ws.approvals.get(id_).note == "the second one is fine"


def test_a_yes_works_once(ws: Workspace):
    id_, payload = asked(ws)
    ws.approvals.answer(id_, "yes")
    with ws.approvals.spend(id_, payload):
        assert ws.approvals.needed("this") == id_
    with pytest.raises(NotApproved), ws.approvals.spend(id_, payload):
        pass


def test_a_no_cannot_be_spent(ws: Workspace):
    id_, payload = asked(ws)
    ws.approvals.answer(id_, "no")
    with pytest.raises(NotApproved, match="'no'"), ws.approvals.spend(id_, payload):
        pass


def test_a_yes_to_one_payload_is_not_a_yes_to_another(ws: Workspace):
    id_, _ = asked(ws, version=1)
    ws.approvals.answer(id_, "yes")
    with (
        pytest.raises(NotApproved, match="has changed since"),
        ws.approvals.spend(id_, payload_hash(*CALL, {"reviews": 2})),
    ):
        pass


def test_a_second_click_is_told_so(ws: Workspace):
    id_, _ = asked(ws)
    ws.approvals.answer(id_, "yes")
    with pytest.raises(StoreError, match="already answered"):
        ws.approvals.answer(id_, "no")


def test_the_yes_ends_with_the_block(ws: Workspace):
    id_, payload = asked(ws)
    ws.approvals.answer(id_, "yes")
    with ws.approvals.spend(id_, payload):
        pass
    with pytest.raises(NotApproved):
        ws.approvals.needed("anything")


def test_another_project_cannot_answer(ws: Workspace):
    id_, _ = asked(ws)
    with Workspace(ws.home, "other") as other, pytest.raises(StoreError):
        other.approvals.answer(id_, "yes")


def test_questions_outlive_the_process(ws: Workspace):
    id_, payload = asked(ws)
    with Workspace(ws.home) as again:
        again.approvals.answer(again.approvals.pending()[0].id, "yes")
        with again.approvals.spend(id_, payload):
            pass


KILLED = """
import os, pathlib, sys
from store import Workspace
with Workspace(pathlib.Path(sys.argv[1])) as ws, ws.approvals.spend(int(sys.argv[2]), sys.argv[3]):
    os.kill(os.getpid(), 9)
"""


def test_a_yes_can_be_carried_out_again_when_its_process_was_killed(ws: Workspace):
    id_, payload = asked(ws)
    ws.approvals.answer(id_, "yes")
    killed = subprocess.run([sys.executable, "-c", KILLED, str(ws.home), str(id_), payload], cwd=ROOT)
    assert killed.returncode == -9
    assert ws.approvals.get(id_).state == "using"
    with ws.approvals.spend(id_, payload):
        pass
    assert ws.approvals.get(id_).state == "spent"


def test_a_yes_that_was_used_on_a_full_disk_is_written_down_with_the_next_room(ws: Workspace):
    id_, payload = asked(ws)
    ws.approvals.answer(id_, "yes")
    with ExitStack() as until_room:
        with ws.approvals.spend(id_, payload):
            until_room.enter_context(full_disk())
        assert ws.approvals.get(id_).state == "using"
        ws.approvals.write_used()
        assert ws.approvals.get(id_).state == "using"
        with pytest.raises(NotApproved), ws.approvals.spend(id_, payload):
            pass
    ws.approvals.write_used()
    assert ws.approvals.get(id_).state == "spent"


def test_a_yes_that_was_used_on_a_full_disk_is_written_down_when_the_workspace_is_closed(ws: Workspace):
    id_, payload = asked(ws)
    ws.approvals.answer(id_, "yes")
    with Workspace(ws.home) as again, ExitStack() as until_room, again.approvals.spend(id_, payload):
        until_room.enter_context(full_disk())
    assert ws.approvals.get(id_).state == "spent"


def test_a_yes_being_carried_out_cannot_be_taken_by_another(ws: Workspace):
    id_, payload = asked(ws)
    ws.approvals.answer(id_, "yes")
    with ws.approvals.spend(id_, payload), pytest.raises(NotApproved), ws.approvals.spend(id_, payload):
        pass
