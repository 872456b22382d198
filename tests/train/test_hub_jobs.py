"""Training on Hugging Face Jobs, on a stand-in that really runs them: what leaves, what it costs, what comes home."""

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyarrow import parquet

from store import StoreError, Workspace
from tests.tiny_model import build
from tests.tiny_run import add_tickets, start
from tests.train.hub_jobs import JobsHandler, serving_jobs
from tests.train.test_training import call, until
from tests.weights.standin import Server
from tools import TOOLS, ToolError
from tools.train._curves import metrics
from tools.train.places._away import put
from tools.train.places._place import Place

pytestmark = pytest.mark.timeout(900)
RENTED = Place("jobs", flavour="cpu-upgrade", most_seconds=1800, dollars_an_hour=0.03).as_json()


@pytest.fixture
def tickets(empty: Workspace) -> Workspace:
    add_tickets(empty)
    return empty


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with serving_jobs(tmp_path / "hub") as server:
        monkeypatch.setenv("HF_ENDPOINT", server.standin.url)
        monkeypatch.setenv("HF_TOKEN", JobsHandler.TOKEN)
        monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
        monkeypatch.setenv("TUNEWRIGHT_LOOK_SECONDS", "0.3")
        monkeypatch.setenv("HF_HUB_DISABLE_XET", "1")
        yield server


def test_a_job_trains_as_one_process_here_and_only_what_was_said_leaves(
    tickets: Workspace, hub: Server, tmp_path: Path
):
    base = build(tmp_path / "tiny")
    alone = tickets.jobs.wait(start(tickets, base, epochs=2).job.id)
    run = start(tickets, base, epochs=2, place=RENTED)
    until(lambda: hub.jobs, 240)
    (repository,) = hub.taken.files
    assert hub.taken.private == {repository: True}
    sent = dict(hub.taken.files[repository])
    (tmp_path / "sent.parquet").write_bytes(sent["parcel/data.parquet"])
    rows = parquet.read_table(tmp_path / "sent.parquet")
    assert set(rows["split"].to_pylist()) == {"train", "validation"}
    assert JobsHandler.TOKEN.encode() not in b"".join(sent.values())
    spec = hub.jobs[0].spec
    assert (spec["flavor"], spec["timeoutSeconds"], spec["secrets"]) == ("cpu-upgrade", 1800, {"HF_TOKEN": "hf_write"})
    there = tickets.jobs.wait(run.job.id)
    assert there["eval_loss"] == pytest.approx(alone["eval_loss"], rel=1e-3)
    one, two = (metrics(tickets.runs.get(name)) for name in ("run-1", "run-2"))
    assert [line["step"] for line in two] == [line["step"] for line in one]
    model = tickets.runs.get("run-2").model_folder
    assert model
    assert json.loads((model / "done.json").read_text())["base_model"] == str(base)
    assert hub.taken.private == {}, "the rows were left on the Hub"


def test_a_job_is_found_again_after_this_machine_went_down_and_is_stopped_and_saved(
    tickets: Workspace, hub: Server, tmp_path: Path
):
    run = start(tickets, build(tmp_path / "tiny"), epochs=400, save_steps=20, place=RENTED)
    until(lambda: metrics(tickets.runs.get("run-1")), 240)
    process = json.loads((run.job.folder / "process.json").read_text())["process"]
    os.kill(int(process.partition(":")[0]), signal.SIGKILL)
    until(lambda: tickets.runs.get("run-1").state == "interrupted")
    assert "leaves this machine" in TOOLS["resume_training"].show_first(tickets, {}).text.lower()
    call(tickets, "resume_training")
    step = metrics(tickets.runs.get("run-1"))[-1]["step"]
    until(lambda: metrics(tickets.runs.get("run-1"))[-1]["step"] > step)
    assert len(hub.jobs) == 1, "a second job was started, and paid for"
    assert "Stopped after step" in call(tickets, "stop_training")
    stopped = tickets.runs.get("run-1")
    assert stopped.model_folder
    assert any(stopped.folder.glob("checkpoints/checkpoint-*/whole.json"))
    assert hub.jobs[0].stage == "COMPLETED"


def test_the_cost_and_what_leaves_are_shown_before_the_yes(trained: Workspace, hub: Server):
    base = trained.runs.get("run-1").plan["base_model"]
    asked = {"dataset": "tickets", "base_model": base, "where": "hf-jobs:a10g-small"}
    shown = TOOLS["start_training"].show_first(trained, asked).text
    assert "on the hardware a10g-small of Hugging Face Jobs" in shown
    assert "THE DATA LEAVES THIS MACHINE" in shown
    assert "$1.20 an hour (as the Hub says now)" in shown
    assert "at most $0.60, as the job is ended after 30 minutes" in shown
    assert not hub.taken.files
    assert not hub.jobs


def test_without_the_hub_or_a_token_it_is_told_at_once_and_nothing_starts(
    trained: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    monkeypatch.delenv("HF_TOKEN", raising=False)
    base = trained.runs.get("run-1").plan["base_model"]
    asked = {"dataset": "tickets", "base_model": base, "where": "hf-jobs:t4-small"}
    planned = TOOLS["plan_training"].run(trained, asked)
    assert "$0.40 an hour (not confirmed by the Hub, which did not answer)" in planned.text
    with pytest.raises(ToolError, match="need a token"):
        TOOLS["start_training"].show_first(trained, asked)
    monkeypatch.setenv("HF_TOKEN", "hf_some")
    unreached = pytest.raises(ToolError, match="Nothing was sent: http://127.0.0.1:9 cannot be reached")
    with unreached, trained.approvals.typed("start_training", asked):
        TOOLS["start_training"].run(trained, asked)
    assert trained.runs.names() == ["run-1"]


def test_a_refusal_of_the_hub_is_told(tickets: Workspace, hub: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HF_TOKEN", "hf_only_reads")
    run = start(tickets, build(tmp_path / "tiny"), place=RENTED)
    with pytest.raises(StoreError, match="refused: You have no right to write.*needs to start jobs"):
        tickets.jobs.wait(run.job.id)


def test_files_from_elsewhere_stay_in_their_folder(tmp_path: Path):
    with pytest.raises(ValueError, match="outside"):
        put({"../elsewhere": b""}, tmp_path / "run")
