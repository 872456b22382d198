"""Train in a federation: run as `python -m tools.train._federated_worker FOLDER`, in a process of its own.

It deals the rows to the clients, has Flower run the rounds in its own environment, mirrors them as an ordinary run's
progress and checkpoints, and saves the model.
"""
# pyright: basic

import json
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet
import torch

from store import NoSpace, StoreError, Workspace
from store.worker import Stopped, Worker, serve, write_last
from tools.train._clients import Division, divide
from tools.train._federated_compare import ALL, compare
from tools.train._federated_local import open_model, put, trained
from tools.train._federated_mirror import SHARE_OF_ROUNDS, Mirror
from tools.train._flower_home import flower_home, make
from tools.train._machine import look
from tools.train._round_files import last_round, load_round, save_round, told
from tools.train._save import save
from tools.train._setup import WEIGHTS_FOR_THREADS
from tools.train._techniques import trainable_weights
from tools.train._weights import Loaded, base_folder

POLL_SECONDS = 0.2
ROOT = Path(__file__).parent.parent.parent


def federate(worker: Worker) -> dict[str, Any]:
    """Run the rounds that are left, save the model, and compare it if the plan says so.

    Raises:
        Stopped: The user asked for it; the model after the last whole round is saved.
        StoreError: It cannot go on; the message says why.
    """
    began = time.monotonic()
    task = worker.payload
    plan, folder = task["plan"], Path(task["folder"])
    with Workspace(worker.home, worker.project) as ws:
        data = ws.datasets.version(task["dataset"], task["version"]).path
    python = make(flower_home(), lambda share, text: _making(worker, share, text))
    worker.progress(0, f"Loading {Path(plan['base_model']).name}")
    base_folder(plan["base_model"])
    rounds = folder / "rounds"
    clients = _emptied(rounds / "clients")
    try:
        division = _deal(data, plan, clients)
        cores = look(worker.home).cores
        loaded = open_model(plan, cores)
        if (resumed := last_round(rounds)) < 0:
            save_round(rounds, 0, trained(loaded.model), None)
        mirror = Mirror(worker, plan, folder, loaded)
        if resumed < plan["rounds"]:
            _run_rounds(python, rounds, _task(plan, division, loaded, worker, cores), mirror)
        facts = {
            "run": task["run"],
            "steps": plan["rounds"],
            "resumed_from": resumed if resumed > 0 else None,
            "weights_trained": trainable_weights(loaded.model),
            "seconds": round(time.monotonic() - began, 1),
            **_made(rounds, division),
            **mirror.latest,
        }
        put(loaded.model, load_round(rounds, last_round(rounds)))
        save(loaded, plan, folder / "model", facts)
        if facts["step"] < plan["rounds"]:
            raise Stopped(
                f"Stopped after round {facts['step']} of {plan['rounds']}, and saved. Resume it to go on from there."
            )
        if plan["compare"]:
            compare(worker, plan, folder, loaded, SHARE_OF_ROUNDS)
        return facts
    finally:
        shutil.rmtree(clients, ignore_errors=True)


def _emptied(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _made(rounds: Path, division: Division) -> dict[str, Any]:
    """The rounds that were made, with whose rows, and what they took."""
    return {
        "step": last_round(rounds),
        "rows": sum(client.train for client in division.clients),
        "rows_left_out": division.left_out,
        "bytes_sent": sum(line["bytes"] for line in told(rounds)),
        "seconds_rounds": round(sum(line["seconds"] for line in told(rounds)), 1),
    }


def _deal(data: Path, plan: dict[str, Any], folder: Path) -> Division:
    """Write the rows of each client to a file of its own: `<place>/rows.parquet`. It reads no other."""
    division = divide(data, plan)
    table: Any = parquet.read_table(data)
    for place, client in enumerate(division.clients):
        (folder / str(place)).mkdir()
        _write(table, client.rows, folder / str(place) / "rows.parquet")
    if plan["compare"]:
        _write(table, frozenset[int]().union(*(client.rows for client in division.clients)), folder / ALL)
    return division


def _write(table: Any, rows: frozenset[int], file: Path) -> None:
    places = [place for place, row in enumerate(table["_row"].to_pylist()) if row in rows]
    parquet.write_table(table.take(places), file)


def _task(plan: dict[str, Any], division: Division, loaded: Loaded, worker: Worker, cores: int) -> dict[str, Any]:
    """What Flower needs to know: how many clients compute at once follows from cores and memory."""
    machine = look(worker.home)
    fits = max(1, machine.free_bytes // max(1, plan["estimates"]["memory_bytes"]))
    gpu = torch.cuda.is_available()
    at_once = 1 if gpu else int(min(len(division.clients), cores, fits))
    small = sum(weight.numel() for weight in loaded.model.parameters()) < WEIGHTS_FOR_THREADS
    return {
        "plan": plan,
        "rows": [client.train for client in division.clients],
        "at_once": at_once,
        "cores": cores,
        "threads": 1 if small else max(1, cores // at_once),
        "gpu": gpu,
    }


def _run_rounds(python: Path, rounds: Path, task: dict[str, Any], mirror: "Mirror") -> None:
    """Start Flower, follow it, and end it when the user asks for a stop."""
    (rounds / "failed.json").unlink(missing_ok=True)
    write_last(rounds / "federation.json", task)
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep),
        "FLWR_TELEMETRY_ENABLED": "0",
        "RAY_USAGE_STATS_ENABLED": "0",
        "FLWR_HOME": str(rounds / ".flower"),
    }
    with (rounds / "log.txt").open("ab") as log:
        command = [str(python), "-m", "tools.train._flower_server", str(rounds)]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment)
    try:
        while process.poll() is None:
            time.sleep(POLL_SECONDS)
            mirror.look()
            if mirror.stopping:
                return
        mirror.look()
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait()
    if process.returncode:
        raise StoreError(_why(rounds))


def _why(rounds: Path) -> str:
    file = rounds / "failed.json"
    if file.exists():
        return json.loads(file.read_text())["sentence"]
    last = (rounds / "log.txt").read_text(errors="replace").strip().splitlines()[-1:]
    if any("No space left on device" in line for line in last):
        return str(NoSpace())
    return (
        f"Flower ended before the rounds were done: {' '.join(last)[:300]} Resume the run to go on from the last round."
    )


def _making(worker: Worker, share: float, text: str) -> None:
    if worker.stopping:
        raise Stopped("Stopped before Flower was there; nothing was trained.")
    worker.progress(0.02 * share, text)


if __name__ == "__main__":
    serve(federate)
