"""What a training must know when several processes make its steps together; alone, all of this does nothing.

Whoever starts the processes (torchrun's agent, Ray) tells each its place by the usual variables: RANK, WORLD_SIZE,
LOCAL_RANK, LOCAL_WORLD_SIZE. Each process, or rank, computes the gradient of its share of the rows of a step; the mean
over all ranks is applied by all, so that all keep the same weights. Rank 0 alone tells the progress and saves.
"""
# pyright: basic

import os
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from accelerate import PartialState
from datasets import Dataset

from store.worker import Worker
from tools.train._examples import IGNORED

PATIENCE = timedelta(hours=12)
"""How long a rank waits for another: one may tokenise a large dataset while the others wait. The end of a process is
noticed at once by whoever started it, and does not count on this."""


class Silent(Worker):
    """The worker of a rank other than the first: it tells nothing."""

    def progress(self, fraction: float, text: str, *, seconds_left: float | None = None, **data: Any) -> None:
        """Say nothing."""


def world() -> int:
    """How many processes there are."""
    return int(os.environ.get("WORLD_SIZE", 1))


def first() -> bool:
    """Whether this is the process that tells and saves."""
    return int(os.environ.get("RANK", 0)) == 0


def worker_of(folder: Path) -> Worker:
    """The worker of this process."""
    return Worker(folder) if first() else Silent(folder)


def join() -> None:
    """Meet the others, and take the graphics card that is this process's own."""
    if world() == 1:
        os.environ.setdefault("CUDA_VISIBLE_DEVICES", "0")  # or else the trainer would use all cards from one process
    elif torch.cuda.is_available():
        torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", 0)))
    if world() > 1:
        PartialState(cpu=not torch.cuda.is_available(), timeout=PATIENCE)


def leave() -> None:
    """Part from the others."""
    if world() > 1 and dist.is_initialized():
        dist.destroy_process_group()


def together() -> None:
    """Wait until all have come this far."""
    if world() > 1:
        dist.barrier()


def share(cores: int) -> int:
    """The cores of this process, of those of the machine."""
    return max(1, cores // int(os.environ.get("LOCAL_WORLD_SIZE", 1)))


def summed(values: Sequence[float]) -> list[float]:
    """The sum over all processes of each value; all must ask at the same time."""
    if world() == 1:
        return list(values)
    device = "cuda" if dist.get_backend() == "nccl" else "cpu"
    told = torch.tensor(values, dtype=torch.float64, device=device)
    dist.all_reduce(told)
    return told.tolist()


def once_a_machine(make: Callable[[], Any], again: Callable[[], Any]) -> Any:
    """`make` in one process of each machine, and then `again` in the others: files are written by one, read by all."""
    if world() == 1:
        return make()
    mine = int(os.environ.get("LOCAL_RANK", 0)) == 0
    made = make() if mine else None
    together()
    return made if mine else again()


def micro_batches(batch_size: int, parts: int) -> tuple[int, int]:
    """Rows that go through the model at once in each process, and how often, for the same step as in one process.

    Args:
        batch_size: Rows of a step over all processes; a multiple of their number.
        parts: Into how many parts one process would divide them, so that they fit the memory.
    """
    if world() == 1:
        return max(1, batch_size // parts), parts
    mine, most = max(1, batch_size // world()), max(1, batch_size // parts)
    times = next(times for times in range(1, mine + 1) if mine % times == 0 and mine // times <= most)
    return mine // times, times


def even(rows: Dataset) -> Any:
    """The rows, so that an order that `evenly` made can be read of them."""
    return rows if world() == 1 else _Even(rows)


def evenly(order: torch.utils.data.Sampler[int], batch_size: int) -> torch.utils.data.Sampler[int]:
    """An order of rows that gives every process as many batches, and all of `batch_size` rows."""
    return order if world() == 1 else _EvenOrder(order, batch_size * world())


class _Even(torch.utils.data.Dataset[dict[str, Any]]):
    """Rows, and after them as many that teach nothing as make every share of the last step alike.

    The usual way is to repeat the first rows, which then count twice.
    """

    def __init__(self, rows: Dataset) -> None:
        self._rows = rows
        shortest = min(range(min(len(rows), 1000)), key=lambda place: len(rows[place]["input_ids"]))
        self._filler = {name: _nothing(name, value) for name, value in rows[shortest].items()}

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, place: int) -> dict[str, Any]:
        return self._rows[place] if place < len(self._rows) else self._filler

    def __getitems__(self, places: list[int]) -> list[dict[str, Any]]:
        """Several rows at once."""
        return [self[place] for place in places]


class _EvenOrder(torch.utils.data.Sampler[int]):
    """The order of another sampler, filled up to a multiple of `together` with places behind the last row."""

    def __init__(self, order: torch.utils.data.Sampler[int], together: int) -> None:
        self._order, self._together = order, together

    def __len__(self) -> int:
        return -(-len(self._order) // self._together) * self._together  # pyright: ignore

    def __iter__(self) -> Any:
        yield from self._order
        rows = len(self._order)  # pyright: ignore
        yield from range(rows, len(self))


def _nothing(name: str, value: Any) -> Any:
    if not name.endswith("labels"):
        return value
    return [IGNORED] * len(value) if isinstance(value, list) else IGNORED
