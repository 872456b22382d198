"""Steps of the real trainer on batches of a known size: their time, and the memory they reach."""
# pyright: basic

import gc
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import torch
from datasets import Dataset
from torch.utils.data import SequentialSampler
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from store import StoreError
from store.worker import Stopped, Worker
from tools.train._packed import Packed
from tools.train._rows import Rows
from tools.train._setup import build_trainer
from tools.train._usage import forget_peak, peak_bytes, processor_seconds
from tools.train._weights import Loaded
from tools.train.tasks import TASKS

Plan = dict[str, Any]
Took = dict[str, float]


def clock() -> tuple[float, float]:
    """Now: (seconds, processor seconds)."""
    return time.monotonic(), processor_seconds()


def since(began: tuple[float, float]) -> Took:
    """What passed since `clock()`."""
    return {"seconds": time.monotonic() - began[0], "processor_seconds": processor_seconds() - began[1]}


@contextmanager
def peak() -> Iterator[dict[str, int]]:
    """The peak of the memory inside: `peak_bytes`, and `gpu_peak_bytes` where there is a card."""
    forget_peak()
    if torch.cuda.is_available():
        torch.cuda.reset_peak_memory_stats()
    found: dict[str, int] = {}
    yield found
    found["peak_bytes"] = peak_bytes()
    found["gpu_peak_bytes"] = torch.cuda.max_memory_allocated() if torch.cuda.is_available() else 0


class _Clock(TrainerCallback):
    """Times the steps, each from the end of the one before, and within them the update of the weights."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._step = self._update = (0.0, 0.0)
        self.steps: list[Took] = []
        self.updates: list[Took] = []

    def on_train_begin(self, *_: Any, **__: Any) -> None:
        self._step = clock()

    def on_pre_optimizer_step(self, *_: Any, **__: Any) -> None:
        self._update = clock()

    def on_optimizer_step(self, *_: Any, **__: Any) -> None:
        self.updates.append(since(self._update))

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> TrainerControl:
        self.steps.append(since(self._step))
        self._step = clock()
        if self._worker.stopping:
            raise Stopped("The measurement was stopped.")
        return control


def measured_steps(worker: Worker, loaded: Loaded, batch: Dataset, plan: Plan, steps: int) -> dict[str, Any]:
    """Make the same batch of rows a step several times.

    Returns:
        `rows`, `tokens` (padding included), `seen` (without padding, and with the answers that were written), `packed`
        (whether there was no padding), `first` (the first step), `pass` (forward and backward, median of the
        others), `update` (of the weights), the peaks of the memory, and the `loss`.

    Raises:
        StoreError: The loss is no number from the first steps on.
    """
    folder = worker.folder / "steps"
    rows = Rows(batch.select(list(range(len(batch))) * steps), None, 0, 0)
    settings = {"save_strategy": "no", "eval_strategy": "no", "logging_steps": steps, "max_steps": steps}
    plan = {**plan, "batch_size": len(batch), "gradient_accumulation": 1}
    timer = _Clock(worker)
    trainer = build_trainer(loaded, rows, plan, folder, **settings)
    if TASKS[plan["task"]].trainer != "rewards":  # those repeat each question
        trainer._get_train_sampler = lambda *_: SequentialSampler(rows.train)  # pyright: ignore
    trainer.add_callback(timer)
    with peak() as reached:
        loss = trainer.train().training_loss
    seen, packed = trainer.tokens_seen / steps, isinstance(trainer.data_collator, Packed)
    _forget(trainer)
    if not math.isfinite(loss):
        raise StoreError(
            f"The first steps of {Path(plan['base_model']).name} gave a loss that is no number, so it cannot be "
            "trained as it is. Take another base model."
        )
    later = timer.steps[1:] or timer.steps
    update = {name: median(each[name] for each in timer.updates[1:] or timer.updates) for name in later[0]}
    whole = {name: median(each[name] for each in later) for name in later[0]}
    return {
        "rows": len(batch),
        "tokens": _tokens(batch, packed=packed),
        "seen": seen,
        "packed": packed,
        "first": timer.steps[0],
        "pass": {name: max(0.0, whole[name] - update[name]) for name in whole},
        "update": update,
        "loss": loss,
        **reached,
    }


def measured_evaluation(worker: Worker, loaded: Loaded, batch: Dataset, plan: Plan) -> dict[str, Any]:
    """Evaluate a batch of rows, twice: the `tokens` and what the second took."""
    folder = worker.folder / "steps"
    plan = {**plan, "batch_size": len(batch), "gradient_accumulation": 1}
    trainer = build_trainer(loaded, Rows(batch, batch, 0, 0), plan, folder, save_strategy="no")
    trainer.evaluate()
    began = clock()
    trainer.evaluate()
    took = since(began)
    packed = isinstance(trainer.data_collator, Packed)
    _forget(trainer)
    return {"tokens": _tokens(batch, packed=packed), **took}


def _tokens(batch: Dataset, *, packed: bool) -> int:
    lengths: list[int] = list(batch["length"])
    return sum(lengths) if packed else len(lengths) * max(lengths)


def _forget(trainer: Any) -> None:
    """Give back the memory of a trainer: its optimizer, and the gradients that it left."""
    trainer.model.zero_grad(set_to_none=True)
    trainer.optimizer = trainer.lr_scheduler = None
    trainer.accelerator.free_memory()
    gc.collect()
