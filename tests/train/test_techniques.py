"""Trainings of a tiny model: what they learn, tell, and refuse. What each technique does is in `test_proven`."""

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
from tools.train._rows import read_rows
from tools.train._setup import build_trainer
from tools.train._trainer import Padded
from tools.train._weights import Loaded, load
from tools.train._worker import _in_words, train

pytestmark = pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing:FutureWarning")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("base") / "tiny")


@pytest.fixture
def tickets(empty: Workspace) -> Workspace:
    add_tickets(empty)
    return empty


def worker_of(ws: Workspace, folder: Path, settings: dict[str, Any], dataset: str = "tickets") -> Worker:
    job = folder / "job"
    job.mkdir(parents=True)
    payload = {"run": "run-1", "folder": str(folder / "run"), "dataset": dataset, "version": 1, "plan": settings}
    write_last(job / "job.json", {"home": str(ws.home), "project": ws.project, "payload": payload})
    return Worker(job)


def evaluation_loss(loaded: Loaded, settings: dict[str, Any], ws: Workspace, folder: Path) -> float:
    rows = read_rows(ws.datasets.head("tickets").path, settings, loaded.tokenizer, folder / "cache")
    trainer = build_trainer(loaded, rows, settings, folder / "evaluated")
    return trainer.evaluate()["eval_loss"]


@pytest.mark.parametrize("task", ["generate", "classify"])
def test_an_adapter_learns_in_bfloat16_too_and_is_saved_in_full_precision(
    task: str, tickets: Workspace, base: Path, tmp_path: Path
):
    settings = plan(base, task=task, dtype="bfloat16", epochs=2)
    facts = train(worker_of(tickets, tmp_path, settings))
    saved = load_file(tmp_path / "run" / "model" / "adapter_model.safetensors")
    assert {weight.dtype for weight in saved.values()} == {torch.float32}
    labels = sorted(ROWS) if task == "classify" else None
    untuned = load(str(base), task=task, labels=labels, dtype="bfloat16")
    assert facts["eval_loss"] < evaluation_loss(untuned, settings, tickets, tmp_path / "b") - 0.1


def test_the_loss_is_that_of_the_plain_model_on_the_answers_alone(tickets: Workspace, base: Path, tmp_path: Path):
    settings = plan(base, batch_size=3)
    loaded = load(str(base))
    rows = read_rows(tickets.datasets.head("tickets").path, settings, loaded.tokenizer, tmp_path / "cache")
    trainer = build_trainer(loaded, rows, settings, tmp_path / "o")
    some = [rows.train[place] for place in range(3)]
    padded = Padded(loaded.tokenizer)(some)
    plain = loaded.model(**padded).loss
    for batch in (padded, trainer.data_collator(some)):
        assert trainer.compute_loss(loaded.model, dict(batch)).item() == pytest.approx(plain.item(), abs=1e-5)


def test_two_runs_with_one_seed_give_the_same_numbers(tickets: Workspace, base: Path, tmp_path: Path):
    first = train(worker_of(tickets, tmp_path / "a", plan(base, epochs=1)))
    second = train(worker_of(tickets, tmp_path / "b", plan(base, epochs=1)))
    other = train(worker_of(tickets, tmp_path / "c", plan(base, epochs=1, seed=2)))
    assert first["eval_loss"] == second["eval_loss"] != other["eval_loss"]


def test_batches_in_parts_make_the_same_steps(tickets: Workspace, base: Path, tmp_path: Path):
    whole = train(worker_of(tickets, tmp_path / "a", plan(base, epochs=1, batch_size=8)))
    parts = train(worker_of(tickets, tmp_path / "b", plan(base, epochs=1, batch_size=8, gradient_accumulation=2)))
    assert parts["steps"] == whole["steps"] == 9


def test_progress_tells_all_that_is_plotted(tickets: Workspace, base: Path, tmp_path: Path):
    worker = worker_of(tickets, tmp_path, plan(base, epochs=1))
    train(worker)
    told = [json.loads(line) for line in (worker.folder / "progress.jsonl").read_text().splitlines()]
    lines = [json.loads(line) for line in (tmp_path / "run" / "metrics.jsonl").read_text().splitlines()]
    assert told[-1]["fraction"] == 1
    assert {"step", "steps", "epoch", "tokens_per_second", "eval_loss"} <= set(told[-1]["data"])
    assert [line["step"] for line in lines if "loss" in line] == list(range(1, 10))
    assert all({"loss", "learning_rate", "tokens_per_second", "epoch"} <= set(line) for line in lines if "loss" in line)


def test_a_loss_that_is_no_number_ends_in_a_sentence(tickets: Workspace, base: Path, tmp_path: Path):
    settings = plan(base, technique="full", learning_rate=1e30)
    with pytest.raises(StoreError, match="stopped being a number at step .* smaller learning rate"):
        train(worker_of(tickets, tmp_path, settings))


def test_rows_without_anything_to_learn_end_in_a_sentence(tickets: Workspace, base: Path, tmp_path: Path):
    with pytest.raises(StoreError, match="None of the 72 training rows can be trained on.*max_length"):
        train(worker_of(tickets, tmp_path, plan(base, max_length=8)))


def test_a_disk_that_is_full_is_told_in_a_sentence(tmp_path: Path):
    disk = RuntimeError("Error while serializing: I/O error: No space left on device (os error 28)")
    assert "disk is full" in str(_in_words(disk, tmp_path))
    assert _in_words(RuntimeError("a bug"), tmp_path) is None


def test_conversations_and_labels_that_are_no_text_are_trained_on(empty: Workspace, base: Path, tmp_path: Path):
    talk = (
        "[{'role': 'user', 'content': 'is ' || n || ' even?'},"
        " {'role': 'assistant', 'content': case when n % 2 = 0 then 'yes' else 'no' end}] as talk"
    )
    with empty.approvals.typed("load_dataset", {}):
        empty.datasets.add(
            "numbers",
            f"select {talk}, 'number ' || n as text, n % 2 = 0 as label from range(40) t(n)",
            sentence="Loaded 40 rows.",
            recipe={},
            roles={"talk": "messages", "text": "text", "label": "label"},
        )
    spoken = plan(base, messages="talk", prompt=None, completion=None, labels=None, split=None, epochs=1)
    facts = train(worker_of(empty, tmp_path / "a", spoken, "numbers"))
    assert (facts["rows"], facts["evaluation_rows"], facts["rows_left_out"]) == (36, 4, 0)
    sorted_ = plan(base, task="classify", labels=["false", "true"], split=None, epochs=1)
    facts = train(worker_of(empty, tmp_path / "b", sorted_, "numbers"))
    assert (facts["rows"], facts["evaluation_rows"], facts["rows_left_out"]) == (36, 4, 0)
