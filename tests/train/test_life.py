"""What can be done with runs: they wait for one another, are named, repeated, gone on from and deleted."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from store import StoreError, Workspace
from store.run_recipes import sha256
from tests.tiny_run import make, start
from tools import TOOLS, Result
from tools.train._curves import metrics


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A workspace of this file's own with run-1, which the tests change."""
    folder = tmp_path_factory.mktemp("life")
    with Workspace(folder / "home", readable=(folder,)) as workspace:
        make(workspace, folder)
        yield workspace


def call(ws: Workspace, tool: str, **arguments: object) -> Result:
    with ws.approvals.typed(tool, dict(arguments)):
        return TOOLS[tool].run(ws, dict(arguments))


def ended(ws: Workspace, run: str) -> dict[str, object]:
    return ws.jobs.wait(ws.runs.get(run).job.id)


def losses(ws: Workspace, run: str) -> list[tuple[float, float | None, float | None]]:
    return [(line["step"], line.get("loss"), line.get("eval_loss")) for line in metrics(ws.runs.get(run))]


def first_loss(ws: Workspace, run: str) -> float:
    """Of the first step; the line before it is that of the untouched model."""
    return next(loss for _, loss, _ in losses(ws, run) if loss is not None)


def weights(ws: Workspace, run: str) -> str:
    return sha256(ws.runs.get(run).folder / "model" / "adapter_model.safetensors")


def test_trainings_take_turns_and_the_same_settings_give_the_same_numbers(runs: Workspace):
    shown = TOOLS["repeat_training"].show_first(runs, {"run": "run-1"}).text
    assert "like run-1 on 72 rows of tickets, version 1, with nothing changed" in shown
    long = start(runs, Path(runs.runs.get("run-1").plan["base_model"]), epochs=2000)
    assert long.state == "running"
    told = call(runs, "repeat_training", run="run-1")
    assert "run-3 will train" in told.text
    assert "It waits for run-2 to end" in told.text
    assert "run-3 is queued. It waits for run-2 to end" in call(runs, "check_training", run="run-3").text
    assert "It will wait for run-2 and run-3 to end" in TOOLS["repeat_training"].show_first(runs, {"run": "run-1"}).text
    shown = TOOLS["stop_training"].show_first(runs, {"run": "run-3"}).text
    assert "take run-3 out of the queue" in shown
    assert "save nothing more" in TOOLS["stop_training"].show_first(runs, {"run": "run-2", "keep": "nothing"}).text
    cancelled = call(runs, "stop_training", keep="nothing")
    assert cancelled.text == "run-2: Cancelled; nothing more was saved."
    assert (runs.runs.get("run-2").state, runs.runs.get("run-2").model_folder) == ("cancelled", None)
    ended(runs, "run-3")
    assert losses(runs, "run-3") == losses(runs, "run-1")
    assert weights(runs, "run-3") == weights(runs, "run-1")


def test_a_run_keeps_its_recipe_in_its_folder(runs: Workspace):
    run = runs.runs.get("run-1")
    told = yaml.safe_load((run.folder / "recipe.yaml").read_text())
    assert told["training_recipe"] == 1
    assert told["plan"] == run.plan
    assert told["made_with"] == run.made_with
    assert {"torch", "transformers", "peft", "trl"} <= told["made_with"]["libraries"].keys()
    file = run.folder / told["dataset"]["file"]
    assert sha256(file) == told["dataset"]["sha256"]
    assert file.resolve() == runs.datasets.version("tickets", 1).path
    assert (told["dataset"]["rows"], told["dataset"]["version"]) == (96, 1)


def test_a_run_is_called_by_its_name_too(runs: Workspace):
    assert "It has no name yet" in TOOLS["rename_run"].show_first(runs, {"run": "run-1", "name": "Night  Shift"}).text
    call(runs, "rename_run", run="run-1", name=" Night  Shift ")
    assert runs.runs.get("run-1").called == "run-1 (Night Shift)"
    assert "run-1 (Night Shift) is done" in call(runs, "check_training", run="Night Shift").text
    assert "Night Shift" in TOOLS["check_training"].schema(runs)["properties"]["run"]["anyOf"][0]["enum"]
    assert runs.runs.id_of("night shift") == "run-1"
    assert runs.runs.names()[0] == "run-1"
    for name, why in [("RUN-7", "the ids that every run keeps"), ("x" * 61, "at most 60"), ("a\x07b", "cannot be")]:
        with pytest.raises(StoreError, match=why):
            call(runs, "rename_run", run="run-1", name=name)
    with pytest.raises(StoreError, match="run-1 is called night shift already"):
        call(runs, "rename_run", run="run-2", name="night shift")
    assert "take the name" in TOOLS["rename_run"].show_first(runs, {"run": "run-1", "name": ""}).text
    call(runs, "rename_run", run="run-1", name="")
    assert runs.runs.get("run-1").called == "run-1"


