"""One way to train, alone in its process, for `benchmarks.train`.

    python -m benchmarks.train_runs JOB

The job, as JSON: plain (whether by TRL or transformers), folder, base, task, dtype, rows, held_out, seed, and which
levers are off: share, pack, lora. Writes the seconds, those of the processor too, and the losses.
"""

import csv
import json
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
import transformers
from datasets import Dataset
from peft import LoraConfig, TaskType, get_peft_model
from transformers import DataCollatorWithPadding, Trainer, TrainerCallback, TrainingArguments

from tools.train import _setup
from tools.train._packed import Packed
from tools.train._rows import Rows
from tools.train._techniques import made_trainable
from tools.train._trainer import Padded
from tools.train._weights import Loaded, load
from tools.train.tasks import TASKS

BATCH, RANK, RATE, WARM = 8, 16, 5e-4, 2
SHARED: dict[str, Any] = {
    "per_device_train_batch_size": BATCH,
    "num_train_epochs": 1,
    "learning_rate": RATE,
    "lr_scheduler_type": "cosine",
    "warmup_steps": 0.06,
    "logging_steps": 1,
    "report_to": "none",
    "disable_tqdm": True,
    "save_strategy": "no",
    "use_cpu": not torch.cuda.is_available(),
}


class Clock(TrainerCallback):
    """Times the steps after the first ones."""

    began = (0.0, 0.0)
    spent = (0.0, 0.0)

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """After each step."""
        if torch.cuda.is_available():
            torch.cuda.synchronize()
        now = time.perf_counter(), time.process_time()
        if state.global_step <= WARM:
            self.began = now
        self.spent = now[0] - self.began[0], now[1] - self.began[1]


