"""What some techniques need at every step, or kept in a checkpoint beside the adapter."""
# pyright: basic

from pathlib import Path
from typing import Any

import torch
from peft import AdaLoraModel
from peft.optimizers import create_loraplus_optimizer
from transformers import Trainer, TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from tools.train.techniques import TECHNIQUES

FILE = "technique.pt"
FIRST, LAST = 0.1, 0.3
"""Shares of the steps of AdaLoRA in which all ranks are kept, at the start, and in which none changes, at the end."""
Plan = dict[str, Any]


def keep_up(trainer: Any, plan: Plan) -> None:
    """Give a trainer what the plan's technique needs."""
    technique, model = TECHNIQUES[plan["technique"]], trainer.model
    if technique.config == "AdaLoraConfig":
        trainer.add_callback(Ranks())
        trainer.penalty = crookedness
    if technique.config == "PromptEncoderConfig":
        trainer.add_callback(AllTrained())
    if technique.second_rate != 1:
        optimizer, settings = Trainer.get_optimizer_cls_and_kwargs(trainer.args, model)
        trainer.optimizer = create_loraplus_optimizer(
            model, optimizer, loraplus_lr_ratio=technique.second_rate, **settings
        )


def crookedness(model: Any) -> torch.Tensor:
    """How far AdaLoRA's vectors are from right angles, times its weight: Zhang et al. 2023, equation 4.

    `peft` adds it to a loss that the model computes; ours is computed outside.
    """
    config = model.active_peft_config
    kept = [weight for name, weight in model.named_parameters() if "lora_A" in name or "lora_B" in name]
    squares = [weight @ weight.T if weight.shape[0] < weight.shape[1] else weight.T @ weight for weight in kept]
    apart = [torch.linalg.matrix_norm(square - torch.eye(len(square), device=square.device)) for square in squares]
    return config.orth_reg_weight * torch.stack(apart).mean()


class Ranks(TrainerCallback):
    """Shares AdaLoRA's ranks out among the layers after every step, and keeps what it needs to go on.

    While a pattern stands in the configuration, `peft` saves only the ranks that are left, from which a training
    cannot go on. So it stands there only during a step, and once the training has ended.
    """

    def __init__(self) -> None:
        self._pattern: dict[str, Any] | None = None

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **given: Any
    ) -> None:
        """Set the schedule, and go on from what a checkpoint kept."""
        tuner = _adalora(given["model"])
        config = tuner.peft_config["default"]
        steps = state.max_steps
        config.total_step, config.tinit, config.tfinal = steps, int(FIRST * steps), max(1, int(LAST * steps))
        config.deltaT = max(1, steps // 100)
        if kept := _kept(args, state):
            shares, self._pattern = tuner.rankallocator, kept["pattern"]
            shares.ipt, shares.exp_avg_ipt, shares.exp_avg_unc = kept["scores"]

    def on_optimizer_step(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **given: Any
    ) -> None:
        """Between the optimizer's step and the next gradients."""
        tuner = _adalora(given["model"])
        config = tuner.peft_config["default"]
        config.rank_pattern = self._pattern
        tuner.update_and_allocate(state.global_step + 1)
        self._pattern, config.rank_pattern = config.rank_pattern, None

    def on_save(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **given: Any) -> None:
        """Keep the pattern and the scores of the ranks."""
        shares = _adalora(given["model"]).rankallocator
        scores = (shares.ipt, shares.exp_avg_ipt, shares.exp_avg_unc)
        torch.save({"pattern": self._pattern, "scores": scores}, _file(args, state))

    def on_train_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **given: Any) -> None:
        """Let only the ranks that are left be saved."""
        if state.global_step == state.max_steps:
            _adalora(given["model"]).peft_config["default"].rank_pattern = self._pattern


class AllTrained(TrainerCallback):
    """Keeps all trained weights, where `peft` saves only what they make: P-tuning's tokens without the network."""

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **given: Any
    ) -> None:
        """Go on from what a checkpoint kept."""
        if kept := _kept(args, state):
            given["model"].load_state_dict(kept, strict=False)

    def on_save(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **given: Any) -> None:
        """Keep the weights."""
        trained = {name: weight for name, weight in given["model"].named_parameters() if weight.requires_grad}
        torch.save({name: weight.detach().cpu() for name, weight in trained.items()}, _file(args, state))


def _adalora(model: Any) -> Any:
    tuner = model.base_model
    assert isinstance(tuner, AdaLoraModel)
    return tuner


def _file(args: TrainingArguments, state: TrainerState) -> Path:
    return Path(str(args.output_dir)) / f"checkpoint-{state.global_step}" / FILE


def _kept(args: TrainingArguments, state: TrainerState) -> dict[str, Any] | None:
    """What was kept at the step from which a training goes on; None for one that begins."""
    file = _file(args, state)
    return torch.load(file, weights_only=True) if state.global_step and file.exists() else None
