"""Workers that are forked do what they would do as programs of their own."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from store import Workspace
from store.fork_server import ForkServer
from store.processes import alive
from store.queue import state_of
from store.written import write_last
from tests.waiting import until

COUNTING = "tests.store.counting"
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}


@pytest.fixture
def server() -> Iterator[ForkServer]:
    """A server that is asked for the second time from now on."""
    server = ForkServer()
    server._asked = 1
    yield server
    server.close()


def job(ws: Workspace, number: int, **payload: object) -> Path:
    folder = ws.home / "jobs" / str(number)
    folder.mkdir(parents=True)
    write_last(folder / "job.json", {"home": str(ws.home), "project": "main", "payload": payload})
    return folder


def process(folder: Path) -> str:
    return str(json.loads((folder / "process.json").read_text())["process"])


def parent(folder: Path) -> int:
    return psutil.Process(int(process(folder).partition(":")[0])).ppid()


def test_the_first_worker_of_a_process_needs_no_server(empty: Workspace):
    assert not ForkServer().start(COUNTING, job(empty, 1, to=1), ENVIRONMENT)


def test_workers_are_forked_from_one_server_and_leave_their_results(empty: Workspace, server: ForkServer):
    first, second = job(empty, 1, to=1000, seconds=0.05), job(empty, 2, to=2)
    assert server.start(COUNTING, first, ENVIRONMENT) and server.start(COUNTING, second, ENVIRONMENT)
    until(lambda: state_of(second, alone=False)[0] == "done")
    assert json.loads((second / "result.json").read_text()) == {"counted": 2}
    assert parent(first) not in (os.getpid(), 1)
    third = job(empty, 3, to=1000, seconds=0.05)
    assert server.start(COUNTING, third, ENVIRONMENT)
    assert parent(third) == parent(first)
    for folder in (first, third):
        (folder / "stop").touch()
        until(lambda: state_of(folder, alone=False)[0] == "stopped")  # noqa: B023 - asked at once


def test_what_a_worker_says_goes_into_its_own_log(empty: Workspace, server: ForkServer):
    folder = job(empty, 1, to=1, then="break")
    assert server.start(COUNTING, folder, ENVIRONMENT)
    until(lambda: state_of(folder, alone=False)[0] == "failed")
    assert "ZeroDivisionError: a secret" in (folder / "log.txt").read_text()


def test_workers_go_on_when_the_server_is_killed_and_new_ones_begin(empty: Workspace, server: ForkServer):
    first, second = job(empty, 1, to=1000, seconds=0.05), job(empty, 2, to=1)
    assert server.start(COUNTING, first, ENVIRONMENT)
    psutil.Process(parent(first)).kill()
    until(lambda: server.start(COUNTING, second, ENVIRONMENT))
    until(lambda: state_of(second, alone=False)[0] == "done")
    assert alive(process(first))
    (first / "stop").touch()
    until(lambda: state_of(first, alone=False)[0] == "stopped")


def test_what_libraries_read_when_they_are_loaded_is_never_that_of_another_worker(empty: Workspace, server: ForkServer):
    first, second, third = (job(empty, number, to=1000, seconds=0.05) for number in (1, 2, 3))
    assert server.start(COUNTING, first, ENVIRONMENT)
    assert server.start(COUNTING, second, {**ENVIRONMENT, "COLOUR": "red"})
    other = {**ENVIRONMENT, "HF_HUB_OFFLINE": "1"}
    assert server.start(COUNTING, third, other)
    assert parent(second) == parent(first)
    assert psutil.Process(parent(third)).environ()["HF_HUB_OFFLINE"] == "1"
    for folder in (first, second, third):
        (folder / "stop").touch()


def test_a_worker_that_cannot_be_loaded_is_left_to_the_usual_way(empty: Workspace, server: ForkServer):
    assert not server.start("tests.store.no_such_worker", job(empty, 1, to=1), ENVIRONMENT)


def test_a_server_ends_with_the_process_that_started_it(empty: Workspace, server: ForkServer):
    folder = job(empty, 1, to=1000, seconds=0.05)
    assert server.start(COUNTING, folder, ENVIRONMENT)
    serving = psutil.Process(parent(folder))
    assert server._line
    server._line.close()  # as the end of this process would
    until(lambda: not serving.is_running() or serving.status() == psutil.STATUS_ZOMBIE)
    assert alive(process(folder))
    (folder / "stop").touch()
