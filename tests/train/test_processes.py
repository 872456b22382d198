"""Several processes train as one does: the same rows in the same steps, stopped, killed and resumed alike."""

import json
import os
import signal
from pathlib import Path

import psutil
import pytest

from store import StoreError, Workspace
from tests.tiny_model import build
from tests.tiny_run import add_tickets, start
from tests.train.test_training import call, until
from tools import TOOLS
from tools.train._checkpoints import last_whole
from tools.train._curves import metrics
from tools.train.places._place import Place

TWO = Place("processes", 2).as_json()


@pytest.fixture
def tickets(empty: Workspace) -> Workspace:
    add_tickets(empty)
    return empty


def test_two_processes_make_the_steps_of_one(tickets: Workspace, tmp_path: Path):
    base = build(tmp_path / "tiny")
    settings = {"epochs": 2, "batch_size": 10, "gradient_accumulation": 1}  # 72 rows: the last step has two
    alone = tickets.jobs.wait(start(tickets, base, **settings).job.id)
    both = tickets.jobs.wait(start(tickets, base, **settings, place=TWO).job.id)
    assert (both["processes"], both["step"], both["rows"]) == (2, alone["step"], alone["rows"])
    one, two = (metrics(tickets.runs.get(name)) for name in ("run-1", "run-2"))
    assert [line["step"] for line in two if "loss" in line] == list(range(1, 17))
    for name in ("loss", "eval_loss"):
        assert [line[name] for line in two if name in line] == pytest.approx(
            [line[name] for line in one if name in line], rel=1e-3
        )
    assert (tickets.runs.get("run-2").folder / "model" / "done.json").exists()


def test_a_killed_process_is_survived_a_stop_reaches_all_and_none_outlives_the_job(tickets: Workspace, tmp_path: Path):
    base = build(tmp_path / "tiny")
    run = start(tickets, base, epochs=400, save_steps=10, place=TWO)
    until(lambda: last_whole(run.folder / "checkpoints"))
    os.kill(_ranks(run.job.folder)[1], signal.SIGKILL)
    until(lambda: any("A process was lost" in told.text for told in tickets.runs.progress("run-1")))
    step = metrics(tickets.runs.get("run-1"))[-1]["step"]
    until(lambda: metrics(tickets.runs.get("run-1"))[-1]["step"] > step + 10)
    assert "Stopped after step" in call(tickets, "stop_training")
    stopped = tickets.runs.get("run-1")
    assert stopped.state == "stopped"
    lines = metrics(stopped)
    assert [line["step"] for line in lines if "loss" in line] == list(range(1, lines[-1]["step"] + 1))
    assert "in 2 processes on this machine" in TOOLS["resume_training"].show_first(tickets, {}).text
    call(tickets, "resume_training")
    until(lambda: metrics(tickets.runs.get("run-1"))[-1]["step"] > lines[-1]["step"])
    folder = tickets.runs.get("run-1").job.folder
    ranks = _ranks(folder)
    assert len(ranks) == 2
    job = json.loads((folder / "process.json").read_text())["process"]
    os.kill(int(job.partition(":")[0]), signal.SIGKILL)
    until(lambda: tickets.runs.get("run-1").state == "interrupted")
    until(lambda: not any(psutil.pid_exists(rank) for rank in ranks))


def test_what_is_wrong_with_the_plan_is_told_in_its_own_words(tickets: Workspace, tmp_path: Path):
    run = start(tickets, build(tmp_path / "tiny"), max_length=8, place=TWO)
    with pytest.raises(StoreError, match="None of the 72 training rows can be trained on"):
        tickets.jobs.wait(run.job.id)


def _ranks(folder: Path) -> list[int]:
    """The processes that train for a job."""
    found = [(one.pid, one.info["cmdline"] or []) for one in psutil.process_iter(["cmdline"])]
    return [pid for pid, line in found if "tools.train._rank" in line and str(folder) in line]
