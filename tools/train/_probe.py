"""Measure, before a training, what it will take: run as `python -m tools.train._probe FOLDER`.

The same trainer as in the real run makes a few steps on a sample of the real rows, so that the estimates rest on
this machine, this model and these rows. It is also a smoke test: what cannot train fails here.
"""
# pyright: basic

import resource
import shutil
import sys
import time
from pathlib import Path
from statistics import quantiles
from typing import Any

import psutil
import torch
from datasets import Dataset
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from store import Workspace
from store.worker import Stopped, Worker, serve
from tools.train._machine import look
from tools.train._rows import Rows, read_rows
from tools.train._settings import rows_per_step
from tools.train._techniques import trainable_weights
from tools.train._trainer import AnswerTrainer
from tools.train._weights import Loaded
from tools.train._worker import build_trainer, load_for_training

SAMPLE_ROWS = 1000
STEPS = 5
ENOUGH_SECONDS = 10.0
LONGEST = 1024
"""Tokens; rows are cut here while they are measured, unless the user gave a limit."""


def probe(worker: Worker) -> dict[str, Any]:
    """Measure the precision that is faster, the lengths of the rows, the speed, and the memory."""
    task, load = worker.payload, psutil.getloadavg()[0]
    worker.progress(0.1, f"Measuring how fast {Path(task['plan']['base_model']).name} trains on this machine")
    rates = {name: _products_per_second(name) for name in ("float32", "bfloat16")}
    dtype = "bfloat16" if _has_bfloat16() and rates["bfloat16"] > 1.2 * rates["float32"] else "float32"
    plan = {**task["plan"], "dtype": dtype, "max_length": task["plan"]["max_length"] or LONGEST}
    loaded = load_for_training(plan, worker)
    context = getattr(loaded.model.config, "max_position_embeddings", None) or LONGEST
    plan["max_length"] = min(plan["max_length"], context)
    rows = _sample(worker, plan, loaded)
    lengths = _lengths(rows.train["length"])
    plan["batch_size"] = plan["batch_size"] or rows_per_step(lengths["mean"], len(rows.train))
    worker.progress(0.6, "Making a few steps on a sample of the rows")
    return {
        "busy": load > look(worker.folder).cores,
        "dtype": dtype,
        "gflops": rates,
        "context": context,
        "rows": len(rows.train),
        "left_out": rows.left_out,
        "cut": rows.cut,
        "tokens": lengths,
        "weights": sum(weight.numel() for weight in loaded.model.parameters()),
        "weights_trained": trainable_weights(loaded.model),
        "resting_bytes": psutil.Process().memory_info().rss,
        **_steps(worker, loaded, rows, plan),
    }


def _sample(worker: Worker, plan: dict[str, Any], loaded: Loaded) -> Rows:
    with Workspace(worker.home, worker.project) as ws:
        version = ws.datasets.version(worker.payload["dataset"], worker.payload["version"])
    data = Dataset.from_parquet(str(version.path), cache_dir=str(worker.folder / "rows"), keep_in_memory=True)
    if plan.get("split"):
        sides = data[plan["split"]]  # pyright: ignore
        data = data.select([place for place, side in enumerate(sides) if side == "train"])  # pyright: ignore
    sample = data.shuffle(seed=0).select(range(min(SAMPLE_ROWS, len(data))))  # pyright: ignore
    path = worker.folder / "sample.parquet"
    sample.to_parquet(path)
    return read_rows(path, {**plan, "evaluation_rows": 0}, loaded.tokenizer, worker.folder / "rows")


def _lengths(lengths: list[int]) -> dict[str, float]:
    cuts = quantiles(lengths, n=20) if len(lengths) > 1 else lengths * 19
    return {
        "mean": round(sum(lengths) / len(lengths), 1),
        "median": round(cuts[9]),
        "p95": round(cuts[18]),
        "max": max(lengths),
    }


class _Clock(TrainerCallback):
    """Times the steps after the first, which is always slow, and stops when enough is known."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self.trainer: AnswerTrainer | None = None
        self.began = self.seconds = 0.0
        self.first_tokens = self.tokens = 0

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> TrainerControl:
        assert self.trainer
        now = time.monotonic()
        if state.global_step == 1:
            self.began, self.first_tokens = now, self.trainer.tokens_seen
        self.seconds, self.tokens = now - self.began, self.trainer.tokens_seen - self.first_tokens
        if self._worker.stopping:
            raise Stopped("The measurement was stopped.")
        control.should_training_stop = control.should_training_stop or self.seconds > ENOUGH_SECONDS
        return control


def _steps(worker: Worker, loaded: Loaded, rows: Rows, plan: dict[str, Any]) -> dict[str, Any]:
    clock = _Clock(worker)
    folder = worker.folder / "steps"
    trainer = build_trainer(
        loaded, rows, plan, folder, max_steps=STEPS, save_strategy="no", eval_strategy="no", logging_steps=1000
    )
    clock.trainer = trainer
    trainer.add_callback(clock)
    began = time.monotonic()
    trainer.train()
    if not clock.tokens:  # one step was all there was
        clock.tokens, clock.seconds = trainer.tokens_seen, time.monotonic() - began
    shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(worker.folder / "rows", ignore_errors=True)
    (worker.folder / "sample.parquet").unlink()
    return {
        "tokens_per_second": round(clock.tokens / max(clock.seconds, 1e-9), 1),
        "peak_bytes": _peak_bytes(),
        "gpu_peak_bytes": torch.cuda.max_memory_allocated() if torch.cuda.is_available() else 0,
    }


def _peak_bytes() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _has_bfloat16() -> bool:
    return not torch.cuda.is_available() or torch.cuda.is_bf16_supported(including_emulation=False)


def _products_per_second(dtype: str) -> float:
    """GFLOP/s of a matrix product of the size that small models make."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    rows, width, outputs = 512, 1024, 1024
    left = torch.randn(rows, width, device=device).to(getattr(torch, dtype))
    right = torch.randn(width, outputs, device=device).to(getattr(torch, dtype))
    best = float("inf")
    for _ in range(12):
        began = time.perf_counter()
        float((left @ right)[0, 0])
        best = min(best, time.perf_counter() - began)
    return round(2 * rows * width * outputs / best / 1e9, 1)


if __name__ == "__main__":
    serve(probe)
