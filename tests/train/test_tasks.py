"""Every task: trained for real on a tiny model, watched by its own measures, resumed, saved and loaded again."""

import json
import math
from pathlib import Path
from typing import Any

import pytest

from store import Workspace
from store.worker import Stopped
from tests.tiny_model import build
from tests.tiny_tasks import ADD, DATASET, task_plan
from tests.train.test_techniques import worker_of
from tools.train._rows import read_rows
from tools.train._setup import build_trainer
from tools.train._weights import load
from tools.train._worker import train

pytestmark = pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing:FutureWarning")
OWN = {
    "tag": {"eval_token_f1", "eval_entity_f1"},
    "dpo": {"reward_margin", "preference_accuracy", "eval_reward_margin", "eval_preference_accuracy"},
    "pretrain": {"perplexity", "eval_perplexity"},
    "grpo": {"reward", "answer_tokens", "kl", "eval_reward", "eval_answer_tokens"},
}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("base") / "tiny")


def lines_of(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "run" / "metrics.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("technique", ["lora", "full"])
@pytest.mark.parametrize("task", ["tag", "dpo", "pretrain", "grpo"])
def test_a_task_is_learned_watched_saved_and_loaded_again(
    task: str, technique: str, empty: Workspace, base: Path, tmp_path: Path
):
    ADD[task](empty)
    half = technique == "lora" and task in ("dpo", "grpo")  # whose trainers are not our own
    dtype = "bfloat16" if half else "float32"
    settings = task_plan(base, task, technique=technique, learning_rate=1e-2, dtype=dtype)
    facts = train(worker_of(empty, tmp_path, settings, DATASET[task]))
    lines = lines_of(tmp_path)
    assert OWN[task] <= {name for line in lines for name in line}
    assert all(math.isfinite(line[name]) for line in lines for name in OWN[task] if name in line)
    model = tmp_path / "run" / "model"
    assert json.loads((model / "done.json").read_text())["task"] == task
    assert (model / "adapter_config.json").exists() == (technique != "full")
    assert not (model / "ref").exists()
    loaded = load(str(base), model, task=task, labels=settings["labels"])
    rows = read_rows(empty.datasets.head(DATASET[task]).path, settings, loaded.tokenizer, tmp_path / "cache")
    assert facts["rows"] == len(rows.train)
    if task in ("tag", "pretrain"):
        trainer = build_trainer(loaded, rows, settings, tmp_path / "evaluated")
        assert trainer.evaluate()["eval_loss"] == pytest.approx(facts["eval_loss"], abs=1e-4)


@pytest.mark.parametrize("task", ["tag", "dpo", "pretrain", "grpo"])
def test_a_run_that_was_stopped_ends_as_if_nothing_had_happened(
    task: str, empty: Workspace, base: Path, tmp_path: Path
):
    ADD[task](empty)
    settings = task_plan(base, task, learning_rate=1e-2, epochs=2)
    whole = train(worker_of(empty, tmp_path / "whole", settings, DATASET[task]))
    worker = worker_of(empty, tmp_path / "parts", settings, DATASET[task])
    (worker.folder / "stop").touch()
    with pytest.raises(Stopped):
        train(worker)
    (worker.folder / "stop").unlink()
    resumed = train(worker)
    assert (resumed["resumed_from"], resumed["step"]) == (1, whole["step"])
    assert resumed["loss"] == pytest.approx(whole["loss"], abs=1e-4)
    assert resumed["eval_loss"] == pytest.approx(whole["eval_loss"], rel=1e-3, abs=1e-5)
