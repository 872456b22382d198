"""The same run on a Ray cluster of two workers: the loss of one process, a killed worker survived, stopped, resumed."""

import os
import signal
from pathlib import Path

import psutil
import pytest

from store import Workspace
from tests.tiny_model import build
from tests.tiny_run import add_tickets, start
from tests.train.test_training import call, until
from tools import TOOLS
from tools.train._checkpoints import last_whole
from tools.train._curves import metrics
from tools.train._weights import load
from tools.train.places._place import Place

pytest.importorskip("ray", reason="Ray is an extra: pip install 'tunewright[ray]'")
pytestmark = [
    pytest.mark.timeout(900),
    pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing:FutureWarning"),
]
TWO = Place("ray", 2).as_json()


@pytest.fixture
def tickets(empty: Workspace) -> Workspace:
    add_tickets(empty)
    return empty


def test_a_cluster_of_two_makes_the_steps_of_one_process_and_its_model_comes_home(tickets: Workspace, tmp_path: Path):
    base = build(tmp_path / "tiny")
    alone = tickets.jobs.wait(start(tickets, base, epochs=2).job.id)
    both = tickets.jobs.wait(start(tickets, base, epochs=2, place=TWO).job.id)
    assert (both["processes"], both["step"], both["rows"]) == (2, alone["step"], alone["rows"])
    one, two = (metrics(tickets.runs.get(name)) for name in ("run-1", "run-2"))
    for name in ("loss", "eval_loss"):
        assert [line[name] for line in two if name in line] == pytest.approx(
            [line[name] for line in one if name in line], rel=1e-3
        )
    model = tickets.runs.get("run-2").model_folder
    assert model
    assert load(str(base), model).model.peft_config["default"].base_model_name_or_path == str(base)
    assert tickets.runs.progress("run-2")[-1].fraction == 1


def test_a_killed_worker_is_survived_and_a_stop_reaches_all(tickets: Workspace, tmp_path: Path):
    run = start(tickets, build(tmp_path / "tiny"), epochs=400, save_steps=10, place=TWO)
    until(lambda: last_whole(run.folder / "checkpoints"), 400)
    job = psutil.Process(int((run.job.folder / "process.json").read_text().split('"')[3].partition(":")[0]))
    workers = [one for one in job.children(recursive=True) if "RayTrainWorker" in " ".join(one.cmdline())]
    os.kill(workers[0].pid, signal.SIGKILL)
    until(lambda: any("A worker was lost" in told.text for told in tickets.runs.progress("run-1")), 400)
    step = metrics(tickets.runs.get("run-1"))[-1]["step"]
    until(lambda: metrics(tickets.runs.get("run-1"))[-1]["step"] > step + 10, 400)
    assert "Stopped after step" in call(tickets, "stop_training")
    stopped = tickets.runs.get("run-1")
    assert stopped.state == "stopped"
    lines = metrics(stopped)
    assert [line["step"] for line in lines if "loss" in line] == list(range(1, lines[-1]["step"] + 1))
    assert stopped.model_folder
    assert "with 2 workers of a Ray cluster" in TOOLS["resume_training"].show_first(tickets, {}).text
