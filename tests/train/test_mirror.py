"""Runs are mirrored to a tracker: all of them, each point once, whatever is killed, and nothing that is private."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from store import NotApproved, StoreError, Workspace
from tests.tiny_model import build
from tests.tiny_run import ROWS, make, start
from tests.train.test_training import until
from tools import TOOLS, Result
from tools.train._curves import metrics
from tools.train.trackers import KINDS
from tools.train.trackers._figures import points, settings
from tools.train.trackers._mirroring import LEDGER

needs_trackio = pytest.mark.skipif(not KINDS["trackio"].installed, reason="trackio is not installed")


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A workspace of this file's own with run-1, and a place for Trackio."""
    folder = tmp_path_factory.mktemp("mirrored")
    with pytest.MonkeyPatch.context() as patch, Workspace(folder / "home", readable=(folder,)) as workspace:
        patch.setenv("TRACKIO_DIR", str(folder / "trackio"))
        make(workspace, folder)
        yield workspace


def call(ws: Workspace, tool: str, **arguments: object) -> Result:
    with ws.approvals.typed(tool, dict(arguments)):
        return TOOLS[tool].run(ws, dict(arguments))


def settled(ws: Workspace) -> None:
    until(lambda: not any(job.live for job in ws.jobs.all("mirror")))
    job = ws.mirrors.last()
    assert job
    ws.jobs.result(job.id)


def trackio(name: str) -> dict[str, list[tuple[int, dict[str, float]]]]:
    """What Trackio's own file has, by the name of the run: every line that was written, in the order of the steps."""
    file = Path(os.environ["TRACKIO_DIR"]) / f"{name}.db"
    if not file.exists():
        return {}
    with sqlite3.connect(file) as con:
        lines = con.execute("select run_name, step, metrics from metrics order by step, id").fetchall()
    found: dict[str, list[tuple[int, dict[str, float]]]] = {}
    for run, step, measured in lines:
        found.setdefault(run, []).append((step, json.loads(measured)))
    return found


def configs(name: str) -> dict[str, dict[str, Any]]:
    with sqlite3.connect(Path(os.environ["TRACKIO_DIR"]) / f"{name}.db") as con:
        return {run: json.loads(text) for run, text in con.execute("select run_name, config from configs")}


def measured(lines: list[tuple[int, dict[str, float]]]) -> list[tuple[int, dict[str, float]]]:
    """Without the final figures."""
    return [(step, line) for step, line in lines if not any(name.startswith("final/") for name in line)]


@needs_trackio
def test_what_is_there_is_mirrored_whole_and_each_point_once(runs: Workspace):
    shown = TOOLS["mirror_runs"].show_first(runs, {"tracker": "trackio", "name": "whole"}).text
    assert "mirror all runs, 1 run now and those to come, to Trackio as whole until you stop it" in shown
    assert "Nothing leaves this machine" in shown and "Rows, answers, labels and weights are not mirrored" in shown
    assert runs.mirrors.get() is None
    call(runs, "mirror_runs", tracker="trackio", name="whole")
    settled(runs)
    run = runs.runs.get("run-1")
    lines = trackio("whole")["run-1"]
    assert measured(lines) == points(run)
    losses = [line["loss"] for line in metrics(run) if "loss" in line]
    assert [line["loss"] for _, line in lines if "loss" in line] == losses
    assert len(losses) == 45
    (ended,) = [line for _, line in lines if "final/eval_loss" in line]
    assert ended["final/eval_loss"] == runs.jobs.result(run.job.id)["eval_loss"]
    told = configs("whole")["run-1"]
    assert (told["state"], told["technique"], told["learning_rate"], told["labels"]) == ("done", "lora", 0.02, 3)
    call(runs, "mirror_runs", tracker="trackio", name="whole")
    settled(runs)
    assert trackio("whole")["run-1"] == lines
    assert "It is mirrored to Trackio as whole." in call(runs, "check_training").text


@needs_trackio
def test_nothing_private_is_mirrored(runs: Workspace):
    call(runs, "mirror_runs", tracker="trackio", name="private")
    settled(runs)
    written = b"".join(file.read_bytes() for file in Path(os.environ["TRACKIO_DIR"]).glob("private.db*"))
    assert b"tiny" in written
    for word in [str(runs.home), *ROWS, *(text for texts in ROWS.values() for text in texts)]:
        assert word.encode() not in written, word


@needs_trackio
def test_a_figure_of_an_evaluation_follows(runs: Workspace):
    call(runs, "mirror_runs", tracker="trackio", name="evaluated")
    settled(runs)
    before = trackio("evaluated")["run-1"]
    figures = {"accuracy": {"tuned": {"value": 0.75, "low": 0.5}, "untuned": {"value": 0.25}, "rows": 12}}
    runs.reports.save("evaluation", {"metrics": figures}, run="run-1")
    runs.mirrors.begin()
    settled(runs)
    added = [line for line in trackio("evaluated")["run-1"] if line not in before]
    assert added == [(45, {"evaluation/accuracy/tuned": 0.75, "evaluation/accuracy/untuned": 0.25})]


@needs_trackio
def test_steps_that_are_made_again_replace_those_before(runs: Workspace):
    call(runs, "mirror_runs", tracker="trackio", name="again")
    settled(runs)
    run = runs.runs.get("run-1")
    file = run.folder / "metrics.jsonl"
    kept = file.read_text()
    try:
        with file.open("a") as more:
            more.writelines(json.dumps({"step": step, "steps": 45, "loss": step / 100}) + "\n" for step in (44, 45))
        runs.mirrors.begin()
        settled(runs)
        lines = measured(trackio("again")["run-1"])
        assert [step for step, _ in lines] == list(range(46))
        assert [line.get("loss") for _, line in lines][-2:] == [0.44, 0.45]
    finally:
        file.write_text(kept)


