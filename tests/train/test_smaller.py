"""Where the memory is not enough, fewer rows go through the model at once, and the outcome stays the same."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from transformers import LlamaConfig

from store import Workspace
from store.worker import write_last
from tests.tiny_model import build
from tests.tiny_run import add_tickets, plan
from tools.train._curves import metrics_in
from tools.train._smaller import changes_of, fitted, remember, rows_at_once, smaller, told

ROOT = Path(__file__).parents[2]
WIDE = {"hidden_size": 1024, "intermediate_size": 4096}


@pytest.mark.parametrize("batch_size", [1, 7, 8, 12, 64])
def test_rows_are_halved_until_one_is_left_and_a_step_keeps_its_rows(batch_size: int):
    plan_ = {"batch_size": batch_size, "gradient_accumulation": 1, "technique": "lora", "max_length": 96}
    seen = [rows_at_once(plan_)]
    while (fits := smaller(plan_)) and not fits.get("gradient_checkpointing"):
        assert rows_at_once(fits) * fits["gradient_accumulation"] == fits["batch_size"] == batch_size
        assert (fits["technique"], fits["max_length"]) == ("lora", 96)
        plan_ = fits
        seen.append(rows_at_once(plan_))
    assert seen[-1] == 1
    assert all(after <= before / 2 for before, after in zip(seen, seen[1:], strict=False))
    last = smaller(plan_)
    assert last and last["gradient_checkpointing"] and rows_at_once(last) == 1
    assert smaller(last) is None


def test_what_was_changed_holds_when_the_run_is_resumed(tmp_path: Path):
    planned = {"batch_size": 8, "gradient_accumulation": 1}
    assert fitted(planned, tmp_path) == planned
    first = smaller(planned)
    assert first
    remember(tmp_path, first, 10)
    second = {**first, "gradient_checkpointing": True}
    remember(tmp_path, second, 20)
    assert fitted(planned, tmp_path) == second
    assert [change["step"] for change in changes_of(tmp_path)] == [10, 20]
    assert "4 rows go through the model at once" in changes_of(tmp_path)[0]["sentence"]
    assert "gradient checkpointing" in told(second)


def train_with(bytes_: int, folder: Path, ws: Workspace, settings: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """The result and the log of a worker with so little memory to compute in."""
    (folder / "1").mkdir(parents=True)
    payload = {"run": "run-1", "folder": str(folder / "run"), "dataset": "tickets", "version": 1, "plan": settings}
    write_last(folder / "1" / "job.json", {"home": str(ws.home), "project": ws.project, "payload": payload})
    command = [sys.executable, "-m", "tests.train.cramped", str(folder / "1"), str(bytes_)]
    done = subprocess.run(command, cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, check=False)
    told = {file.stem: json.loads(file.read_text()) for file in (folder / "1").glob("*.json")}
    return told, done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the memory of one process")
def test_a_step_that_does_not_fit_is_made_in_parts_with_the_same_losses(empty: Workspace, tmp_path: Path):
    add_tickets(empty)
    settings = plan(build(tmp_path / "tiny"), batch_size=64, epochs=2)
    roomy, log = train_with(2_000_000_000, tmp_path / "roomy", empty, settings)
    assert "result" in roomy, log
    assert roomy["result"]["rows_at_once"] == 64
    cramped, log = train_with(20_000_000, tmp_path / "cramped", empty, settings)
    assert "result" in cramped, log
    assert cramped["result"]["rows_at_once"] <= 32
    assert cramped["result"]["eval_loss"] == pytest.approx(roomy["result"]["eval_loss"], rel=1e-4)
    losses = [
        [line["loss"] for line in metrics_in(tmp_path / name / "run") if "loss" in line]
        for name in ("roomy", "cramped")
    ]
    assert losses[0] == pytest.approx(losses[1], rel=1e-4)
    assert changes_of(tmp_path / "cramped" / "run")[-1]["sentence"].startswith("The memory was not enough, so")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the memory of one process")
def test_a_training_that_does_not_fit_in_any_way_says_so(empty: Workspace, tmp_path: Path):
    """The gradients of all 34 million weights and what AdamW keeps of them take 400 MB, however few the rows are."""
    add_tickets(empty)
    wide = build(tmp_path / "wide", config=lambda **shape: LlamaConfig(**{**shape, **WIDE}))
    settings = plan(wide, technique="full", batch_size=2)
    hopeless, log = train_with(50_000_000, tmp_path / "hopeless", empty, settings)
    assert "even for one row" in hopeless["failed"]["sentence"], log
    assert changes_of(tmp_path / "hopeless" / "run")[-1]["settings"]["gradient_checkpointing"]
