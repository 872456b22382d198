"""The trainer of preference pairs: trl's DPO, on rows that are tokens already."""
# pyright: basic

from typing import Any

import torch
from datasets import Dataset
from torch.utils.data import Sampler
from trl.trainer.dpo_config import DPOConfig
from trl.trainer.dpo_trainer import DPOTrainer

from tools.train._rows import Rows
from tools.train._trainer import LengthGrouped
from tools.train._weights import Loaded

BETA = 0.1
"""How strongly the model is held to what the untuned one finds likely."""


class PairTrainer(DPOTrainer):
    """Learns from pairs whose tokens, and which of them are trained, are those of every other task."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        self.tokens_seen = 0
        """Tokens trained on by this process, of both answers, padding not counted."""
        super().__init__(*args, **settings)

    def _prepare_dataset(self, dataset: Any, *_: Any) -> Dataset:
        return dataset

    def compute_loss(self, model: torch.nn.Module, inputs: Any, *args: Any, **settings: Any) -> Any:
        """The loss of trl; counts what was read."""
        if model.training:
            self.tokens_seen += int(inputs["attention_mask"].sum())
        return super().compute_loss(model, inputs, *args, **settings)

    def _get_train_sampler(self, train_dataset: Any = None) -> Sampler[int]:
        rows: Any = train_dataset if train_dataset is not None else self.train_dataset
        return LengthGrouped(
            rows["length"], self.args.train_batch_size, self.args.seed, epoch=lambda: int(self.state.epoch or 0)
        )


def build(loaded: Loaded, rows: Rows, plan: dict[str, Any], arguments: Any) -> PairTrainer:
    """The trainer of a plan. What the untuned model finds likely is worked out once, before the first step."""
    trainer = PairTrainer(
        model=loaded.model,
        args=DPOConfig(
            **{"activation_checkpointing": False, **arguments},
            beta=BETA,
            max_length=None,
            precompute_ref_log_probs=True,
        ),
        train_dataset=rows.train,
        eval_dataset=rows.evaluation,
        processing_class=loaded.tokenizer,
    )
    forget_reference(loaded.model)
    return trainer


def forget_reference(model: Any) -> None:
    """Take away the copy of the adapter that trl keeps: with the adapter off, the model is the untuned one."""
    if "ref" in getattr(model, "peft_config", {}):
        model.delete_adapter("ref")