def test_a_repeat_shows_what_is_changed_and_keeps_the_rest(runs: Workspace):
    shown = TOOLS["repeat_training"].show_first(runs, {"run": "run-1", "rank": 8, "seed": 3})
    assert {row[0]: row[1:] for row in shown.tables[0].rows} == {
        "rank": ("4", "8"),
        "alpha": ("8", "16"),
        "seed": ("1", "3"),
    }
    before, after = runs.runs.get("run-1").plan, shown.data["plan"]
    changed = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    assert {"rank", "alpha", "seed"} <= changed <= {"rank", "alpha", "seed", "estimates", "save_steps"}
    other = TOOLS["repeat_training"].show_first(runs, {"run": "run-1", "technique": "ia3"})
    assert ("technique", "lora", "ia3") in other.tables[0].rows
    assert other.data["plan"]["learning_rate"] != before["learning_rate"], "that of lora would not do"
    assert other.data["plan"]["epochs"] == before["epochs"]


def test_a_run_goes_on_from_another_and_outlives_it(runs: Workspace):
    shown = TOOLS["start_training"].show_first(runs, {"dataset": "tickets", "base_model": "run-1", "epochs": 1})
    assert "It goes on from run-1: its adapter is trained further." in shown.text
    name = call(runs, "start_training", dataset="tickets", base_model="run-1", epochs=1).data["run"]
    assert runs.runs.get(name).came_from == "run-1"
    ended(runs, name)
    fresh = call(runs, "repeat_training", run="run-1", epochs=1).data["run"]
    ended(runs, fresh)
    assert first_loss(runs, name) < 0.5 * first_loss(runs, fresh), "it began as if it had learned nothing"
    merged = call(runs, "start_training", dataset="tickets", base_model=name, technique="ia3", epochs=1).data["run"]
    ended(runs, merged)
    run = runs.runs.get(merged)
    assert run.plan["base_model"] == str(run.folder / f"{name}-merged")
    assert first_loss(runs, merged) < 0.5 * first_loss(runs, fresh)

    shown = TOOLS["delete_run"].show_first(runs, {"run": name})
    assert [row[0] for row in shown.tables[1].rows] == [f"{merged}, which went on from it"]
    deleted = call(runs, "delete_run", run=name)
    assert f"What hangs on it stays: {merged}, which went on from it." in deleted.text
    assert name not in runs.runs.names()
    gone = runs.runs.get(name)
    assert gone.model_folder is None and metrics(gone) and (gone.folder / "recipe.yaml").exists()
    with pytest.raises(StoreError, match=f"{name} was deleted on .* trains it again"):
        call(runs, "check_training", run=name)
    again = call(runs, "repeat_training", run=merged).data["run"]
    ended(runs, again)
    assert losses(runs, again) == losses(runs, merged)
    shown = TOOLS["trace_number"].run(runs, {"run": merged}).text
    assert "is not in this project any more" not in shown


def test_what_hangs_on_a_run_is_named_before_it_is_deleted(runs: Workspace):
    one = call(runs, "repeat_training", run="run-1", epochs=1).data["run"]
    with pytest.raises(StoreError, match="Stop it first"):
        TOOLS["delete_run"].show_first(runs, {"run": one})
    ended(runs, one)
    runs.reports.save("evaluation", {"score": 1}, run=one)
    runs.reports.save("comparison", {"lead": "run-1", "others": [one]}, run="run-1")
    (runs.folder / "exports" / f"{one}-merged").mkdir(parents=True)
    shown = TOOLS["delete_run"].show_first(runs, {"run": one})
    assert [row[0] for row in shown.tables[1].rows] == [
        "report-1 (evaluation)",
        "report-2 (comparison)",
        f"the export {one}-merged",
    ]
    call(runs, "delete_run", run=one)
    assert (runs.folder / "exports" / f"{one}-merged").exists()
    assert runs.reports.get("report-1").run == one
    assert json.loads((runs.runs.get(one).folder / "metrics.jsonl").read_text().splitlines()[0])["step"] == 0
    newest = int(runs.runs.names()[-1].removeprefix("run-"))
    assert call(runs, "repeat_training", run="run-1", epochs=1).data["run"] == f"run-{max(newest, int(one[4:])) + 1}"
