"""Projects that nobody asks for are let go of, and nothing that goes on in them is lost."""

import gc
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from assistant.host import Host
from assistant.settings import Settings
from assistant.workspaces import Workspaces
from store import Workspace
from tests.scripted_model import ScriptedBrain
from tests.waiting import until


def yes(_: Workspace) -> bool:
    return True


@pytest.fixture
def some(tmp_path: Path) -> Iterator[Workspaces]:
    """Ten projects that are open, asked for in their order."""
    workspaces = Workspaces(Workspace)
    for n in range(10):
        workspaces.at(tmp_path, f"project {n}")
    yield workspaces
    workspaces.close()


def test_those_asked_for_last_stay(some: Workspaces, tmp_path: Path) -> None:
    some.at(tmp_path, "project 0")
    assert some.let_go(yes, most=3) == 7
    assert [ws.project for ws in some.all()] == ["project_8", "project_9", "project_0"]


def test_nobody_is_let_go_of_who_was_just_here(some: Workspaces) -> None:
    assert some.let_go(yes) == 0
    assert some.let_go(yes, idle=0) == 10


def test_one_that_is_in_use_stays(some: Workspaces) -> None:
    assert some.let_go(lambda ws: ws.project != "project_1", most=8) == 1
    assert some.all()[0].project == "project_1"


def open_files(home: Path) -> list[str]:
    return [file.path for file in psutil.Process().open_files() if Path(file.path).is_relative_to(home.resolve())]


def test_the_files_are_closed_once_nobody_works_with_them(tmp_path: Path) -> None:
    some = Workspaces(Workspace)
    held = some.at(tmp_path / "held", "main")
    some.at(tmp_path / "idle", "main")
    assert some.let_go(yes, idle=0) == 2
    gc.collect()
    assert open_files(tmp_path / "idle") == []
    held.conversations.append(held.conversations.current().id, "t", {"event": "said", "text": "still here"})
    again = some.at(tmp_path / "held", "main")
    assert [one.event["text"] for one in again.conversations.since(again.conversations.current().id)] == ["still here"]
    some.close()


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    host = Host(Settings(tmp_path, tmp_path, "none"), lambda _: ScriptedBrain("answer", "Hello."))
    yield host
    host.close()


def test_a_turn_that_runs_keeps_its_project_and_comes_to_its_end(tmp_path: Path) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(_: object) -> str:
        begun.set()
        assert go_on.wait(60)
        return "answer"

    host = Host(Settings(tmp_path, tmp_path, "none"), lambda _: ScriptedBrain(slow, "Hello."))
    host.say(host.workspace_for(None, "main"), "hello")
    assert begun.wait(60)
    assert host._open.let_go(host._may_go, most=0) == 0
    assert host._open.let_go(yes, most=0) == 1, "and even where it is let go of"
    gc.collect()
    go_on.set()
    ws = host.workspace_for(None, "main")
    until(lambda: not host.running(ws))
    assert [one.event["event"] for one in host.log(ws)][-2:] == ["said", "ended"]
    host.close()


def test_a_project_whose_job_runs_stays(host: Host) -> None:
    ws = host.workspace_for(None, "main")
    job = ws.jobs.start("count", "tests.store.counting", {"to": 10_000, "seconds": 0.05})
    until(lambda: bool(ws.jobs.progress(job.id)))
    assert host._open.let_go(host._may_go, most=0) == 0
    ws.jobs.cancel(job.id, "The test is over.")
    assert host._open.let_go(host._may_go, most=0) == 1
