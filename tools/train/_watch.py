"""What a training tells while it runs, and how it hears that it shall stop."""
# pyright: basic

import json
import math
import time
from pathlib import Path
from typing import Any

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from store import StoreError
from store.worker import Worker
from tools.train._checkpoints import mark_whole
from tools.train._trainer import AnswerTrainer
from tools.weights.progress import duration

TELL_SECONDS = 1.0
SAVE_SECONDS = 60.0
MEASURES = ("loss", "eval_loss", "learning_rate")


class Watch(TrainerCallback):
    """Writes metrics, tells the progress, saves now and then, and stops when asked to."""

    trainer: AnswerTrainer

    def __init__(self, worker: Worker, metrics: Path) -> None:
        self._worker, self._metrics = worker, metrics
        self._told = self._saved = self._began = time.monotonic()
        self._first = 0
        self._busy = 0.0
        self.latest: dict[str, float] = {}
        """The last value of each measure."""
        self._step_began = self._began

    @property
    def tokens_per_second(self) -> float:
        """Useful tokens a second so far: padding, saving and evaluation not counted."""
        return round(self.trainer.tokens_seen / max(self._busy, 1e-9), 1)

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> TrainerControl:
        """Start the clock."""
        self._began = self._saved = time.monotonic()
        self._first = state.global_step
        return control

    def on_step_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> TrainerControl:
        """Time the step."""
        self._step_began = time.monotonic()
        return control

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> TrainerControl:
        """Save when it is time, measure at the end, stop when the user wants it."""
        now = time.monotonic()
        self._busy += now - self._step_began
        stopping = self._worker.stopping
        last = state.global_step == state.max_steps
        if stopping or last or now - self._saved > SAVE_SECONDS:
            control.should_save = True
        if last and args.eval_strategy != "no":
            control.should_evaluate = True
        control.should_training_stop = control.should_training_stop or stopping
        return control

    def on_save(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        """Mark the checkpoint as complete."""
        assert args.output_dir
        mark_whole(Path(args.output_dir) / f"checkpoint-{state.global_step}")
        self._saved = time.monotonic()

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, Any] | None = None,
        **_: Any,
    ) -> None:
        """Write down what was measured, and tell it.

        Raises:
            StoreError: The loss is no longer a number.
        """
        told = {
            name: float((logs or {})[name]) for name in ("loss", "eval_loss", "learning_rate") if name in (logs or {})
        }
        if not told:
            return
        if not all(math.isfinite(value) for value in told.values()):
            raise StoreError(
                f"The loss stopped being a number at step {state.global_step}: the training ran out of control. "
                f"Start again with a smaller learning rate, such as {args.learning_rate / 5:.1g} instead of "
                f"{args.learning_rate:g}."
            )
        line = {
            "step": state.global_step,
            "steps": state.max_steps,
            "epoch": round(state.epoch or 0, 3),
            **told,
            "tokens_per_second": self.tokens_per_second,
        }
        with self._metrics.open("a") as file:
            file.write(json.dumps(line) + "\n")
        self.latest |= told
        if "eval_loss" in told or state.global_step == state.max_steps or self._due():
            self._tell(line)

    def _due(self) -> bool:
        return time.monotonic() - self._told >= TELL_SECONDS

    def _tell(self, line: dict[str, Any]) -> None:
        self._told = time.monotonic()
        done = line["step"] - self._first
        left = (self._told - self._began) / max(done, 1) * (line["steps"] - line["step"])
        loss = self.latest.get("loss")
        words = f"Step {line['step']} of {line['steps']}" + (f", loss {loss:.3f}" if loss is not None else "")
        self._worker.progress(
            line["step"] / max(line["steps"], 1), f"{words}, {duration(left)} left", seconds_left=left, **line
        )
