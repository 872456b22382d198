"""What one client of a federation does with its own rows: train the weights it was sent, and measure them."""
# pyright: basic

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from store import StoreError
from tools.train._rows import Rows
from tools.train._setup import build_trainer
from tools.train._techniques import made_trainable
from tools.train._weights import Loaded, load

Plan = dict[str, Any]
Weights = dict[str, np.ndarray]
"""The trained weights by name, in float32: all that is ever sent."""


def open_model(plan: Plan, threads: int) -> Loaded:
    """The base model with the trainable weights of the plan, new but the same wherever it is opened with one seed."""
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    torch.set_num_threads(threads)
    loaded = load(plan["base_model"], task=plan["task"], labels=plan["labels"], dtype=plan["dtype"])
    torch.manual_seed(plan["seed"])
    return Loaded(made_trainable(loaded.model, plan), loaded.tokenizer)


def trained(model: torch.nn.Module) -> Weights:
    """A copy of the trainable weights, in the order of their names."""
    found = {name: weight for name, weight in model.named_parameters() if weight.requires_grad}
    return {name: found[name].detach().float().cpu().numpy().copy() for name in sorted(found)}


def put(model: torch.nn.Module, weights: Mapping[str, np.ndarray]) -> None:
    """Give the trainable weights these values.

    Raises:
        StoreError: They are those of another model.
    """
    there = {name: weight for name, weight in model.named_parameters() if weight.requires_grad}
    if {name: tuple(weight.shape) for name, weight in there.items()} != {n: w.shape for n, w in weights.items()}:
        raise StoreError("The weights that came are of another model or rank than this client's base model.")
    with torch.no_grad():
        for name, weight in there.items():
            weight.copy_(torch.from_numpy(np.array(weights[name])))


def rate_of(plan: Plan, round_: int) -> float:
    """The learning rate of a round, from 1: it falls by the cosine over the rounds, since each begins anew."""
    return plan["learning_rate"] * (1 + math.cos(math.pi * (round_ - 1) / plan["rounds"])) / 2


def train_round(
    loaded: Loaded, rows: Rows, plan: Plan, weights: Weights, round_: int, folder: Path
) -> tuple[Weights, float]:
    """Train the weights on a client's rows for the local epochs of one round.

    Args:
        loaded: From `open_model`.
        rows: The client's own.
        plan: Of the run; with `proximal_mu` above 0 the weights are held near those that came (FedProx, Li et al. 2020,
            arXiv:1812.06127).
        weights: Those of the federation.
        round_: From 1.
        folder: For what the trainer writes.

    Returns:
        The trained weights, and the mean training loss.
    """
    put(loaded.model, weights)
    trainer = build_trainer(
        loaded,
        rows,
        {**plan, "epochs": plan["local_epochs"], "seed": plan["seed"] + round_},
        folder,
        learning_rate=rate_of(plan, round_),
        lr_scheduler_type="constant",
        warmup_steps=0,
        eval_strategy="no",
        save_strategy="no",
    )
    if plan["proximal_mu"]:
        trainer.add_callback(Proximal(loaded.model, plan["proximal_mu"]))
    loaded.model.train()
    loss = float(trainer.train().training_loss)
    if not math.isfinite(loss):
        raise StoreError(
            f"The loss stopped being a number in round {round_}: the training ran out of control. "
            f"Start again with a smaller learning rate than {plan['learning_rate']:g}."
        )
    return trained(loaded.model), loss


def loss_of(loaded: Loaded, rows: Rows, plan: Plan, weights: Weights, folder: Path) -> tuple[float, int]:
    """The evaluation loss of the weights on a client's held-out rows, and how many there are; (0, 0) without any."""
    if rows.evaluation is None:
        return 0.0, 0
    put(loaded.model, weights)
    trainer = build_trainer(loaded, rows, {**plan, "epochs": 1}, folder, save_strategy="no")
    return float(trainer.evaluate()["eval_loss"]), len(rows.evaluation)


class Proximal(TrainerCallback):
    """Adds the gradient of mu/2 |w - w0|² before each step: w0 are the weights as they came."""

    def __init__(self, model: torch.nn.Module, mu: float) -> None:
        self._mu = mu
        self._held = [(weight, weight.detach().clone()) for weight in model.parameters() if weight.requires_grad]

    def on_pre_optimizer_step(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        """Pull the weights back towards where they began."""
        for weight, first in self._held:
            if weight.grad is not None:
                weight.grad.add_(weight.detach() - first, alpha=self._mu)
