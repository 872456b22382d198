"""What a training does at its evaluations, on real runs of a tiny model."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from store import StoreError, Workspace
from store.worker import Worker, write_last
from tests.tiny_model import build
from tests.tiny_run import ROWS, add_tickets, plan
from tests.train.test_techniques import evaluation_loss
from tools.train._curves import metrics_in
from tools.train._judge import Judge
from tools.train._samples import read_samples, samples_table
from tools.train._sampling import undisturbed
from tools.train._weights import load
from tools.train._worker import train

pytestmark = pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing:FutureWarning")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("models") / "tiny")


def worker_of(ws: Workspace, folder: Path, settings: dict[str, Any]) -> Worker:
    if not ws.datasets.names():
        add_tickets(ws)
    (folder / "job").mkdir(parents=True)
    payload = {"run": "run-1", "folder": str(folder / "run"), "dataset": "tickets", "version": 1, "plan": settings}
    write_last(folder / "job" / "job.json", {"home": str(ws.home), "project": ws.project, "payload": payload})
    return Worker(folder / "job")


def evaluated(folder: Path) -> list[dict[str, Any]]:
    return [line for line in metrics_in(folder / "run") if "eval_loss" in line]


@pytest.mark.parametrize("task", ["generate", "classify"])
def test_the_same_rows_are_asked_at_each_evaluation_and_it_is_seen_to_learn(
    task: str, empty: Workspace, base: Path, tmp_path: Path
):
    facts = train(worker_of(empty, tmp_path, plan(base, task=task, epochs=8)))
    lines, told = evaluated(tmp_path), read_samples(tmp_path / "run")
    assert [line["step"] for line in lines] == [one["step"] for one in told]
    assert told[0]["step"] == 0
    assert all(one["asked"] == told[0]["asked"] for one in told)
    assert {asked["expected"] for asked in told[0]["asked"]} == set(ROWS)
    assert all(0 <= line["accuracy"] <= 1 and line["eval_rows"] == 12 for line in lines)
    assert lines[-1]["accuracy"] > lines[0]["accuracy"]
    assert facts["accuracy"] in [line["accuracy"] for line in lines]
    assert all("macro_f1" in line for line in lines) == (task == "classify")
    trained = [line for line in metrics_in(tmp_path / "run") if "loss" in line]
    assert all(line["grad_norm"] > 0 and line["memory_bytes"] > 0 for line in trained)
    assert len(lines) * 12 / 3 < 0.1 * 72 * 8, "evaluations take too much of the work"
    table = samples_table(tmp_path / "run", "run-1")
    assert table and table.columns[:3] == ("question", "expected", "before")


def test_asking_for_samples_changes_nothing_of_the_training(
    empty: Workspace, base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    settings = plan(base, epochs=3, dropout=0.3)
    train(worker_of(empty, tmp_path / "asked", settings))
    monkeypatch.setattr("tools.train._sampling.SHOWN", 0)
    train(worker_of(empty, tmp_path / "not_asked", settings))
    weights = [
        load_file(tmp_path / name / "run" / "model" / "adapter_model.safetensors") for name in ("asked", "not_asked")
    ]
    assert read_samples(tmp_path / "asked" / "run")
    assert not read_samples(tmp_path / "not_asked" / "run")
    assert all(torch.equal(weights[0][name], weights[1][name]) for name in weights[0])


def test_what_is_random_goes_on_as_if_nobody_had_asked():
    model = torch.nn.Dropout().train()
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    with undisturbed(model):
        assert not model.training
        torch.rand(5)
    assert model.training
    assert torch.equal(torch.rand(3), expected)


def test_a_run_that_learns_by_heart_ends_early_and_keeps_its_best_weights(empty: Workspace, base: Path, tmp_path: Path):
    other = "case label when 'delivery' then 'refund' when 'refund' then 'technical' else 'delivery' end"
    wrong = f"case split when 'validation' then {other} else label end"
    add_tickets(empty)
    with empty.approvals.typed("edit", {}):
        empty.datasets.derive("tickets", f"select * replace ({wrong} as label) from parent", sentence="x", recipe={})
    settings = plan(base, technique="full", task="classify", epochs=24, learning_rate=3e-3)
    worker = worker_of(empty, tmp_path, settings)
    worker.payload["version"] = 2
    facts = train(worker)
    told = evaluated(tmp_path)
    kept = next(line for line in told if line["step"] == facts.get("model_of_step"))
    assert facts["ended_early"] and facts["step"] < facts["steps"]
    assert facts["eval_loss"] == kept["eval_loss"] < told[-1]["eval_loss"]
    assert facts["accuracy"] == kept["accuracy"] >= told[-1]["accuracy"]
    tuned = load(str(base), tmp_path / "run" / "model", task="classify", labels=sorted(ROWS))
    assert evaluation_loss(tuned, settings, empty, tmp_path / "again") == pytest.approx(kept["eval_loss"], abs=1e-4)
    assert not (tmp_path / "run" / "best").exists()


def test_early_stopping_can_be_left_out(empty: Workspace, base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tools.train._evaluations.only_worse", lambda told: True)
    facts = train(worker_of(empty, tmp_path / "a", plan(base, epochs=2, early_stopping=False)))
    assert facts["step"] == facts["steps"] == 18
    facts = train(worker_of(empty, tmp_path / "b", plan(base, epochs=2)))
    assert facts["step"] < facts["steps"]


def test_after_a_loss_that_is_no_number_the_weights_from_before_are_kept(
    empty: Workspace, base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    real = torch.nn.functional.cross_entropy
    calls = iter(range(10_000))

    def breaks_late(*given: Any, **named: Any) -> torch.Tensor:
        return real(*given, **named) * (float("nan") if next(calls) > 40 else 1)

    monkeypatch.setattr("tools.train._trainer.F.cross_entropy", breaks_late)
    with pytest.raises(StoreError, match=r"stopped being a number at step .* The weights of step \d+, from before"):
        train(worker_of(empty, tmp_path, plan(base, epochs=20)))
    kept = load_file(tmp_path / "run" / "model" / "adapter_model.safetensors")
    assert all(bool(weight.isfinite().all()) for weight in kept.values())
    done = json.loads((tmp_path / "run" / "model" / "done.json").read_text())
    assert done["model_of_step"] in [line["step"] for line in evaluated(tmp_path)]


def test_the_judge_counts_whole_answers_for_text_and_each_class_for_a_head():
    judge = Judge(None)
    logits = torch.eye(4)[[0, 1, 2, 3, 3]]
    judge.see(logits, torch.tensor([0, 1, 2, 3, 0]), torch.tensor([0, 0, 1, 2, 2]))
    assert judge.take() == {"eval_rows": 3, "exact_match": pytest.approx(2 / 3)}
    assert judge.take() == {}
    judge = Judge(["a", "b", "c"])
    judge.see(torch.eye(3)[[0, 0, 1, 2]], torch.tensor([0, 1, 1, 2]), None)
    told = judge.take()
    assert told["accuracy"] == 0.75
    assert told["macro_f1"] == pytest.approx((2 / 3 + 2 / 3 + 1) / 3)
