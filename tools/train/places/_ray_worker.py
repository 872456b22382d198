"""Train on a Ray cluster: run as `python -m tools.train.places._ray_worker FOLDER`.

Ray Train places the workers, joins them, and starts them again where one is lost.
"""
# pyright: basic, reportMissingImports=false, reportAttributeAccessIssue=false

import os
from pathlib import Path
from typing import Any

import ray
from ray.train import FailureConfig, RunConfig, ScalingConfig
from ray.train.torch import TorchConfig, TorchTrainer

from store import StoreError
from store.worker import Worker, serve
from tools.train import places
from tools.train._ranks import PATIENCE
from tools.train.places._away import Home, parcel
from tools.train.places._ended import ended
from tools.train.places._place import Place
from tools.train.places._processes_worker import MOST_LOSSES
from tools.train.places._ray_loop import Board, loop

NAMESPACE = "tunewright"
OBJECT_BYTES = 200_000_000
"""For what workers hand to one another in a cluster that is started here; Ray's own choice is a third of the memory."""
LOOK_SECONDS = 0.5
ROOT = Path(__file__).parents[3]


def train(worker: Worker) -> dict[str, Any]:
    """Send the training to the cluster, write down its news, and bring the model home.

    Raises:
        Stopped: The user asked for it; what was learned is saved.
        StoreError: The cluster cannot be had, or the training cannot go on.
    """
    place = places.of(worker.payload["plan"])
    worker.progress(0, f"Sending the rows and the settings to {_cluster(place)}")
    _connect(place)
    name = f"{worker.payload['run']}-{worker.folder.name}-{os.getpid()}"
    board: Any = Board.options(name=name, namespace=NAMESPACE).remote(parcel(worker))
    fitting = _fit.remote(place.processes, place.gpus, {"board": name, "namespace": NAMESPACE}, name)
    starts = _follow(worker, board, fitting)
    end = ray.get(board.ended.remote())
    if not end:
        ray.get(fitting)  # rises with what broke there
        raise StoreError(f"{_cluster(place)} ended the training without a word. Resume it to go on.")
    Home(worker).end(end)
    return ended(worker.folder, {"lost": starts - 1} if starts > 1 else {})


@ray.remote(num_cpus=0, max_retries=0)
def _fit(workers: int, gpus: bool, config: dict[str, Any], name: str) -> None:
    """On the cluster: run the workers to their end."""
    TorchTrainer(
        loop,
        train_loop_config=config,
        torch_config=TorchConfig(timeout_s=int(PATIENCE.total_seconds())),
        scaling_config=ScalingConfig(num_workers=workers, use_gpu=gpus),
        run_config=RunConfig(name=name, failure_config=FailureConfig(max_failures=MOST_LOSSES)),
    ).fit()


def _follow(worker: Worker, board: Any, fitting: Any) -> int:
    """Write down the news until it ends; gives how often the workers were started."""
    home, starts, over = Home(worker), 0, []
    while not over:
        over, _ = ray.wait([fitting], timeout=LOOK_SECONDS)
        news, checkpoint, now = ray.get(board.take.remote(worker.stopping))
        for lines in news:
            home.lines(lines)
        home.checkpoint(checkpoint)
        if now > max(starts, 1):
            worker.progress(0, "A worker was lost. All go on from the last checkpoint", lost=now - 1)
        starts = now
    return starts


def _connect(place: Place) -> None:
    settings: dict[str, Any] = {"namespace": NAMESPACE, "log_to_driver": True}
    if place.address:
        code = {"py_modules": [str(ROOT / "tools"), str(ROOT / "store")], "excludes": ["**/__pycache__"]}
        settings |= {"address": place.address, "runtime_env": code}
    else:
        each = {"num_gpus": place.processes} if place.gpus else {}
        settings |= {
            "num_cpus": place.processes,
            "include_dashboard": False,
            "object_store_memory": OBJECT_BYTES,
            **each,
        }
    try:
        ray.init(**settings)
    except (ConnectionError, RuntimeError, TimeoutError, ValueError) as error:
        raise StoreError(
            f"{_cluster(place)} cannot be reached ({str(error).splitlines()[0]}). Check the address, and that its Ray "
            f"is version {ray.__version__} as here, or train on this machine."
        ) from error


def _cluster(place: Place) -> str:
    return f"The Ray cluster at {place.address}" if place.address else "A Ray cluster on this machine"


if __name__ == "__main__":
    serve(train)
