"""Measure, before a training, what it will take: run as `python -m tools.train._probe FOLDER`.

The same trainer as in the real run makes a few steps on a sample of the real rows, with batches of three sizes, so
that the estimates rest on this machine, this model and these rows. It is also a smoke test: what cannot train fails
here. `_estimate` turns what is found into time, memory and disk for any batch, length, rank and number of rows.
"""
# pyright: basic

import shutil
import time
from pathlib import Path
from statistics import quantiles
from typing import Any

import psutil
import torch

from store.worker import Worker, serve
from tools.train._fits import refuse_if_too_large, weights_in
from tools.train._machine import look
from tools.train._probe_rows import sample, tokenised
from tools.train._probe_shown import shown
from tools.train._probe_steps import clock, measured_evaluation, measured_steps, since
from tools.train._rows import Rows
from tools.train._settings import QUESTIONS_A_STEP, micro_rows, rows_per_step, tokens_at_once
from tools.train._setup import load_for_training
from tools.train._techniques import trainable_weights, weights_by_rank
from tools.train._usage import folder_bytes, forget_peak, peak_bytes, processor_seconds, seconds_alive
from tools.train._weights import Loaded, base_folder
from tools.train.tasks import TASKS
from tools.train.techniques import TECHNIQUES

STEPS = 4
PATIENT_SECONDS = 25.0
"""The longest that a step on the longest rows may take before fewer of them are tried."""
LONGEST = 1024
"""Tokens; rows are cut here while they are measured, unless the user gave a limit."""
WRITTEN_BYTES = 64_000_000
PRODUCT_ROWS = 512
PRODUCT_SECONDS = 1.0


def probe(worker: Worker) -> dict[str, Any]:
    """Measure the precision that is faster, the lengths of the rows, the speed, the memory, and what is saved."""
    imports = {"seconds": seconds_alive(), "processor_seconds": processor_seconds()}
    task, load = worker.payload, psutil.getloadavg()[0]
    name = Path(task["plan"]["base_model"]).name
    worker.progress(0.1, f"Measuring how fast {name} trains on this machine")
    rates = {name: _products_per_second(name) for name in ("float32", "bfloat16")}
    dtype = _precision(rates, task["plan"]["technique"])
    plan = {**task["plan"], "dtype": dtype, "max_length": task["plan"]["max_length"] or LONGEST}
    weights = weights_in(base_folder(plan["base_model"], lambda told: worker.progress(0.1, str(told))))
    refuse_if_too_large(name, weights, plan, look(worker.folder))
    forget_peak()
    began = clock()
    loaded = load_for_training(plan, worker)
    loading = since(began) | {"peak_bytes": peak_bytes()}
    context = _context(loaded)
    plan["max_length"] = min(plan["max_length"], context)
    worker.progress(0.4, "Reading a sample of the rows")
    rows, reading = tokenised(worker, sample(worker, plan), plan, loaded.tokenizer)
    lengths = rows.train["length"]
    worker.progress(0.6, "Making a few steps on a sample of the rows")
    found = {
        "busy": load > look(worker.folder).cores,
        "dtype": dtype,
        "gflops": rates,
        "context": context,
        "left_out": rows.left_out,
        "cut": rows.cut,
        **reading,
        "tokens": _lengths(lengths[: reading["rows"]], max(lengths)),
        "lengths": lengths[: reading["rows"]],
        **_sizes(loaded),
        **({"blocks_a_row": len(rows.train) / max(1, rows.taken)} if TASKS[plan["task"]].packed else {}),
        "imports": imports,
        "loading": loading,
        "example": shown(rows.train, plan, loaded),
        "saving": _saving(worker, loaded),
        **_steps(worker, loaded, rows, plan),
    }
    shutil.rmtree(worker.folder / "steps", ignore_errors=True)
    return found


def _sizes(loaded: Loaded) -> dict[str, int]:
    """How many weights there are, are trained, and grow in number with the rank."""
    return {
        "weights": sum(weight.numel() for weight in loaded.model.parameters()),
        "weights_trained": trainable_weights(loaded.model),
        "weights_by_rank": weights_by_rank(loaded.model),
    }


def _precision(rates: dict[str, float], technique: str) -> str:
    """bfloat16 where it is plainly faster than float32, and four bits where the technique is made for them."""
    if TECHNIQUES[technique].four_bits:
        return "nf4"
    return "bfloat16" if _has_bfloat16() and rates["bfloat16"] > 1.2 * rates["float32"] else "float32"


def _context(loaded: Loaded) -> int:
    """The most tokens that the model reads: some count two more positions than they can use, so ask the tokenizer."""
    positions = getattr(loaded.model.config, "max_position_embeddings", None) or LONGEST
    return min(positions, loaded.tokenizer.model_max_length or positions)


