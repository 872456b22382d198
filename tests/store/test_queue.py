"""Trainings take turns, in the order in which they were asked for, whatever happens to those before them."""

import json
import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import psutil
import pytest

from store import Job, StoreError, Workspace
from store.queue import begin_next, mine, spawn
from store.written import write_first
from tests import waiting

until = partial(waiting.until, seconds=60)

COUNTING = "tests.store.counting"
LONG = {"to": 10_000, "seconds": 0.05}
OPEN = "import sys, pathlib; from store import Workspace; Workspace(pathlib.Path(sys.argv[1])).close()"


def train(ws: Workspace, name: str, **task: object) -> Job:
    return ws.jobs.start("train", COUNTING, {"run": name, **(task or LONG)})


def process_of(job: Job) -> int:
    return int(json.loads((job.folder / "process.json").read_text())["process"].partition(":")[0])


def counts(job: Job) -> bool:
    return (job.folder / "progress.jsonl").exists()


def test_a_second_training_waits_and_begins_when_the_first_has_ended(empty: Workspace):
    first = train(empty, "run-1")
    until(lambda: counts(first))
    with Workspace(empty.home, "other") as other:
        second = train(other, "run-1", to=2)
        third = train(empty, "run-2", to=2)
        states = [empty.jobs.get(first.id).state, other.jobs.get(second.id).state, empty.jobs.get(third.id).state]
        assert states == ["running", "queued", "queued"]
        assert [job.id for job in empty.jobs.ahead("train", third.id)] == [first.id, second.id]
        assert empty.jobs.ahead("count") == []
        beside = empty.jobs.start("count", COUNTING, {"to": 1})
        assert empty.jobs.wait(beside.id) == {"counted": 1}
        empty.jobs.stop(first.id)
        until(lambda: (third.folder / "result.json").exists())  # nobody looks: the workers that end begin the next
        assert other.jobs.get(second.id).state == "done"
    began = [(job.folder / "process.json").stat().st_mtime_ns for job in (first, second, third)]
    assert began == sorted(began)
    assert (second.folder / "result.json").stat().st_mtime_ns <= began[2]
    assert empty.jobs.ahead("train") == []


def test_a_killed_training_does_not_block_those_that_wait(empty: Workspace):
    first, second = train(empty, "run-1"), train(empty, "run-2", to=1)
    until(lambda: counts(first))
    os.kill(process_of(first), signal.SIGKILL)
    until(lambda: not psutil.pid_exists(process_of(first)))
    assert not (second.folder / "process.json").exists(), "nobody has looked yet"
    subprocess.run([sys.executable, "-c", OPEN, str(empty.home)], check=True)
    assert empty.jobs.wait(second.id) == {"counted": 1}
    assert empty.jobs.get(first.id).state == "interrupted"


def test_many_that_open_the_workspace_at_once_begin_a_job_once(empty: Workspace):
    first, second = train(empty, "run-1"), train(empty, "run-2")
    until(lambda: counts(first))
    os.kill(process_of(first), signal.SIGKILL)
    openers = [subprocess.Popen([sys.executable, "-c", OPEN, str(empty.home)]) for _ in range(4)]
    assert [opener.wait() for opener in openers] == [0] * 4
    until(lambda: counts(second))
    working = [each for each in psutil.process_iter(["cmdline"]) if str(second.folder) in (each.info["cmdline"] or [])]
    assert [each.pid for each in working] == [process_of(second)]
    empty.jobs.cancel(second.id, "Enough.")


def test_a_worker_whose_starter_was_killed_before_it_was_written_down_works_alone(empty: Workspace):
    """As if the first starter had died between starting the worker and saying so, and another came by."""
    first = train(empty, "run-1")
    until(lambda: counts(first))
    second = train(empty, "run-2", to=3)
    spawn(COUNTING, second.folder)
    (second.folder / "process.json").unlink()
    empty.jobs.cancel(first.id, "Enough.")
    assert empty.jobs.wait(second.id) == {"counted": 3}
    assert [told.data["number"] for told in empty.jobs.progress(second.id)] == [1, 2, 3], "two worked at it"


def test_the_first_to_say_that_it_does_a_job_does_it(tmp_path: Path):
    assert mine(tmp_path)
    assert mine(tmp_path)
    (tmp_path / "process.json").unlink()
    assert write_first(tmp_path / "process.json", {"process": f"{os.getppid()}:0"})
    assert not write_first(tmp_path / "process.json", {"process": "another"})
    assert not mine(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["process.json"]


def test_what_waits_is_taken_out_of_the_queue_and_what_runs_is_ended_without_a_save(empty: Workspace):
    first, second, third = train(empty, "run-1"), train(empty, "run-2"), train(empty, "run-3", to=1)
    until(lambda: counts(first))
    empty.jobs.stop(second.id)
    assert empty.jobs.get(second.id).sentence == "It was taken out of the queue before it began."
    cancelled = empty.jobs.cancel(first.id, "Cancelled; nothing more was saved.")
    assert (cancelled.state, cancelled.sentence) == ("cancelled", "Cancelled; nothing more was saved.")
    assert not psutil.pid_exists(process_of(first))
    with pytest.raises(StoreError, match="It is cancelled already"):
        empty.jobs.cancel(first.id, "Again.")
    assert empty.jobs.wait(third.id) == {"counted": 1}
    assert not (second.folder / "process.json").exists()


def test_a_job_that_was_not_kept_leaves_its_number_and_its_folder_to_the_next(empty: Workspace):
    db = empty.jobs._db
    with pytest.raises(ZeroDivisionError), db.change():
        lost = empty.jobs.start("train", COUNTING, {"run": "run-1", **LONG})
        raise ZeroDivisionError
    begin_next(db, empty.home)
    assert not (lost.folder / "process.json").exists(), "it was begun before it was kept"
    again = train(empty, "run-1", to=1)
    assert again.id == lost.id
    assert empty.jobs.wait(again.id) == {"counted": 1}
