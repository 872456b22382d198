"""Plan a training: choose what was not said, measure the machine, and estimate what it will take."""

from dataclasses import dataclass
from math import ceil
from typing import Any, cast

from store import Workspace
from tools.train import _settings as settings
from tools.train._machine import Machine, look
from tools.train._material import Material, examine
from tools.train._wishes import Setting, Technique, Wishes

PROBE = "tools.train._probe"
EVALUATION_ROWS = 100
EVALUATIONS = 8
START_SECONDS = 15
SAVE_EVERY_SECONDS = 60
MICRO_TOKENS = 4096
"""The most tokens that go through the model at once, so that long rows do not fill the memory."""
SPARE_BYTES = 500_000_000
"""Disk that stays free."""


@dataclass(frozen=True)
class Planned:
    """A plan, its reasons, and what was found on the way."""

    material: Material
    machine: Machine
    plan: dict[str, Any]
    settings: list[Setting]
    measured: dict[str, Any]

    @property
    def estimates(self) -> dict[str, int]:
        """seconds, memory_bytes and disk_bytes."""
        return self.plan["estimates"]

    @property
    def disk_is_enough(self) -> bool:
        """Whether checkpoints and model fit with some room to spare."""
        return self.machine.disk_bytes > self.estimates["disk_bytes"] + SPARE_BYTES

    @property
    def memory_is_enough(self) -> bool:
        """Whether the estimate is below what is free."""
        free = self.machine.gpu_bytes or self.machine.free_bytes
        return self.estimates["memory_bytes"] < free


def make_plan(ws: Workspace, dataset: str, wishes: Wishes) -> Planned:
    """Plan a training on a dataset as it is now. The first plan for a base model measures this machine.

    Raises:
        StoreError: The dataset cannot be trained on, or the base model cannot be had; the message says what to do.
    """
    material, machine = examine(ws, dataset, wishes.task), look(ws.home)
    model, technique = settings.base_model(machine, wishes), settings.technique(wishes)
    rank = settings.rank(material, wishes)
    plan: dict[str, Any] = {
        "base_model": model.value,
        "task": material.task,
        "technique": technique.value,
        **material.columns,
        "labels": material.labels,
        "batch_size": wishes.batch_size,
        "gradient_accumulation": 1,
        "rank": int(rank.value),
        "alpha": 2 * int(rank.value),
        "dropout": 0.0,
        "target_modules": "all-linear",
    }
    measured = _measured(ws, material, machine, plan, wishes)
    epochs, longest = settings.epochs(material, wishes), settings.max_length(measured, wishes)
    batch = settings.batch_size(measured, wishes)
    rate = settings.learning_rate(cast(Technique, technique.value), material, measured["weights"], wishes)
    plan |= {
        "max_length": int(longest.value),
        "epochs": float(epochs.value),
        "learning_rate": float(rate.value),
        "dtype": measured["dtype"],
        "seed": wishes.seed if wishes.seed is not None else 42,
        "evaluation_rows": EVALUATION_ROWS,
        **_micro_batches(int(batch.value), min(int(longest.value), measured["tokens"]["max"])),
    }
    plan |= _costs(plan, material, measured)
    kept = [rank] if technique.value in ("lora", "dora") else []
    chosen = [model, material.why, technique, *kept, epochs, rate, batch, longest, settings.precision(measured)]
    return Planned(material, machine, plan, chosen, measured)


def _measured(
    ws: Workspace, material: Material, machine: Machine, plan: dict[str, Any], wishes: Wishes
) -> dict[str, Any]:
    """Measure, unless the same was measured on this machine before; the finished jobs are the memory."""
    fixed = {"max_length": wishes.max_length, "epochs": 1, "learning_rate": 1e-5, "seed": 0, "save_steps": 1}
    payload = {
        "dataset": material.version.dataset,
        "version": material.version.number,
        "machine": machine.key,
        "plan": {**plan, **fixed},
    }
    for job in ws.jobs.all("probe"):
        if job.state == "done" and job.payload == payload:
            return ws.jobs.result(job.id)
    return ws.jobs.wait(ws.jobs.start("probe", PROBE, payload).id)


def _micro_batches(batch_size: int, longest: int) -> dict[str, int]:
    """Split a batch of long rows into parts that follow each other; the steps stay the same."""
    micro = min(batch_size, max(1, MICRO_TOKENS // longest))
    parts = ceil(batch_size / micro)
    return {"batch_size": ceil(batch_size / parts) * parts, "gradient_accumulation": parts}


def _costs(plan: dict[str, Any], material: Material, measured: dict[str, Any]) -> dict[str, Any]:
    """Time, peak memory and disk, and how often to save."""
    tokens = measured["tokens"]
    step_tokens = plan["batch_size"] * min(tokens["mean"], plan["max_length"])
    steps = ceil(ceil(material.rows / plan["batch_size"]) * plan["epochs"])
    step_seconds = step_tokens / measured["tokens_per_second"]
    evaluated = min(EVALUATION_ROWS, material.sides["validation"] or material.rows // 10)
    evaluation_seconds = evaluated / plan["batch_size"] * step_seconds / 3  # forward only: a third of the work
    grown = measured["peak_bytes"] - measured["resting_bytes"]
    longer = min(tokens["max"], plan["max_length"]) / max(1, tokens["p95"])
    memory = measured["resting_bytes"] + grown * max(1, longer)
    if measured["gpu_peak_bytes"]:
        memory = measured["gpu_peak_bytes"] * max(1, longer)
    return {
        "save_steps": max(1, round(SAVE_EVERY_SECONDS / step_seconds)),
        "estimates": {
            "seconds": round(START_SECONDS + steps * step_seconds + EVALUATIONS * evaluation_seconds),
            "memory_bytes": round(memory),
            # the model once, and up to three checkpoints with the optimizer's two moments, in float32
            "disk_bytes": measured["weights_trained"] * 4 * (1 + 3 * 3) + 20_000_000,
        },
    }
