"""A search for settings and a curve over the size of the data, trained for real on the tiny model."""

import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from store import StoreError, TrainingRun, Workspace
from tests.tiny_model import build
from tests.tiny_run import add_tickets, start
from tests.waiting import until
from tools import TOOLS
from tools.train._checks import refuse_if_too_short
from tools.train._search import changed, ranges
from tools.train._trials import trials

pytestmark = pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing:FutureWarning")


@pytest.fixture
def tickets(empty: Workspace) -> Workspace:
    add_tickets(empty)
    return empty


def search(ws: Workspace, base: Path, **wanted: Any) -> TrainingRun:
    changes = {"epochs": 2, "learning_rate": 1e-4, "save_steps": 10_000}
    return start(ws, base, **{**changes, "search": wanted})


def test_a_learning_rate_that_is_far_too_low_is_beaten_and_confirmed_within_the_budget(
    tickets: Workspace, tmp_path: Path
):
    run = search(tickets, build(tmp_path / "tiny"), kind="settings", minutes=60, most=4, vary=["learning_rate"])
    found = tickets.jobs.wait(run.job.id)
    made = trials(run)
    assert made[0]["choice"] == {"learning_rate": 1e-4}, "the plan itself is tried first"
    assert found["trials"] == sum(one["kind"] == "trial" for one in made) == 4
    assert max(found["winner"]) < min(found["plan"])
    assert found["choice"]["learning_rate"] > 1e-4
    told = TOOLS["check_training"].run(tickets, {"run": run.id})
    assert "lower with every seed. That model is kept." in told.text
    assert told.plots[0].mark == "parallel"
    drawn = told.plots[0].svg(ink="currentColor")
    assert drawn.startswith("<svg")
    assert "black" not in drawn, "words that a dark page would swallow"
    kept = json.loads((run.folder / "model" / "done.json").read_text())
    assert kept["settings"]["learning_rate"] == found["choice"]["learning_rate"]
    of_model = tickets.runs.get(run.id).model_plan
    assert (of_model["learning_rate"], "search" in of_model) == (found["choice"]["learning_rate"], False)
    assert kept["eval_loss"] == min(found["winner"])


def test_a_search_that_was_killed_goes_on_with_what_it_had_tried(tickets: Workspace, tmp_path: Path):
    run = search(tickets, build(tmp_path / "tiny"), kind="settings", minutes=60, most=3, vary=["rank"])
    until(lambda: len(trials(run)) >= 2)
    process = json.loads((run.job.folder / "process.json").read_text())["process"]
    os.kill(int(process.partition(":")[0]), signal.SIGKILL)
    until(lambda: tickets.runs.get(run.id).state == "interrupted")
    before = trials(run)
    with tickets.approvals.typed("resume_training", {"run": run.id}):
        tickets.runs.resume(run.id)
    found = tickets.jobs.wait(tickets.runs.get(run.id).job.id)
    assert trials(run)[: len(before)] == before
    assert found["trials"] == 3


def test_a_stopped_search_says_how_to_go_on(tickets: Workspace, tmp_path: Path):
    run = search(tickets, build(tmp_path / "tiny"), kind="settings", minutes=30, vary=["rank"])
    until(lambda: trials(run))
    waits = search(tickets, build(tmp_path / "tiny"), kind="sizes", minutes=30)
    assert f"is queued. It waits for {run.id} to end" in TOOLS["check_training"].run(tickets, {"run": waits.id}).text
    tickets.jobs.stop(waits.job.id)
    tickets.jobs.stop(run.job.id)
    until(lambda: not tickets.runs.get(run.id).job.live)
    told = TOOLS["check_training"].run(tickets, {"run": run.id})
    assert "is stopped" in told.text and "Resume it to go on" in told.text
    assert told.tables[0].rows


@pytest.mark.parametrize("task", ["generate", "classify"])
def test_a_curve_over_the_size_of_the_data_is_measured_and_told(tickets: Workspace, tmp_path: Path, task: str):
    base = build(tmp_path / "tiny")
    run = start(
        tickets, base, task=task, epochs=2, save_steps=10_000, search={"kind": "sizes", "minutes": 60, "seeds": 1}
    )
    found = tickets.jobs.wait(run.job.id)
    assert found["sizes"] == [18, 36, 72]
    assert len(found["losses"]) == 3 and found["seeds"] == 1
    assert found["measure"] == ("error" if task == "classify" else "loss")
    told = TOOLS["check_training"].run(tickets, {"run": run.id})
    assert told.text.startswith(f"{run.id} is done. From 36 to 72 rows the {found['measure']} went from")
    assert [row[0] for row in told.tables[0].rows] == [18, 36, 72]
    assert run.model_folder, "the model of all the rows is kept"


def test_when_the_time_is_over_what_was_tried_is_confirmed_and_no_more_is_tried(tickets: Workspace, tmp_path: Path):
    run = search(tickets, build(tmp_path / "tiny"), kind="settings", minutes=0.001, vary=["rank"])
    with pytest.raises(StoreError, match="No trial was trained to its end in the time given.*Give it more minutes"):
        tickets.jobs.wait(run.job.id)
    assert len(trials(run)) == 1


def test_too_short_a_budget_is_refused_with_what_is_needed():
    refuse_if_too_short(2, 120, "one training takes 24 s")
    with pytest.raises(StoreError, match="1 minute is too short: one training takes 24 s. Give it 2 minutes, or"):
        refuse_if_too_short(1, 61, "one training takes 24 s")


def test_the_card_says_what_is_tried_and_what_judges(trained: Workspace):
    base = trained.runs.get("run-1").plan["base_model"]
    asked = {"dataset": "tickets", "minutes": 600, "base_model": base}
    card = TOOLS["tune_settings"].show_first(trained, asked)
    assert "test rows are not read" in card.text
    assert [row[0] for row in card.tables[0].rows] == ["learning rate", "rank", "epochs"]
    card = TOOLS["learning_curve"].show_first(trained, asked)
    assert "a quarter, a half and all of the 72 training rows" in card.text


def test_what_follows_from_a_setting_follows():
    plan = {"learning_rate": 1e-3, "rank": 16, "alpha": 32, "epochs": 3, "batch_size": 16, "gradient_accumulation": 2}
    new = changed(plan, {"rank": 4, "batch_size": 32})
    assert (new["alpha"], new["batch_size"], new["gradient_accumulation"]) == (8, 32, 4)
    within = ranges(plan, ["learning_rate", "batch_size"], rows=100)
    assert within["learning_rate"].low < 1e-3 < within["learning_rate"].high
    assert max(within["batch_size"].choices) == 16
