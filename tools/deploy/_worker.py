"""Writes an export beside, checks it against the trained model, and puts it in place."""
# pyright: basic

import hashlib
import os
import shutil
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet
import torch
from peft import PeftModel

from store.worker import Worker, serve
from tools.train._examples import conversation, prompt_text
from tools.train._weights import Loaded, load

PROMPTS = 20


def work(worker: Worker) -> dict[str, Any]:
    """Export a run's model and say how far the exported form is from the trained one."""
    task = worker.payload
    plan, model_folder, target = task["plan"], Path(task["model"]), Path(task["target"])
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.rmtree(beside, ignore_errors=True)
    worker.progress(0.05, "loading the trained model")
    trained = _load(plan, model_folder)
    prompts = _prompts(Path(task["dataset"]), plan, trained)
    worker.progress(0.3, "asking it for comparison")
    expected = _next_tokens(trained, prompts)
    worker.progress(0.5, f"writing the {task['form']} form")
    _write(trained, model_folder, task["form"], beside)
    worker.progress(0.7, "loading what was written")
    again = _load(plan, beside)
    found = _next_tokens(again, prompts)
    files = _checksums(beside)
    shutil.rmtree(target, ignore_errors=True)
    beside.rename(target)
    return {
        "prompts": len(prompts),
        "largest_difference": float((found - expected).abs().max()),
        "same_choice": int((found.argmax(-1) == expected.argmax(-1)).sum()),
        "files": files,
    }


def _load(plan: dict[str, Any], folder: Path) -> Loaded:
    return load(plan["base_model"], folder, task=plan["task"], labels=plan.get("labels"), dtype=plan["dtype"])


def _write(trained: Loaded, model_folder: Path, form: str, folder: Path) -> None:
    if form == "adapter" or not isinstance(trained.model, PeftModel):
        shutil.copytree(model_folder, folder)
        return
    trained.model.merge_and_unload().save_pretrained(folder)  # pyright: ignore
    trained.tokenizer.save_pretrained(folder)


def _prompts(dataset: Path, plan: dict[str, Any], trained: Loaded) -> list[str]:
    names = [plan[key] for key in ("messages", "prompt", "completion", "text") if plan.get(key)]
    rows = parquet.read_table(dataset, columns=list(dict.fromkeys(names))).slice(0, PROMPTS).to_pylist()
    if plan["task"] == "classify":
        return [str(row[plan["text"]]) for row in rows]
    return [prompt_text(trained.tokenizer, conversation(row, plan)) for row in rows]


@torch.inference_mode()
def _next_tokens(loaded: Loaded, prompts: list[str]) -> torch.Tensor:
    """Log-probabilities, prompts x choices: of the next token, or of the classes."""
    told: list[torch.Tensor] = []
    for prompt in prompts:
        read = loaded.tokenizer(prompt, add_special_tokens=False, return_tensors="pt", truncation=True, max_length=1024)
        logits = loaded.model(**read.to(loaded.device)).logits
        told.append(torch.log_softmax((logits[0, -1] if logits.ndim == 3 else logits[0]).float(), -1).cpu())
    return torch.stack(told)


def _checksums(folder: Path) -> list[tuple[str, int, str]]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [
        (str(path.relative_to(folder)), path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in files
    ]


if __name__ == "__main__":
    serve(work)
