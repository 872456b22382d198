"""Train: run as `python -m tools.train._worker FOLDER`, in a process of its own."""
# pyright: basic

import shutil
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil
import torch
import transformers
from transformers import PrinterCallback, TrainingArguments

from store import NoSpace, StoreError, Workspace
from store.errors import disk_is_full
from store.worker import Stopped, Worker, serve, write_last
from tools.train._checkpoints import last_whole, step_of
from tools.train._machine import look
from tools.train._rows import Rows, read_rows
from tools.train._techniques import made_trainable, trainable_weights
from tools.train._trainer import AnswerTrainer, Padded
from tools.train._watch import Watch
from tools.train._weights import Loaded, load
from tools.weights.bases import resolve_base
from tools.weights.folder import models_folder
from tools.weights.progress import Progress

EVALUATIONS = 8
"""How often the evaluation loss is measured in a run."""
LIBRARIES = ("torch", "transformers", "peft", "datasets", "accelerate", "tokenizers")
WEIGHTS_FOR_THREADS = 5_000_000
"""Below, threads wait for one another longer than they compute."""
OUT_OF_MEMORY = ("out of memory", "can't allocate memory", "cannot allocate memory", "bad_alloc")
Plan = dict[str, Any]


def train(worker: Worker) -> dict[str, Any]:
    """Train as the plan says, from the last whole checkpoint if there is one, and save the model.

    Raises:
        Stopped: The user asked for it; a checkpoint and the model as it is are saved.
        StoreError: It cannot go on; the message says why.
    """
    task = worker.payload
    plan, folder = task["plan"], Path(task["folder"])
    with Workspace(worker.home, worker.project) as ws:
        data = ws.datasets.version(task["dataset"], task["version"]).path
    folder.mkdir(parents=True, exist_ok=True)
    cache = folder / ".rows"
    try:
        return _train(worker, plan, folder, data, cache)
    except RuntimeError as error:
        raise _in_words(error, plan, folder) or error from error
    finally:  # also gives a full disk some room to tell what happened
        shutil.rmtree(cache, ignore_errors=True)
        discard_torn(folder / "checkpoints")


def _train(worker: Worker, plan: Plan, folder: Path, data: Path, cache: Path) -> dict[str, Any]:
    began = time.monotonic()
    worker.progress(
        0, f"Loading {Path(plan['base_model']).name}", seconds_left=plan.get("estimates", {}).get("seconds")
    )
    loaded = load_for_training(plan, worker)
    rows = read_rows(data, plan, loaded.tokenizer, cache)
    watch = Watch(worker, folder / "metrics.jsonl")
    trainer = build_trainer(loaded, rows, plan, folder / "checkpoints")
    trainer.add_callback(watch)
    watch.trainer = trainer
    checkpoint = last_whole(folder / "checkpoints")
    discard_torn(folder / "checkpoints")
    trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    step, steps = trainer.state.global_step, trainer.state.max_steps
    facts = {
        "run": worker.payload["run"],
        "step": step,
        "steps": steps,
        "resumed_from": step_of(checkpoint) if checkpoint else None,
        "rows": len(rows.train),
        "rows_cut": rows.cut,
        "rows_left_out": rows.left_out,
        "evaluation_rows": len(rows.evaluation) if rows.evaluation else 0,
        "weights_trained": trainable_weights(loaded.model),
        "tokens_per_second": watch.tokens_per_second,
        "seconds": round(time.monotonic() - began, 1),
        **watch.latest,
    }
    save(loaded, plan, folder / "model", facts)
    if step < steps:
        raise Stopped(f"Stopped after step {step} of {steps}, and saved. Resume it to go on from there.")
    return facts


def load_for_training(plan: Plan, worker: Worker) -> Loaded:
    """The base model with its trainable weights in place."""
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    frozen = plan["technique"] != "full"
    loaded = load(
        plan["base_model"],
        task=plan["task"],
        labels=plan["labels"],
        dtype=plan["dtype"] if frozen else "float32",
        on_progress=lambda progress: _tell_download(worker, progress),
    )
    small = sum(weight.numel() for weight in loaded.model.parameters()) < WEIGHTS_FOR_THREADS
    torch.set_num_threads(1 if small else look(worker.folder).cores)
    torch.backends.cuda.enable_cudnn_sdp(False)  # its backward pass can give NaN on Hopper: pytorch/pytorch#196678
    transformers.set_seed(plan["seed"])
    return Loaded(made_trainable(loaded.model, plan), loaded.tokenizer)


