"""What a training does at each of its evaluations: sample answers, the best weights, an early end."""
# pyright: basic

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from tools.train._best import Best
from tools.train._sampling import Sampler
from tools.train._stopping import SCORES, Evaluation, evaluations, only_worse
from tools.train._weights import Loaded

SHARE, ALLOWED_SECONDS = 0.05, 5.0
"""Of the time so far, what sample answers may take; before and after the training they are asked in any case."""
MEASURED = ("eval_loss", "eval_rows", *SCORES, "rouge_l")
Line = Mapping[str, Any]


class Evaluations(TrainerCallback):
    """Looks at the model whenever it was measured on rows that it does not learn from.

    Args:
        loaded: The model that is trained.
        folder: Of the run.
        sampler: Asks for the sample answers.
        told: All that was measured so far, over all the jobs of the run.
        may_end_early: Whether a run that gets only worse is ended.
    """

    def __init__(
        self,
        loaded: Loaded,
        folder: Path,
        sampler: Sampler,
        told: Callable[[], Sequence[Line]],
        *,
        may_end_early: bool,
    ) -> None:
        self._loaded, self._sampler, self._told, self._may_end_early = loaded, sampler, told, may_end_early
        self._best = Best(folder / "best")
        self._asking = self._last = 0.0
        self._began = time.monotonic()
        self.ended_early = False

    def scores(self, step: int, steps: int) -> dict[str, float]:
        """Ask for the sample answers, unless they took too much of the time; what they score, if they are scored."""
        allowed = max(ALLOWED_SECONDS, SHARE * (time.monotonic() - self._began))
        if 0 < step < steps and self._asking + self._last > allowed:
            return {}
        began = time.monotonic()
        scored = self._sampler.ask(step)
        self._last = time.monotonic() - began
        self._asking += self._last
        return scored

    def on_train_begin(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        """Start the clock."""
        self._began = time.monotonic()

    def on_evaluate(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> TrainerControl:
        """Keep the weights if they are the best so far, and end if it gets only worse."""
        told = self._of_trained()
        if told and told[-1].step == state.global_step:
            kept = self._best.evaluation
            if kept is None or told[-1].better(kept):
                self._best.keep(self._loaded.model, told[-1])
            if self._may_end_early and state.global_step < state.max_steps and only_worse(told):
                self.ended_early = control.should_training_stop = True
        return control

    def settle(self, step: int, *, broken: bool = False) -> dict[str, Any]:
        """After the last step, put the best weights back, if they are not those that the model has.

        A run that was stopped between two evaluations keeps what it learned since the last one, if that was the best.

        Args:
            step: The last one that was made.
            broken: The weights of now are worth nothing.

        Returns:
            Where weights were put back, `model_of_step` and what was measured then; else nothing.
        """
        told, kept = self._of_trained(), self._best.evaluation
        if kept is None or (not broken and (kept.step >= step or not told or told[-1].step <= kept.step)):
            return {}
        self._best.restore(self._loaded.model)
        then = next((line for line in self._told() if line["step"] == kept.step and "eval_loss" in line), {})
        return {"model_of_step": kept.step, **{name: then[name] for name in MEASURED if name in then}}

    def forget(self) -> None:
        """Remove the kept weights: the model has been saved for good."""
        self._best.forget()

    def _of_trained(self) -> list[Evaluation]:
        """All but that of the untouched model."""
        return [one for one in evaluations(self._told()) if one.step]
