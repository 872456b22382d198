"""A run made again from its recipe, without the chat, and by a plain script."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from assistant.cli import main
from store import Workspace
from store.run_recipes import sha256
from tests.tiny_run import make, start
from tools import TOOLS
from tools.train._curves import metrics
from tools.train._recipe import elsewhere, read


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A workspace of this file's own, with run-1 that writes answers, and run-2 that classifies."""
    folder = tmp_path_factory.mktemp("recipes")
    with Workspace(folder / "home", readable=(folder,)) as workspace:
        make(workspace, folder)
        base = Path(workspace.runs.get("run-1").plan["base_model"])
        second = start(
            workspace, base, task="classify", technique="dora", dropout=0.1, gradient_accumulation=2, learning_rate=2e-3
        )
        workspace.jobs.wait(second.job.id)
        yield workspace


@pytest.fixture(scope="module", params=["run-1", "run-2"])
def written(runs: Workspace, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that a recipe is written to, moved to another place."""
    with runs.approvals.typed("write_recipe", {"run": request.param}):
        result = TOOLS["write_recipe"].run(runs, {"run": request.param})
    assert result.data["rows"] == {"train": 72, "evaluation": 12}
    return Path(shutil.move(result.data["folder"], tmp_path_factory.mktemp("elsewhere") / "a recipe"))


def test_a_recipe_gives_the_same_numbers_in_a_fresh_workspace(
    runs: Workspace, written: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    home = ["--home", str(tmp_path / "fresh")]
    assert main([*home, "run", str(written)]) == 3
    assert "Add --yes" in capsys.readouterr().err
    with Workspace(tmp_path / "fresh") as fresh:
        assert (fresh.datasets.names(), fresh.runs.names()) == ([], [])
    assert main([*home, "run", str(written / "recipe.yaml"), "--yes"]) == 0
    told = capsys.readouterr().out
    name = read(written).run
    assert re.search(r"run-1 is done: step 45 of 45, loss [\d.]+, evaluation loss", told)
    assert f"The same numbers as {name} of the recipe." in told
    with Workspace(tmp_path / "fresh") as fresh:
        again, before = fresh.runs.get("run-1"), runs.runs.get(name)
        assert again.plan == before.plan
        weights = [sha256(run.folder / "model" / "adapter_model.safetensors") for run in (again, before)]
        assert weights[0] == weights[1]
        assert [change.sentence for change in fresh.datasets.history("tickets")] == [
            f"Took over 96 rows as the recipe of {name} has them."
        ]


def test_the_script_runs_without_tunewright_and_reaches_the_same_loss(runs: Workspace, written: Path):
    code = (written / "train.py").read_text()
    assert not re.search(r"import (tools|store|assistant)|from (tools|store|assistant)", code)
    one = {**os.environ, "OMP_NUM_THREADS": "1"}  # threads wait for one another longer than they compute
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "train.py"], cwd=written, env=one, capture_output=True, text=True, timeout=280
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found = float(re.search(r"Evaluation loss: ([\d.]+)", done.stdout)[1])
    name = read(written).run
    run = runs.runs.get(name)
    expected = json.loads((run.folder / "model" / "done.json").read_text())["eval_loss"]
    untrained = next(line["loss"] for line in metrics(run) if "loss" in line)
    assert abs(found - expected) < 0.15 * untrained, "further apart than two seeds are"
    if name == "run-1":  # so small a model writes well and tells classes badly apart
        assert max(found, expected) < 0.5 * untrained
    assert (written / "out" / "adapter_config.json").exists()


def test_a_recipe_is_checked_before_anything_is_started(
    runs: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    kept = runs.runs.get("run-1").folder / "recipe.yaml"
    other = tmp_path / "other.parquet"
    other.write_bytes(b"no rows")
    home = ["--home", str(tmp_path / "fresh")]

    def refused(recipe: Path, *more: str) -> str:
        assert main([*home, "run", str(recipe), "--yes", *more]) == 2
        return capsys.readouterr().err

    assert "another file than the one that run-1 was trained on" in refused(kept, "--data", str(other))
    assert "not there" in refused(kept, "--data", str(tmp_path / "none.parquet"))
    assert "There is no recipe" in refused(tmp_path / "none.yaml")
    told = yaml.safe_load(kept.read_text())
    for change, why in [
        ({"training_recipe": 9}, "later Tunewright"),
        ({"plan": {**told["plan"], "epochs": "many"}}, "at plan.epochs"),
        ({"plan": {name: value for name, value in told["plan"].items() if name != "seed"}}, "at plan.seed"),
    ]:
        (tmp_path / "recipe.yaml").write_text(yaml.safe_dump({**told, **change}))
        assert why in refused(tmp_path / "recipe.yaml")
    (tmp_path / "recipe.yaml").write_text("recipe: 1\ndataset: tickets\n")
    assert "recipe of a dataset" in refused(tmp_path / "recipe.yaml")
    (tmp_path / "recipe.yaml").write_text("a: [")
    assert "is not YAML" in refused(tmp_path / "recipe.yaml")
    with Workspace(tmp_path / "fresh") as fresh:
        assert fresh.runs.names() == []


def test_what_is_otherwise_here_is_told(runs: Workspace):
    recipe = read(runs.runs.get("run-1").folder)
    assert elsewhere(recipe, recipe.made_with) == []
    here = {**recipe.made_with, "libraries": {**recipe.made_with["libraries"], "torch": "9.0"}}
    assert elsewhere(recipe, here) == [("torch", recipe.made_with["libraries"]["torch"], "9.0")]
