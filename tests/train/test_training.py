"""The life of a run in its own process: started, watched, stopped, killed, resumed."""

import json
import os
import signal
from pathlib import Path

import pytest

from store import NotApproved, StoreError, Workspace
from tests.tiny_model import build
from tests.tiny_run import ROWS, add_tickets, start
from tests.waiting import until
from tools import TOOLS
from tools.train._checkpoints import last_whole, mark_whole
from tools.train._curves import metrics

LONG = {"epochs": 400, "save_steps": 10}


@pytest.fixture
def tickets(empty: Workspace) -> Workspace:
    add_tickets(empty)
    return empty


def call(ws: Workspace, name: str, **arguments: object) -> str:
    with ws.approvals.typed(name, dict(arguments)):
        return TOOLS[name].run(ws, dict(arguments)).text


def test_a_run_is_watched_stopped_saved_and_resumed(tickets: Workspace, tmp_path: Path):
    base = build(tmp_path / "tiny")
    run = start(tickets, base, **LONG)
    assert "first step is still to come" in call(tickets, "check_training")
    assert tickets.runs.names() == ["run-1"]
    until(lambda: metrics(tickets.runs.get("run-1")))
    assert "run-1 is running: step" in call(tickets, "check_training", run="run-1")
    assert "will stop run-1" in TOOLS["stop_training"].show_first(tickets, {}).text
    assert "Stopped after step" in call(tickets, "stop_training")
    stopped = tickets.runs.get("run-1")
    assert stopped.state == "stopped"
    assert stopped.model_folder == run.folder / "model"
    step = metrics(stopped)[-1]["step"]
    assert f"checkpoint at step {step}" in TOOLS["resume_training"].show_first(tickets, {}).text
    with pytest.raises(StoreError, match="nothing to stop"):
        TOOLS["stop_training"].show_first(tickets, {"run": "run-1"})
    assert f"goes on from its checkpoint at step {step}" in call(tickets, "resume_training")
    until(lambda: metrics(tickets.runs.get("run-1"))[-1]["step"] > step)
    call(tickets, "stop_training", run="run-1")
    lines = [line["step"] for line in _lines(stopped.folder) if "loss" in line]
    assert lines == list(range(1, len(lines) + 1)), "a step was left out or made twice"


def test_after_a_kill_it_goes_on_from_the_last_whole_checkpoint_and_ends_as_if_nothing_had_happened(
    tickets: Workspace, tmp_path: Path
):
    base = build(tmp_path / "tiny")
    run = start(tickets, base, epochs=10, save_steps=5)
    until(lambda: last_whole(run.folder / "checkpoints"))
    process = json.loads((run.job.folder / "process.json").read_text())["process"]
    os.kill(int(process.partition(":")[0]), signal.SIGKILL)
    until(lambda: tickets.runs.get("run-1").state == "interrupted")
    checkpoints = run.folder / "checkpoints"
    (checkpoints / "checkpoint-9999").mkdir()
    (checkpoints / "checkpoint-9999" / "trainer_state.json").write_text("{")
    assert "was killed" in call(tickets, "check_training")
    call(tickets, "resume_training")
    resumed = tickets.jobs.wait(tickets.runs.get("run-1").job.id)
    assert resumed["step"] == resumed["steps"] == 90
    assert resumed["resumed_from"] in range(5, 90)
    whole = tickets.jobs.wait(start(tickets, base, epochs=10, save_steps=1000).job.id)
    assert resumed["eval_loss"] == pytest.approx(whole["eval_loss"], rel=1e-3)
    assert [line["step"] for line in metrics(tickets.runs.get("run-1")) if "loss" in line] == list(range(1, 91))


def test_a_checkpoint_that_lost_bytes_is_not_trusted(tmp_path: Path):
    for step in (5, 10, 15):
        folder = tmp_path / f"checkpoint-{step}"
        folder.mkdir()
        (folder / "weights").write_bytes(b"0" * 100)
        if step != 15:
            mark_whole(folder)
    assert last_whole(tmp_path) == tmp_path / "checkpoint-10"
    (tmp_path / "checkpoint-10" / "weights").write_bytes(b"0" * 50)
    assert last_whole(tmp_path) == tmp_path / "checkpoint-5"
    assert last_whole(tmp_path / "nothing") is None


def test_training_waits_for_a_yes(tickets: Workspace, trained: Workspace):
    with pytest.raises(NotApproved):
        tickets.runs.start("tickets", 1, {})
    with pytest.raises(NotApproved):
        trained.runs.resume("run-1")
    assert tickets.runs.names() == []


def test_a_finished_run_shows_its_curves(trained: Workspace):
    result = TOOLS["check_training"].run(trained, {})
    assert "run-1 is done: step 45 of 45, loss" in result.text
    assert [plot.title for plot in result.plots] == [
        "Loss of run-1",
        "Evaluation rows right in run-1",
        "Learning rate of run-1",
        "Gradient norm of run-1",
        "Tokens per second of run-1",
        "Memory of run-1",
    ]
    assert "accuracy" in result.text
    samples = result.tables[-1]
    assert samples.columns[:3] == ("question", "expected", "before")
    assert {row[1] for row in samples.rows} == set(ROWS)
    assert {row["of"] for row in result.plots[0].rows} == {"training", "evaluation"}


def test_asking_how_it_goes_before_there_is_a_run_is_answered(ws: Workspace):
    with pytest.raises(StoreError, match="no run has been made yet"):
        call(ws, "check_training")


def _lines(folder: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
