"""What a training tells while it runs, and how it hears that it shall stop."""
# pyright: basic

import json
import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from store import StoreError
from store.worker import Worker
from tools.train import _ranks as ranks
from tools.train._checkpoints import mark_whole
from tools.train._memory import memory
from tools.train._trainer import AnswerTrainer
from tools.train._troubles import NO_NUMBER
from tools.train.tasks import TASKS
from tools.weights.progress import duration

TELL_SECONDS = 1.0
SAVE_SECONDS = 60.0
MEASURES = ("loss", "eval_loss", "learning_rate", "grad_norm")


class NotANumber(StoreError):
    """The loss is no longer a number."""

    def __init__(self, step: int, learning_rate: float) -> None:
        super().__init__(
            f"The loss {NO_NUMBER} at step {step}: the training ran out of control. "
            f"Start again with a smaller learning rate, such as {learning_rate / 5:.1g} instead of {learning_rate:g}."
        )


class Watch(TrainerCallback):
    """Writes metrics, tells the progress, saves now and then, and stops when asked to."""

    trainer: AnswerTrainer

    def __init__(self, worker: Worker, metrics: Path, task: str) -> None:
        self._worker, self._metrics, self._task = worker, metrics, TASKS[task]
        self._told = self._saved = self._began = time.monotonic()
        self._first = 0
        self._first_began = 0.0
        self._busy = self._tokens = 0.0
        self.latest: dict[str, float] = {}
        """The last value of each measure."""
        self._step_began = self._began
        self.scores: Callable[[int, int], dict[str, float]] = lambda step, steps: {}
        """Asked at each evaluation, with the step and the last step, for what else was measured."""

    @property
    def tokens_per_second(self) -> float:
        """Useful tokens a second so far: padding, saving and evaluation not counted."""
        return round(self._tokens / max(self._busy, 1e-9), 1)

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> TrainerControl:
        """Start the clock; what was measured before a run was resumed still counts."""
        for told in state.log_history:
            self.latest |= {name: float(told[name]) for name in MEASURES if name in told}
        self._began = self._saved = time.monotonic()
        self._first = state.global_step
        return control

    def on_step_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> TrainerControl:
        """Time the step."""
        self._step_began = time.monotonic()
        self._first_began = self._first_began or self._step_began
        return control

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> TrainerControl:
        """Save when it is time, measure at the end, stop when the user wants it."""
        now = time.monotonic()
        self._busy += now - self._step_began
        asked, due = self._worker.stopping, now - self._saved > SAVE_SECONDS
        stopping, due, self._tokens = ranks.summed([asked, due, self.trainer.tokens_seen])
        last = state.global_step == state.max_steps
        if stopping or last or due:
            control.should_save = True
        if last and args.eval_strategy != "no":
            control.should_evaluate = True
        control.should_training_stop = control.should_training_stop or bool(stopping)
        return control

    def on_save(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        """Mark the checkpoint as complete."""
        assert args.output_dir
        ranks.together()
        if ranks.first():
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
            NotANumber: The loss is none any more.
        """
        logs = logs or {}
        told = {name: float(logs[name]) for name in MEASURES if name in logs}
        if not told:
            return
        if not all(math.isfinite(value) for name, value in told.items() if "loss" in name):
            raise NotANumber(state.global_step, args.learning_rate)
        told = {name: value for name, value in told.items() if math.isfinite(value)}
        told |= {name: round(value, 6) for name, value in self._task.measures(logs).items() if math.isfinite(value)}
        if "eval_loss" in told:
            told |= self.scores(state.global_step, state.max_steps)
        line = {
            "step": state.global_step,
            "steps": state.max_steps,
            "epoch": round(state.epoch or 0, 3),
            **told,
            **({"tokens_per_second": self.tokens_per_second} if state.global_step else {}),
            **memory(),
        }
        self.latest |= told
        if not ranks.first():
            return
        with self._metrics.open("a") as file:
            file.write(json.dumps(line) + "\n")
        if "eval_loss" in told or state.global_step == state.max_steps or self._due():
            self._tell(line)

    def _due(self) -> bool:
        return time.monotonic() - self._told >= TELL_SECONDS

    def _tell(self, line: dict[str, Any]) -> None:
        self._told = time.monotonic()
        done = line["step"] - self._first
        left = self._seconds_left(done, line["steps"] - line["step"])
        loss = self.latest.get("loss")
        words = f"Step {line['step']} of {line['steps']}" + (f", loss {loss:.3f}" if loss is not None else "")
        self._worker.progress(
            line["step"] / max(line["steps"], 1), f"{words}, {duration(left)} left", seconds_left=left, **line
        )

    def _seconds_left(self, done: int, to_come: int) -> float:
        """From the steps so far, saving and evaluating included; what came before the first step is no guide."""
        if not done:
            return float(self._worker.payload["plan"].get("estimates", {}).get("seconds") or 0)
        return (self._told - self._first_began) / done * to_come
