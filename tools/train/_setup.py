"""What a plan trains, and the trainer that does it."""
# pyright: basic

from importlib import import_module
from math import ceil
from pathlib import Path
from typing import Any

import torch
import transformers
from transformers import PrinterCallback, TrainingArguments

from store.worker import Worker
from tools.train import _ranks as ranks
from tools.train._estimate import evaluations
from tools.train._fast_lora import quicken
from tools.train._machine import look
from tools.train._merged import make_base
from tools.train._packed import Packed
from tools.train._packing import bare_model, can_pack, drops
from tools.train._rows import Rows
from tools.train._sharding import sharding
from tools.train._techniques import made_trainable
from tools.train._trainer import AnswerTrainer, Padded
from tools.train._upkeep import keep_up
from tools.train._weights import Loaded, load
from tools.train.tasks import TASKS
from tools.train.techniques import TECHNIQUES
from tools.weights.progress import Progress

WEIGHTS_FOR_THREADS = 5_000_000
"""Below, threads wait for one another longer than they compute."""
OTHERS = {"tags": "tools.train._tag_trainer", "pairs": "tools.train._dpo", "rewards": "tools.train._grpo"}
"""Modules with a trainer of their own, loaded where they are used: trl takes seconds."""
Plan = dict[str, Any]


def load_for_training(plan: Plan, worker: Worker) -> Loaded:
    """The base model with its trainable weights in place."""
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    make_base(plan)
    technique = TECHNIQUES[plan["technique"]]
    whole = not technique.config or technique.moves_base  # what is trained, or divided, is not rounded
    loaded = load(
        plan["base_model"],
        task=plan["task"],
        labels=plan["labels"],
        dtype="float32" if whole else plan["dtype"],
        on_progress=lambda progress: _tell_download(worker, progress),
    )
    small = sum(weight.numel() for weight in loaded.model.parameters()) < WEIGHTS_FOR_THREADS
    torch.set_num_threads(1 if small else ranks.share(look(worker.folder).cores))
    torch.backends.cuda.enable_cudnn_sdp(False)  # its backward pass can give NaN on Hopper: pytorch/pytorch#196678
    transformers.set_seed(plan["seed"])
    return Loaded(made_trainable(loaded.model, plan), loaded.tokenizer)


def training_arguments(plan: Plan, rows: Rows, folder: Path) -> dict[str, Any]:
    """The settings of `TrainingArguments` that follow from a plan."""
    gpu = torch.cuda.is_available()
    together = max(1, plan["batch_size"] // plan["gradient_accumulation"])
    micro, parts = ranks.micro_batches(plan["batch_size"], plan["gradient_accumulation"])
    steps = -(-len(rows.train) // plan["batch_size"]) * plan["epochs"]
    return {
        "output_dir": str(folder),
        "per_device_train_batch_size": micro,
        "per_device_eval_batch_size": together,
        "gradient_accumulation_steps": parts,
        "num_train_epochs": plan["epochs"],
        "learning_rate": plan["learning_rate"],
        "lr_scheduler_type": "cosine",
        "warmup_steps": 0.06,
        "weight_decay": TECHNIQUES[plan["technique"]].weight_decay,
        "max_grad_norm": 1.0,
        "bf16": plan["dtype"] in ("bfloat16", "nf4"),
        "use_cpu": not gpu,
        "dataloader_pin_memory": gpu,
        "logging_steps": 1,
        "logging_nan_inf_filter": False,
        "eval_strategy": "steps" if rows.evaluation else "no",
        "eval_steps": max(1, ceil(steps / evaluations(len(rows.train), len(rows.evaluation or ()), plan["epochs"]))),
        "prediction_loss_only": True,
        "save_strategy": "steps",
        "save_steps": plan["save_steps"],
        "save_total_limit": 2,
        "activation_checkpointing": plan.get("gradient_checkpointing", False),
        "activation_checkpointing_kwargs": {"use_reentrant": False},
        "seed": plan["seed"],
        "report_to": "none",
        "disable_tqdm": True,
        "remove_unused_columns": False,
        "label_names": ["labels"],
        "ddp_find_unused_parameters": False,
        "ddp_broadcast_buffers": False,
        **sharding(plan, gpu),
    }


def build_trainer(loaded: Loaded, rows: Rows, plan: Plan, folder: Path, **overrides: Any) -> AnswerTrainer:
    """The trainer of a plan; `overrides` are settings of `TrainingArguments`."""
    kind = TASKS[plan["task"]].trainer
    if kind in OTHERS:
        arguments = training_arguments(plan, rows, folder) | overrides
        trainer = import_module(OTHERS[kind]).build(loaded, rows, plan, arguments)
        trainer.lengths, trainer.rows_together = rows.lengths, plan["batch_size"]
        trainer.remove_callback(PrinterCallback)
        keep_up(trainer, plan)
        return trainer
    model, tokenizer, technique = loaded.model, loaded.tokenizer, TECHNIQUES[plan["technique"]]
    mixed, pure = plan["dtype"] == "bfloat16", quicken(bare_model(model).base_model)
    apart = technique.tokens_before or technique.families or ranks.world() > 1  # what packed rows would not see
    again = plan.get("gradient_checkpointing", False)  # computes the layers once more, outside of a packed pass
    packs = not (apart or again) and can_pack(model, tokenizer, plan["task"], mixed=mixed, pure=pure)
    trainer = AnswerTrainer(
        model=model,
        args=TrainingArguments(**(training_arguments(plan, rows, folder) | overrides)),
        train_dataset=ranks.even(rows.train),
        eval_dataset=ranks.even(rows.evaluation) if rows.evaluation else None,
        data_collator=Packed(tokenizer, share=not drops(model)) if packs else Padded(tokenizer),
    )
    trainer.pure = pure
    trainer.lengths, trainer.rows_together = rows.lengths, plan["batch_size"]
    trainer.remove_callback(PrinterCallback)
    keep_up(trainer, plan)
    return trainer


def _tell_download(worker: Worker, progress: Progress) -> None:
    worker.progress(0, str(progress), seconds_left=progress.seconds_left)