def build_trainer(loaded: Loaded, rows: Rows, plan: Plan, folder: Path, **overrides: Any) -> AnswerTrainer:
    """The trainer of a plan; `overrides` are settings of `TrainingArguments`."""
    gpu = torch.cuda.is_available()
    micro = max(1, plan["batch_size"] // plan["gradient_accumulation"])
    steps = -(-len(rows.train) // plan["batch_size"]) * plan["epochs"]
    settings: dict[str, Any] = {
        "output_dir": str(folder),
        "per_device_train_batch_size": micro,
        "per_device_eval_batch_size": micro,
        "gradient_accumulation_steps": plan["gradient_accumulation"],
        "num_train_epochs": plan["epochs"],
        "learning_rate": plan["learning_rate"],
        "lr_scheduler_type": "cosine",
        "warmup_steps": 0.06,
        "weight_decay": 0.01 if plan["technique"] == "full" else 0.0,
        "max_grad_norm": 1.0,
        "bf16": plan["dtype"] == "bfloat16",
        "use_cpu": not gpu,
        "dataloader_pin_memory": gpu,
        "logging_steps": 1,
        "logging_nan_inf_filter": False,
        "eval_strategy": "steps" if rows.evaluation else "no",
        "eval_steps": max(1, round(steps / EVALUATIONS)),
        "prediction_loss_only": True,
        "save_strategy": "steps",
        "save_steps": plan["save_steps"],
        "save_total_limit": 2,
        "seed": plan["seed"],
        "report_to": "none",
        "disable_tqdm": True,
        "remove_unused_columns": False,
        "label_names": ["labels"],
    }
    trainer = AnswerTrainer(
        model=loaded.model,
        args=TrainingArguments(**(settings | overrides)),
        train_dataset=rows.train,
        eval_dataset=rows.evaluation,
        data_collator=Padded(loaded.tokenizer),
    )
    trainer.remove_callback(PrinterCallback)
    return trainer


def save(loaded: Loaded, plan: Plan, folder: Path, facts: dict[str, Any]) -> None:
    """Save the adapter or the whole model with its tokenizer; `done.json` is written last."""
    beside = folder.with_name(".model")
    shutil.rmtree(beside, ignore_errors=True)
    model: Any = loaded.model
    base = resolve_base(plan["base_model"], models_folder())
    for config in getattr(model, "peft_config", {}).values():
        config.base_model_name_or_path = base.hub or plan["base_model"]
    model.save_pretrained(beside)
    loaded.tokenizer.save_pretrained(beside)
    told = {key: plan[key] for key in ("base_model", "task", "technique", "labels", "dtype", "max_length", "seed")}
    versions = {name: version(name) for name in LIBRARIES}
    write_last(beside / "done.json", {**told, "base_hub": base.hub, "versions": versions, **facts})
    shutil.rmtree(folder, ignore_errors=True)
    beside.rename(folder)


def discard_torn(folder: Path) -> None:
    """Remove what was left half saved by a process that was killed or found the disk full."""
    whole = last_whole(folder)
    for checkpoint in folder.glob("checkpoint-*"):
        if whole is None or step_of(checkpoint) > step_of(whole):
            shutil.rmtree(checkpoint)


def _tell_download(worker: Worker, progress: Progress) -> None:
    worker.progress(0, str(progress), seconds_left=progress.seconds_left)


def _in_words(error: RuntimeError, plan: Plan, folder: Path) -> StoreError | None:
    """A sentence for what torch says of a full memory or disk."""
    text = str(error).lower()
    if any(sign in text for sign in OUT_OF_MEMORY):
        return StoreError(
            f"The memory of this machine was not enough for batches of {plan['batch_size']} rows of up to "
            f"{plan['max_length']} tokens. Start again with a smaller batch_size, max_length or base model."
        )
    if disk_is_full(error) or ("writ" in text and psutil.disk_usage(str(folder)).free < 10_000_000):
        return NoSpace()
    return None


if __name__ == "__main__":
    serve(train)
