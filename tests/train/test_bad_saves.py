"""A checkpoint that is damaged, and a disk that is full while saving: nothing is lost that was whole."""

import json
from pathlib import Path

import pytest

from store import NoSpace, Workspace
from tests.full_disk import full_disk
from tests.tiny_model import build
from tests.tiny_run import add_tickets, plan
from tests.train.test_techniques import worker_of
from tools.train._checkpoints import last_intact, whole
from tools.train._worker import train

pytestmark = pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing:FutureWarning")


@pytest.fixture
def tickets(empty: Workspace) -> Workspace:
    add_tickets(empty)
    return empty


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return build(tmp_path / "tiny")


def spoil(checkpoint: Path) -> None:
    """Turn one bit over: the size stays the same."""
    file = checkpoint / "adapter_model.safetensors"
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)


def test_a_damaged_checkpoint_is_passed_over_and_said(tickets: Workspace, base: Path, tmp_path: Path):
    settings = plan(base, epochs=1, save_steps=3)
    train(worker_of(tickets, tmp_path / "a", settings))
    checkpoints = tmp_path / "a" / "run" / "checkpoints"
    assert last_intact(checkpoints) == (checkpoints / "checkpoint-9", [])
    spoil(checkpoints / "checkpoint-9")
    assert last_intact(checkpoints) == (checkpoints / "checkpoint-6", [9])
    worker = worker_of(tickets, tmp_path / "b", settings)
    (tmp_path / "a" / "run").rename(tmp_path / "b" / "run")
    checkpoints = tmp_path / "b" / "run" / "checkpoints"
    facts = train(worker)
    assert (facts["resumed_from"], facts["step"]) == (6, 9)
    told = (worker.folder / "progress.jsonl").read_text()
    assert "The checkpoint of step 9 is damaged on the disk. It goes on from step 6." in told
    for checkpoint in whole(checkpoints):
        spoil(checkpoint)
    again = worker_of(tickets, tmp_path / "c", settings)
    (tmp_path / "b" / "run").rename(tmp_path / "c" / "run")
    assert train(again)["resumed_from"] is None
    assert (
        "are damaged on the disk. It starts again from the beginning." in (again.folder / "progress.jsonl").read_text()
    )


def test_a_disk_that_is_full_while_saving_ends_in_a_sentence_and_the_run_can_go_on(
    tickets: Workspace, base: Path, tmp_path: Path
):
    settings = plan(base, technique="full", epochs=1, save_steps=3)
    with full_disk(200_000), pytest.raises(NoSpace, match="disk is full"):
        train(worker_of(tickets, tmp_path / "a", settings))
    run = tmp_path / "a" / "run"
    assert whole(run / "checkpoints") == []
    assert not list((run / "checkpoints").glob("checkpoint-*")), "what was half saved takes up the disk"
    worker = worker_of(tickets, tmp_path / "b", settings)
    run.rename(tmp_path / "b" / "run")
    facts = train(worker)
    assert facts["step"] == 9
    told = json.loads((tmp_path / "b" / "run" / "model" / "done.json").read_text())
    assert told["rows"] == 72
