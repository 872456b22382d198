"""Train in several processes of this machine: run as `python -m tools.train.places._processes_worker FOLDER`.

The processes are started and watched by the agent of torchrun. When one of them is killed, none of the others can go
on; all are started again from the last whole checkpoint.
"""
# pyright: basic

import os
import signal
import sys
import uuid
from pathlib import Path
from typing import Any

from torch.distributed.elastic.multiprocessing.errors import ChildFailedError
from torch.distributed.launcher.api import LaunchConfig, elastic_launch

from store import StoreError
from store.worker import Worker, serve
from tools.train import places
from tools.train._checkpoints import last_whole, step_of
from tools.train._machine import look
from tools.train.places._ended import ENDED, ended

MOST_LOSSES = 3
"""How often in a row processes may be lost without a new checkpoint in between."""


def train(worker: Worker) -> dict[str, Any]:
    """Start the processes, and start them again where one is lost.

    Raises:
        Stopped: The user asked for it; what was learned is saved.
        StoreError: It cannot go on; the message says why.
    """
    place, checkpoints = places.of(worker.payload["plan"]), Path(worker.payload["folder"]) / "checkpoints"
    lost = in_a_row = reached = 0
    while not _ran(worker.folder, place.processes, place.gpus):
        before, reached = reached, _step(checkpoints)
        lost, in_a_row = lost + 1, 1 if reached > before else in_a_row + 1
        if in_a_row > MOST_LOSSES:
            raise StoreError(
                f"A process of the training ended without a word {in_a_row} times in a row: it was killed, or the "
                "memory was not enough. Train in fewer processes, or with a smaller batch_size."
            )
        worker.progress(0, f"A process was lost. All go on {from_step(reached)}", lost=lost)
    return ended(worker.folder, {"lost": lost} if lost else {})


def from_step(step: int) -> str:
    """Where a training goes on, in words."""
    return f"from the checkpoint at step {step}" if step else "from the start, as nothing had been saved"


def _step(checkpoints: Path) -> int:
    checkpoint = last_whole(checkpoints)
    return step_of(checkpoint) if checkpoint else 0


def _ran(folder: Path, processes: int, gpus: bool) -> bool:
    """Run the processes to their end; whether they came to one. What breaks in them rises."""
    (folder / ENDED).unlink(missing_ok=True)
    os.environ["OMP_NUM_THREADS"] = str(max(1, look(folder).cores // processes))
    if not gpus:
        os.environ["CUDA_VISIBLE_DEVICES"] = ""
    config = LaunchConfig(
        min_nodes=1,
        max_nodes=1,
        nproc_per_node=processes,
        run_id=uuid.uuid4().hex,
        rdzv_backend="c10d",
        rdzv_endpoint="localhost:0",
        local_addr="localhost",
        max_restarts=0,
        monitor_interval=0.2,
    )
    try:
        elastic_launch(config, sys.executable)("-u", "-m", "tools.train._rank", str(folder))
    except ChildFailedError as error:
        if (folder / ENDED).exists():
            return True
        codes = {failure.exitcode for failure in error.failures.values()}
        if min(codes - {-signal.SIGTERM}, default=-1) < 0:  # the agent itself ends the others with SIGTERM
            return False
        raise
    return True


if __name__ == "__main__":
    serve(train)
