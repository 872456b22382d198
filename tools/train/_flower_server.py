"""The Flower side of a federated run: run as `python -m tools.train._flower_server FOLDER` in Flower's environment.

FOLDER has `federation.json` and the weights to begin with, `round-N.npz`. After each round there are `round-N.npz` and
a line in `rounds.jsonl`; `failed.json` says why it ended, if it did.
"""
# pyright: basic, reportMissingImports=false

import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
from flwr.app import ConfigRecord, Context, Message
from flwr.serverapp import Grid, ServerApp
from flwr.simulation import run_simulation

from store import StoreError
from store.worker import write_last
from tools.train._flower_client import arrays, client_app
from tools.train._flower_exchange import Exchange
from tools.train._flower_secure import Secure
from tools.train._flower_strategies import Plain
from tools.train._round_files import last_round, load_round, save_round

PARENT_SECONDS = 1.0


def main() -> None:
    """Run the rounds that are left."""
    folder = Path(sys.argv[1])
    task: dict[str, Any] = json.loads((folder / "federation.json").read_text())
    threading.Thread(target=_end_with_parent, args=(os.getppid(),), daemon=True).start()
    app = ServerApp()
    app.main()(lambda grid, context: rounds(grid, context, folder, task))
    actors, cores = task["at_once"], task["cores"]
    gpus = {"num_gpus": 1.0 / actors} if task["gpu"] else {}
    resources = {"num_cpus": max(1, cores // actors), **gpus}
    try:
        run_simulation(
            app,
            client_app(task["plan"]["privacy"]),
            num_supernodes=len(task["plan"]["client_names"]),
            backend_config={
                "init_args": {"num_cpus": cores, "_node_ip_address": "127.0.0.1"},
                "client_resources": resources,
            },
        )
    except StoreError as error:
        write_last(folder / "failed.json", {"sentence": str(error)})
        sys.exit(1)


def rounds(grid: Grid, context: Context, folder: Path, task: dict[str, Any]) -> None:
    """All rounds after the last one that is saved."""
    plan = task["plan"]
    clients = len(plan["client_names"])
    while len(list(grid.get_node_ids())) < clients:
        time.sleep(0.1)
    exchange = Exchange(grid, plan["client_names"], folder / "now.json")
    told = {"plan": json.dumps(plan), "clients": str(folder / "clients"), "threads": task["threads"]}
    done = last_round(folder)
    federation: Plain | Secure = (
        Secure(exchange, grid, context, plan, told, done, max(task["rows"]))
        if plan["privacy"] == "secure_aggregation"
        else Plain(exchange, plan, told, done)
    )
    try:
        _rounds(exchange, federation, plan, told, folder, done)
    finally:
        federation.close()


def _rounds(
    exchange: Exchange, federation: Plain | Secure, plan: dict[str, Any], told: dict[str, Any], folder: Path, done: int
) -> None:
    weights = load_round(folder, done)
    for number in range(done + 1, plan["rounds"] + 1):
        began, before = time.monotonic(), exchange.bytes
        exchange.doing = f"Round {number} of {plan['rounds']}: clients train"
        weights, losses = federation.round(number, weights)
        if not all(np.isfinite(values).all() for values in weights.values()):
            raise StoreError(f"The weights stopped being numbers in round {number}. Use a smaller learning rate.")
        line: dict[str, Any] = {"round": number, "client_losses": losses, "epsilon": federation.epsilon}
        if plan["privacy"] != "differential_privacy":
            exchange.doing = f"Round {number} of {plan['rounds']}: clients measure"
            line["client_eval_losses"] = _measured(exchange, weights, told, number)
        line |= {"bytes": exchange.bytes - before, "seconds": round(time.monotonic() - began, 1)}
        save_round(folder, number, weights, line)


def _measured(exchange: Exchange, weights: Any, told: dict[str, Any], number: int) -> dict[str, tuple[float, int]]:
    """Evaluation loss and rows by client, of those that hold rows out."""
    config = ConfigRecord({**told, "server-round": number})
    record = {"arrays": arrays(weights), "config": config}
    replies: list[Message] = exchange.all("evaluate", record)
    found = [reply.content["metrics"] for reply in replies]
    names = exchange.names
    return {names[int(one["client"])]: (one["loss"], int(one["num-examples"])) for one in found if one["num-examples"]}


def _end_with_parent(parent: int) -> None:
    """Who started this may be killed; then nobody waits for it any more."""
    while os.getppid() == parent:
        time.sleep(PARENT_SECONDS)
    os._exit(1)


if __name__ == "__main__":
    main()
