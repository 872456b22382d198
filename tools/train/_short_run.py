"""One training among several in a process: from a plan to its evaluation loss."""
# pyright: basic

import gc
import math
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from datasets import Dataset
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from store.worker import Worker
from tools.train._rows import Rows
from tools.train._setup import build_trainer, load_for_training
from tools.train._trainer import AnswerTrainer
from tools.train._weights import Loaded

Plan = dict[str, Any]
Ended = Literal["done", "pruned", "failed"]


@dataclass
class Outcome:
    """How a training ended. `loss` is the last evaluation loss; None if there was none or it was no number."""

    state: Ended
    loss: float | None
    lowest: float | None
    seconds: float
    loaded: Loaded
    trainer: AnswerTrainer


class _Judge(TrainerCallback):
    """Hears each evaluation and says when a training is not worth going on with, or its time is over."""

    def __init__(self, hopeless: Callable[[int, float], bool], over: Callable[[], bool]) -> None:
        self._hopeless, self._over = hopeless, over
        self.losses: list[float] = []
        self.ended: Ended = "done"

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> TrainerControl:
        if state.global_step == state.max_steps:
            control.should_evaluate = True
        elif self._over():
            self.ended = "pruned"
            control.should_training_stop = True
        return control

    def on_evaluate(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, metrics: Any = None, **_: Any
    ) -> TrainerControl:
        loss = float((metrics or {}).get("eval_loss", math.nan))
        if not math.isfinite(loss):
            self.ended = "failed"
            control.should_training_stop = True
            return control
        self.losses.append(loss)
        if state.global_step < state.max_steps and self._hopeless(len(self.losses), loss):
            self.ended = "pruned"
            control.should_training_stop = True
        return control


def trained_once(
    plan: Plan,
    rows: Rows,
    worker: Worker,
    folder: Path,
    *,
    train: Dataset | None = None,
    hopeless: Callable[[int, float], bool] = lambda *_: False,
    over: Callable[[], bool] = lambda: False,
) -> Outcome:
    """Train as a plan says, without checkpoints.

    Args:
        plan: With its own seed.
        rows: The rows of the run.
        worker: Whose folder tells the machine.
        folder: Scratch space; it is removed.
        train: Rows to train on instead.
        hopeless: For the number of evaluations so far and the last loss, whether to end here.
        over: Whether the time is over.
    """
    began = time.monotonic()
    loaded = load_for_training(plan, worker)
    own = Rows(train, rows.evaluation, rows.cut, rows.left_out) if train is not None else rows
    trainer = build_trainer(loaded, own, plan, folder, save_strategy="no")
    judge = _Judge(hopeless, over)
    trainer.add_callback(judge)
    try:
        trainer.train()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    gc.collect()
    last = judge.losses[-1] if judge.losses else None
    ended: Ended = "failed" if last is None and judge.ended == "done" else judge.ended
    return Outcome(ended, last, min(judge.losses, default=None), time.monotonic() - began, loaded, trainer)
