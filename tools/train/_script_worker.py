"""Write a run as a script with its rows: run as `python -m tools.train._script_worker FOLDER`.

The trainer of the run is built as in the training, and what it was given is written down, so that the script cannot
say otherwise.
"""
# pyright: basic

import json
import shutil
from dataclasses import fields
from enum import Enum
from pathlib import Path
from typing import Any

from datasets import load_dataset
from transformers import TrainingArguments

from store.made_with import libraries
from store.worker import Worker, serve
from tools.train._examples import IGNORED, answer_example, conversation, label_name, segments, text_example
from tools.train._rows import divided, read_rows
from tools.train._script import script
from tools.train._setup import build_trainer, load_for_training
from tools.train._weights import Loaded, base_folder
from tools.weights.bases import resolve_base
from tools.weights.folder import models_folder

ALWAYS = ("learning_rate", "logging_steps", "bf16", "gradient_checkpointing", "seed")
"""Settings that are written even if they are as usual: TRL has other defaults."""
LEFT_OUT = (
    "output_dir",
    "use_cpu",
    "report_to",
    "disable_tqdm",
    "remove_unused_columns",
    "label_names",
    "prediction_loss_only",
    "dataloader_pin_memory",
    "logging_nan_inf_filter",
)


def write(worker: Worker) -> dict[str, Any]:
    """Write train.py, train.jsonl and evaluation.jsonl into the folder of the task."""
    task = worker.payload
    plan, target = task["plan"], Path(task["target"])
    worker.progress(0.1, "Reading the rows as the training does")
    loaded = load_for_training(plan, worker)
    cache = worker.folder / "rows"
    try:
        rows = read_rows(Path(task["data"]), plan, loaded.tokenizer, cache)
        written = _write_rows(Path(task["data"]), plan, loaded, cache, target)
        trainer = build_trainer(loaded, rows, plan, worker.folder / "out")
    finally:
        shutil.rmtree(cache, ignore_errors=True)
    adapter, settings = _adapter(loaded, plan)
    told = {
        "run": task["run"],
        "dataset": task["dataset"],
        "task": plan["task"],
        "base": resolve_base(plan["base_model"], models_folder()).hub or str(base_folder(plan["base_model"])),
        "adapter": adapter,
        "settings": settings,
        "start": plan.get("continues", {}).get("how") == "adapter",
        "arguments": _arguments(trainer.args),
        "dtype": plan["dtype"] if adapter else "float32",
        "max_length": plan["max_length"],
        "labels": plan["labels"],
        "seed": plan["seed"],
        "versions": libraries(),
    }
    (target / "train.py").write_text(script(told), encoding="utf-8")
    return {"rows": written}


def _write_rows(data: Path, plan: dict[str, Any], loaded: Loaded, cache: Path, target: Path) -> dict[str, int]:
    """The rows that are trained on and those that it is checked on, those left out that teach nothing."""
    all_rows: Any = load_dataset("parquet", data_files=str(data), split="train", cache_dir=str(cache))
    written = {}
    sides: Any = divided(all_rows, plan)
    for name, side in zip(("train", "evaluation"), sides, strict=True):
        if not len(side):
            continue
        lines = [_line(row, plan, loaded) for row in side if _learns(row, plan, loaded)]
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        (target / f"{name}.jsonl").write_text(text, encoding="utf-8")
        written[name] = len(lines)
    return written


def _learns(row: dict[str, Any], plan: dict[str, Any], loaded: Loaded) -> bool:
    """Whether there is something to learn from a row, as in `read_rows`."""
    if plan["task"] == "classify":
        text, label = row[plan["text"]], row[plan["label"]]
        known = text is not None and label is not None and label_name(label) in plan["labels"]
        return known and bool(text_example(loaded.tokenizer, str(text), plan["max_length"]).tokens)
    example = answer_example(loaded.tokenizer, conversation(row, plan), plan["max_length"])
    return any(label != IGNORED for label in example.labels[1:])


def _line(row: dict[str, Any], plan: dict[str, Any], loaded: Loaded) -> dict[str, Any]:
    if plan["task"] == "classify":
        return {"text": str(row[plan["text"]]), "label": label_name(row[plan["label"]])}
    pieces = segments(loaded.tokenizer, conversation(row, plan))
    return {"segments": [{"text": text, "trained": trained} for text, trained in pieces]}


def _adapter(loaded: Loaded, plan: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The class of the adapter's configuration and what is set in it; empty for full fine-tuning."""
    config = next(iter(getattr(loaded.model, "peft_config", {}).values()), None)
    if config is None:
        return "", {}
    usual = type(config)()
    kept = {}
    for field in fields(config):
        value = _plain(getattr(config, field.name))
        changed = value != _plain(getattr(usual, field.name)) or field.name in ("r", "lora_alpha", "lora_dropout")
        if field.init and changed and field.name != "base_model_name_or_path":
            kept[field.name] = value
    found = kept.get("target_modules")
    if plan.get("target_modules") == "all-linear" and isinstance(found, list) and all("." in name for name in found):
        kept["target_modules"] = "all-linear"  # as it was asked for; PEFT has put the names in its place
    return type(config).__name__, kept


def _arguments(args: TrainingArguments) -> dict[str, Any]:
    """The trainer's settings that are not as usual, and those of which TRL has another idea."""
    usual = TrainingArguments(output_dir="out", use_cpu=True)
    kept = {}
    for field in fields(TrainingArguments):
        value = _plain(getattr(args, field.name))
        changed = field.init and value != _plain(getattr(usual, field.name))
        if (changed or field.name in ALWAYS) and field.name not in LEFT_OUT and not field.name.startswith("save_"):
            kept[field.name] = value
    return kept


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    return sorted(value) if isinstance(value, (set, frozenset)) else value


if __name__ == "__main__":
    serve(write)
