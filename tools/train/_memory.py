"""How much memory a training takes and how much is left, and a stop before the machine's own."""
# pyright: basic

import resource
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import psutil
import torch
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from tools.train._machine import container_left

RESERVE_BYTES = 256_000_000
"""What is left to the rest of the machine in any case."""


def memory() -> dict[str, int]:
    """`memory_bytes` taken by this training, `memory_free_bytes` left, and `memory_total_bytes`; of the GPU if used."""
    if torch.cuda.is_available():
        free, total = torch.cuda.mem_get_info()
        return {
            "memory_bytes": torch.cuda.memory_reserved(),
            "memory_free_bytes": free,
            "memory_total_bytes": total,
        }
    taken, machine = psutil.Process().memory_info().rss, psutil.virtual_memory()
    left = container_left()
    free = machine.available if left is None else min(machine.available, left)
    total = machine.total if left is None else min(machine.total, left + taken)
    return {"memory_bytes": taken, "memory_free_bytes": free, "memory_total_bytes": total}


def limit_to_what_is_free() -> None:
    """Let a request for more memory than there is fail, so that it can be answered.

    Without it Linux grants any request and kills the process once the pages are used. On a GPU requests fail anyway.
    """
    held = held_bytes()
    if torch.cuda.is_available() or held is None:
        return
    room = max(memory()["memory_free_bytes"] - RESERVE_BYTES, RESERVE_BYTES)
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    wanted = held + room
    resource.setrlimit(resource.RLIMIT_DATA, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))


def lift_limit() -> None:
    """Take the limit away again, as while a model is loaded, which needs its memory twice for a moment."""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))


@contextmanager
def unlimited() -> Generator[None]:
    """Without the limit for a moment, as while weights are written: without room the library ends the process."""
    limits = resource.getrlimit(resource.RLIMIT_DATA)
    lift_limit()
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, limits)


class Room(TrainerCallback):
    """Ends the steps while there still is a little memory, when other programs take more and more of it.

    Raises:
        MemoryError: Less than half of the reserve is left.
    """

    def on_substep_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: object
    ) -> None:
        """Look after every part of a step."""
        if not torch.cuda.is_available() and memory()["memory_free_bytes"] < RESERVE_BYTES // 2:
            raise MemoryError("The memory of this machine is nearly full.")

    on_step_end = on_substep_end


def held_bytes() -> int | None:
    """The private memory that this process has asked for so far, used or not, where Linux tells it and can limit it."""
    if sys.platform != "linux":
        return None
    lines = Path("/proc/self/status").read_text().splitlines()
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmData:")), None)