def _lengths(lengths: list[int], longest: int) -> dict[str, float]:
    cuts = quantiles(lengths, n=20) if len(lengths) > 1 else lengths * 19
    return {
        "mean": round(sum(lengths) / len(lengths), 1),
        "median": round(cuts[9]),
        "p95": round(cuts[18]),
        "max": longest,
    }


def _steps(worker: Worker, loaded: Loaded, rows: Rows, plan: dict[str, Any]) -> dict[str, Any]:
    """Steps on a small batch, a usual one, and the largest that the run can meet."""
    data, lengths = rows.train, rows.train["length"]
    order = sorted(range(len(data)), key=lengths.__getitem__)
    batch = plan["batch_size"] or _usual_batch(lengths, plan)
    usual = min(micro_rows(batch, tokens_at_once(plan, lengths[order[-1]])), len(data))
    middle = max(0, (len(order) - usual) // 2)
    sizes = [order[middle : middle + max(1, usual // 4)], order[middle : middle + usual]]
    measured: list[dict[str, Any]] = []
    for places in sizes:
        measured.append(measured_steps(worker, loaded, data.select(places), plan, STEPS))
        worker.progress(0.6 + 0.1 * len(measured), "Making a few steps on a sample of the rows")
    evaluation = measured_evaluation(worker, loaded, data.select(sizes[1]), plan)
    if largest := _affordable(measured, usual, lengths[order[-1]], look(worker.folder).free_bytes):
        longest = (order[-largest:] * largest)[:largest]
        measured.append(measured_steps(worker, loaded, data.select(longest), plan, 2))
    usual_pass = measured[1]["pass"]["seconds"] + measured[1]["update"]["seconds"]
    return {
        "steps": measured,
        "packed": measured[1]["packed"],
        "evaluation": evaluation,
        "tokens_per_second": round(measured[1]["seen"] / max(usual_pass, 1e-9), 1),
        "peak_bytes": max(each["peak_bytes"] for each in measured),
        "gpu_peak_bytes": max(each["gpu_peak_bytes"] for each in measured),
    }


def _usual_batch(lengths: list[int], plan: dict[str, Any]) -> int:
    if plan["task"] == "grpo":
        return QUESTIONS_A_STEP
    return rows_per_step(sum(lengths) / len(lengths), len(lengths))


def _affordable(measured: list[dict[str, Any]], rows: int, longest: int, free_bytes: int) -> int:
    """How many of the longest rows can be tried at once, as the smaller batches let expect; 0 for none."""
    small, usual = measured[:2]
    if rows * longest <= usual["tokens"]:
        return 0
    seconds = usual["pass"]["seconds"] / usual["tokens"]
    grows = max(0, usual["peak_bytes"] - small["peak_bytes"]) / max(1, usual["tokens"] - small["tokens"])
    while rows and (
        rows * longest * seconds > PATIENT_SECONDS or (rows * longest - usual["tokens"]) * grows > 0.8 * free_bytes
    ):
        rows //= 2
    return rows if rows * longest > usual["tokens"] else 0


def _saving(worker: Worker, loaded: Loaded) -> dict[str, Any]:
    """What the tokenizer takes on the disk, and how fast it writes."""
    folder = worker.folder / "saved"
    loaded.tokenizer.save_pretrained(folder)
    tokenizer_bytes = folder_bytes(folder)
    began = time.monotonic()
    torch.save(torch.empty(WRITTEN_BYTES, dtype=torch.uint8), folder / "written")
    speed = WRITTEN_BYTES / max(time.monotonic() - began, 1e-3)
    shutil.rmtree(folder)
    return {"tokenizer_bytes": tokenizer_bytes, "bytes_per_second": round(speed)}


def _has_bfloat16() -> bool:
    return not torch.cuda.is_available() or torch.cuda.is_bf16_supported(including_emulation=False)


def _products_per_second(dtype: str) -> float:
    """GFLOP/s of a matrix product of the size that small models make; of a part of it where that would take long.

    A processor without instructions for bfloat16 takes a second for what it does in milliseconds in float32.
    """
    device = "cuda" if torch.cuda.is_available() else "cpu"
    width, outputs = 1024, 1024
    left = torch.randn(PRODUCT_ROWS, width, device=device).to(getattr(torch, dtype))
    right = torch.randn(width, outputs, device=device).to(getattr(torch, dtype))
    best, spent = 0.0, 0.0
    for rows in (1, *[PRODUCT_ROWS // 16] * 4, *[PRODUCT_ROWS] * 12):
        if best and spent + rows * width * outputs * 2 / best > PRODUCT_SECONDS:
            break
        began = time.perf_counter()
        float((left[:rows] @ right)[0, 0])
        took = time.perf_counter() - began
        best, spent = max(best, 2 * rows * width * outputs / took), spent + took
    return round(best / 1e9, 1)


if __name__ == "__main__":
    serve(probe)
