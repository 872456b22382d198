"""Jobs: real processes that count."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from store import Job, NotFound, Progress, StoreError, Workspace
from store.jobs import watched

COUNTING = "tests.store.counting"


def wait_for_progress(ws: Workspace, job: Job) -> None:
    end = time.monotonic() + 60
    while not ws.jobs.progress(job.id):
        assert time.monotonic() < end
        time.sleep(0.05)


def kill(job: Job) -> None:
    process = (job.folder / "process.json").read_text()
    os.kill(int("".join(letter for letter in process.partition(": ")[2].split(":")[0] if letter.isdigit())), 9)


def test_a_job_tells_its_progress_and_leaves_its_result(empty: Workspace):
    told: list[Progress] = []
    with watched(told.append, threading.Event()):
        job = empty.jobs.start("count", COUNTING, {"to": 3})
        assert empty.jobs.wait(job.id) == {"counted": 3}
    assert [progress.data["number"] for progress in empty.jobs.progress(job.id)] == [1, 2, 3]
    assert told == empty.jobs.progress(job.id)[: len(told)]
    assert told[-1].fraction == 1
    assert empty.jobs.get(job.id).state == "done"


@pytest.mark.parametrize(
    ("then", "sentence"),
    [
        ("refuse", "There is nothing to count. Give a number."),
        ("break", "Something broke that was not foreseen; the log has it as "),
        ("fill the disk", "The disk is full"),
        ("fill the memory", "The machine ran out of memory"),
    ],
)
def test_a_job_that_fails_leaves_a_sentence(then: str, sentence: str, empty: Workspace):
    job = empty.jobs.start("count", COUNTING, {"to": 1, "then": then})
    with pytest.raises(StoreError, match=sentence) as error:
        empty.jobs.wait(job.id)
    assert "secret" not in str(error.value)
    assert empty.jobs.get(job.id).state == "failed"
    if then == "break":
        reference = str(error.value).rpartition(" ")[2].rstrip(".")
        assert reference in (job.folder / "log.txt").read_text()


def test_a_stop_is_heard_by_the_job_and_by_whoever_waits(empty: Workspace):
    job = empty.jobs.start("count", COUNTING, {"to": 10_000, "seconds": 0.05})
    stopping = threading.Event()
    with watched(lambda _: stopping.set(), stopping):
        with pytest.raises(StoreError, match="Stopped at"):
            empty.jobs.wait(job.id)
    assert empty.jobs.get(job.id).state == "stopped"


def test_a_killed_job_is_interrupted_and_the_others_are_not(empty: Workspace):
    job = empty.jobs.start("count", COUNTING, {"to": 10_000, "seconds": 0.05})
    other = empty.jobs.start("count", COUNTING, {"to": 10_001, "seconds": 0.05})
    wait_for_progress(empty, job)
    kill(job)
    with pytest.raises(StoreError, match="ended without a word"):
        empty.jobs.wait(job.id)
    assert empty.jobs.get(job.id).state == "interrupted"
    assert empty.jobs.get(other.id).live
    kill(other)


def test_the_same_work_is_not_started_twice_while_it_runs(empty: Workspace):
    payload = {"to": 10_000, "seconds": 0.05}
    job = empty.jobs.start("count", COUNTING, payload)
    with Workspace(empty.home) as reopened:
        assert reopened.jobs.start("count", COUNTING, payload).id == job.id
    assert empty.jobs.start("count", COUNTING, {**payload, "to": 1}).id != job.id
    wait_for_progress(empty, job)
    kill(job)
    assert empty.jobs.start("count", COUNTING, {"to": 1}, key="once").id != job.id


def test_a_torn_line_of_progress_is_left_out(empty: Workspace):
    job = empty.jobs.start("count", COUNTING, {"to": 2})
    empty.jobs.wait(job.id)
    with (job.folder / "progress.jsonl").open("a") as file:
        file.write('{"fraction": 0.')
    assert len(empty.jobs.progress(job.id)) == 2


def test_an_unknown_job_is_refused(empty: Workspace):
    with pytest.raises(NotFound, match="no job named '7'"):
        empty.jobs.get(7)


def test_a_job_outlives_the_process_that_started_it(empty: Workspace):
    app = f"""
import os, pathlib
from store import Workspace
with Workspace(pathlib.Path({str(empty.home)!r})) as ws:
    ws.jobs.start("count", {COUNTING!r}, {{"to": 20, "seconds": 0.05}})
    os.kill(os.getpid(), 9)
"""
    assert subprocess.run([sys.executable, "-c", app], cwd=Path(__file__).parents[2]).returncode == -signal.SIGKILL
    (job,) = empty.jobs.all()
    assert empty.jobs.wait(job.id) == {"counted": 20}