def main() -> None:
    """Train as the job says, and tell."""
    job = json.loads(sys.argv[1])
    transformers.logging.set_verbosity_error()
    labels = json.loads((Path(job["folder"]) / "banking77" / "categories.json").read_text())
    loaded = load(job["base"], task=job["task"], labels=labels, dtype=job["dtype"])
    plan = plan_of(job, labels)
    raw = questions(job)
    line = TASKS[job["task"]].lines(loaded.tokenizer, plan)
    rows = [line(row) for row in raw]
    train, held_out = rows[: job["rows"]], rows[job["rows"] :]
    product = product_rate(job["dtype"])
    transformers.set_seed(job["seed"])
    clock = Clock()
    with tempfile.TemporaryDirectory() as folder:
        make = plain if job["plain"] else ours
        trainer = make(loaded, train, raw[: job["rows"]], plan, folder, job["off"])
        trainer.add_callback(clock)
        trainer.train()
    timed = len(train) - WARM * BATCH
    length = sum(row["length"] for row in train) / len(train)
    told = [each["loss"] for each in trainer.state.log_history if "loss" in each]
    last = [float(each) for each in told[-max(1, len(told) // 4) :]]
    found = {
        "rows": timed,
        "tokens": timed * length,
        "seconds": clock.spent[0],
        "processor": clock.spent[1],
        "gpu": torch.cuda.is_available(),
        "product": product,
        "gflop": timed * gflop(trainer.model, train),
        "loss": sum(last) / len(last),
        "held_out": loss_of(trainer.model, loaded, held_out, job),
    }
    print(json.dumps(found))


def plan_of(job: dict[str, Any], labels: list[str]) -> dict[str, Any]:
    """The plan that Tunewright would be given."""
    columns = {"messages": None, "prompt": "text", "completion": "category", "text": "text", "label": "category"}
    settings = {"rank": RANK, "alpha": 2 * RANK, "dropout": 0.0, "target_modules": "all-linear", "learning_rate": RATE}
    steps = {"epochs": 1.0, "batch_size": BATCH, "gradient_accumulation": 1, "save_steps": 10**6, "max_length": 256}
    named = {"task": job["task"], "technique": "lora", "dtype": job["dtype"], "seed": job["seed"], "labels": labels}
    return {**columns, **settings, **steps, **named}


def questions(job: dict[str, Any]) -> list[dict[str, str]]:
    """Rows of banking77, first those to train on."""
    with (Path(job["folder"]) / "banking77" / "train.csv").open() as file:
        rows = list(csv.DictReader(file))
    return random.Random(0).sample(rows, job["rows"] + job["held_out"])


def ours(
    loaded: Loaded, rows: list[dict[str, Any]], raw: Any, plan: dict[str, Any], folder: str, off: list[str]
) -> Trainer:
    """Tunewright's trainer, with the levers off that should be."""
    model = made_trainable(loaded.model, plan)
    loaded = Loaded(model, loaded.tokenizer)
    if "lora" in off:
        _setup.quicken = lambda model: False
    known = Rows(Dataset.from_list(rows), None, 0, 0)
    trainer = _setup.build_trainer(loaded, known, plan, Path(folder), save_strategy="no")
    if "pack" in off:
        trainer.data_collator = Padded(loaded.tokenizer)
    elif "share" in off:
        trainer.data_collator = Packed(loaded.tokenizer, share=False)
    return trainer


def plain(
    loaded: Loaded, rows: list[dict[str, Any]], raw: list[dict[str, str]], plan: dict[str, Any], folder: str, off: Any
) -> Trainer:
    """TRL's trainer with its own defaults for whatever is not said; transformers' for a classification head."""
    kind = TaskType.CAUSAL_LM if plan["task"] == "generate" else TaskType.SEQ_CLS
    lora = LoraConfig(task_type=kind, r=RANK, lora_alpha=2 * RANK, target_modules="all-linear")
    given: dict[str, Any] = {**SHARED, "output_dir": folder, "seed": plan["seed"], "bf16": plan["dtype"] == "bfloat16"}
    if plan["task"] == "classify":
        model = get_peft_model(loaded.model, lora)  # pyright: ignore
        data = Dataset.from_list([{"input_ids": row["input_ids"], "labels": row["labels"]} for row in rows])
        collate = DataCollatorWithPadding(loaded.tokenizer)
        return Trainer(model, TrainingArguments(**given), collate, data)  # pyright: ignore
    from trl import SFTConfig, SFTTrainer  # pyright: ignore[reportPrivateImportUsage]

    turns = [
        {
            "prompt": [{"role": "user", "content": row["text"]}],
            "completion": [{"role": "assistant", "content": row["category"]}],
        }
        for row in raw
    ]
    settings = SFTConfig(**given, max_length=plan["max_length"])
    data = Dataset.from_list(turns)
    return SFTTrainer(loaded.model, settings, train_dataset=data, processing_class=loaded.tokenizer, peft_config=lora)  # pyright: ignore


def gflop(model: Any, rows: list[dict[str, Any]]) -> float:
    """GFLOP that a row needs at least: forward and back through frozen weights, and the gradients of the trained ones.

    The output layer is counted for trained tokens only, attention not at all.
    """
    frozen = sum(
        w.numel() for n, w in model.named_parameters() if not w.requires_grad and w.dim() == 2 and "embed" not in n
    )
    trained = sum(w.numel() for w in model.parameters() if w.requires_grad)
    tokens = sum(row["length"] for row in rows) / len(rows)
    answers = [sum(label >= 0 for label in row["labels"]) for row in rows if not isinstance(row["labels"], int)]
    config = model.config
    head = 4 * config.vocab_size * config.hidden_size * sum(answers) / len(rows)
    if not config.tie_word_embeddings and answers:
        frozen -= config.vocab_size * config.hidden_size
    return ((4 * frozen + 6 * trained) * tokens + head) / 1e9


def loss_of(model: Any, loaded: Loaded, rows: list[dict[str, Any]], job: dict[str, Any]) -> float:
    """The loss of some rows, per trained token or row, in padded batches."""
    model.eval()
    device = next(model.parameters()).device
    total = count = 0.0
    with torch.no_grad(), torch.autocast(device.type, torch.bfloat16, enabled=job["dtype"] == "bfloat16"):
        for start in range(0, len(rows), BATCH):
            batch = {
                name: value.to(device) for name, value in Padded(loaded.tokenizer)(rows[start : start + BATCH]).items()
            }
            labels = batch.pop("labels")
            logits = model(**batch)["logits"].float()
            if labels.dim() == 2:
                logits, labels = logits[:, :-1].flatten(0, 1), labels[:, 1:].flatten()
            total += F.cross_entropy(logits, labels, reduction="sum").item()
            count += int((labels >= 0).sum())
    return total / count


def product_rate(dtype: str) -> float:
    """GFLOP per processor second, or per second on a GPU, of a matrix product."""
    device, kind = "cuda" if torch.cuda.is_available() else "cpu", getattr(torch, dtype)
    left, right = torch.randn(512, 1024).to(device, kind), torch.randn(1024, 1024).to(device, kind)
    clock = time.perf_counter if device == "cuda" else time.process_time
    best = float("inf")
    for _ in range(20):
        began = clock()
        for _ in range(10):
            out = left @ right
        float(out[0, 0])  # pyright: ignore
        best = min(best, (clock() - began) / 10)
    return 2 * 512 * 1024 * 1024 / best / 1e9


if __name__ == "__main__":
    main()