@needs_trackio
def test_a_mirror_that_was_killed_catches_up_and_the_training_never_notices(runs: Workspace):
    call(runs, "mirror_runs", tracker="trackio", name="killed")
    settled(runs)
    run = start(runs, Path(runs.runs.get("run-1").plan["base_model"]), epochs=400)
    until(lambda: len(trackio("killed").get(run.id, [])) > 3)
    job = runs.mirrors.last()
    assert job and job.live
    process = json.loads((job.folder / "process.json").read_text())["process"]
    os.kill(int(process.partition(":")[0]), signal.SIGKILL)
    until(lambda: runs.jobs.get(job.id).state == "interrupted")
    had = len(trackio("killed")[run.id])
    until(lambda: len(points(runs.runs.get(run.id))) > had + 10)
    assert "It is mirrored to Trackio as killed" in call(runs, "check_training").text
    until(lambda: len(trackio("killed")[run.id]) > had)
    call(runs, "stop_training", run=run.id)
    settled(runs)
    stopped = runs.runs.get(run.id)
    assert stopped.state == "stopped"
    assert [line for _, line in trackio("killed")[run.id]] == [line for _, line in points(stopped)]
    assert configs("killed")[run.id]["state"] == "stopped"


@needs_trackio
def test_a_tracker_that_fails_harms_no_run_and_is_told(runs: Workspace):
    blocked = Path(os.environ["TRACKIO_DIR"]) / "blocked.db"
    blocked.mkdir(parents=True)
    call(runs, "mirror_runs", tracker="trackio", name="blocked")
    run = start(runs, build(runs.home / "other"), epochs=1)
    assert runs.jobs.wait(run.job.id)["step"] == 9
    with pytest.raises(StoreError, match="Trackio cannot be written to: .* Nothing of the runs is lost"):
        settled(runs)
    assert "It is not mirrored: Trackio cannot be written to" in call(runs, "check_training").text
    blocked.rmdir()
    call(runs, "mirror_runs", tracker="trackio", name="blocked")
    settled(runs)
    assert measured(trackio("blocked")[run.id]) == points(runs.runs.get(run.id))


@needs_trackio
def test_a_mirror_can_be_stopped_and_waits_for_a_yes(runs: Workspace):
    call(runs, "mirror_runs", tracker="trackio", name="stopped")
    settled(runs)
    assert (
        "stop mirroring runs to Trackio as stopped" in TOOLS["mirror_runs"].show_first(runs, {"tracker": "none"}).text
    )
    call(runs, "mirror_runs", tracker="none")
    before = runs.jobs.newest("mirror")
    runs.jobs.wait(start(runs, Path(runs.runs.get("run-1").plan["base_model"]), epochs=1).job.id)
    assert runs.jobs.newest("mirror") == before
    with pytest.raises(NotApproved):
        runs.mirrors.set("trackio", "unasked")


def test_what_cannot_be_had_is_said(ws: Workspace):
    for wish, why in [
        ({"tracker": "none"}, "not mirrored anywhere"),
        ({"tracker": "trackio", "endpoint": "https://elsewhere.example"}, "written on this machine alone"),
        ({"tracker": "mlflow", "endpoint": "https://ana:secret@elsewhere.example"}, "endpoint"),
        ({"tracker": "mlflow", "name": "../up"}, "name"),
        *(
            ({"tracker": kind}, f"pip install 'tunewright\\[{kind}\\]'")
            for kind, known in KINDS.items()
            if not known.installed
        ),
    ]:
        with pytest.raises(StoreError, match=why):
            TOOLS["mirror_runs"].show_first(ws, wish)


def test_settings_that_may_hold_words_of_the_rows_are_left_out():
    plan = {
        "base_model": "/home/ana/models/tiny",
        "labels": ["cancer", "flu"],
        "pattern": "cancer|flu",
        "note": "two\nlines",
        "long": "x" * 81,
        "clients": ["ward 7"],
        "rank": 8,
        "freeze": None,
        "early_stopping": True,
        "continues": {"how": "merge", "model": "/home/ana/runs/run-1/model"},
    }
    assert settings(plan) == {
        "base_model": "tiny",
        "labels": 2,
        "rank": 8,
        "early_stopping": True,
        "continues.how": "merge",
        "continues.model": "model",
    }


@pytest.mark.skipif(not KINDS["tensorboard"].installed, reason="tensorboard is not installed")
def test_tensorboard_reads_each_point_once_also_after_a_second_mirror(runs: Workspace):
    for _ in range(2):
        call(runs, "mirror_runs", tracker="tensorboard", name="board")
        settled(runs)
        (runs.runs.get("run-1").folder / LEDGER).unlink()  # as if it had been killed before this was written
    read = (
        "import json, sys; from tensorboard.backend.event_processing.event_accumulator import EventAccumulator;"
        "from tensorboard.util.tensor_util import make_ndarray as value;"
        "found = EventAccumulator(sys.argv[1], {'tensors': 0}); found.Reload();"
        "print(json.dumps([(one.step, float(value(one.tensor_proto))) for one in found.Tensors('loss')]))"
    )
    folder = runs.mirrors.folder / "tensorboard" / "board" / "run-1"
    shown = subprocess.run([sys.executable, "-c", read, str(folder)], capture_output=True, text=True, check=True)
    expected = [(step, line["loss"]) for step, line in points(runs.runs.get("run-1")) if "loss" in line]
    assert [step for step, _ in json.loads(shown.stdout)] == [step for step, _ in expected]
    assert [loss for _, loss in json.loads(shown.stdout)] == pytest.approx([loss for _, loss in expected], rel=1e-6)
