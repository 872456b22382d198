"""A federation in words, tables and pictures: before it starts, while it runs, and what it was compared with."""

import json
from dataclasses import replace
from typing import Any

from store import TrainingRun, Workspace
from tools.plot import Plot
from tools.result import Result, Table
from tools.train._clients import Client
from tools.train._curves import metrics
from tools.train._federated_plan import FederatedPlan
from tools.train._flower_home import DISK_BYTES, DOWNLOAD_BYTES, flower_home, flower_python
from tools.train._queue import waits
from tools.train._show import short, show
from tools.weights.progress import duration, size
from tools.words import counted, some_of

STRATEGIES = {"fedavg": "FedAvg", "fedprox": "FedProx"}
MOST_LABELS = 20
"""Labels up to which it is drawn who holds which."""
COMPARISON = "comparison.json"


def begun(ws: Workspace, run: TrainingRun) -> Result:
    """That a federation is training or waits for its turn, how long it should take, and what it gives away."""
    plan, waiting = run.plan, waits(ws, run)
    budget = (
        f" Its privacy loss is at most epsilon {plan['epsilon']:.2f} at delta {plan['delta']:g}."
        if plan["epsilon"]
        else ""
    )
    return Result(
        f"{run.id} {'will train' if waiting else 'is training'} {short(plan['base_model'])} with "
        f"{len(plan['client_names'])} clients for {plan['rounds']} rounds; it should take about "
        f"{duration(plan['estimates']['seconds'])}.{waiting}{budget} It goes on when you close this page.",
        next=[f"how is {run.id} doing?", f"stop {run.id}"],
        data={"run": run.id, "job": run.job.id, "clients": plan["client_names"], "epsilon": plan["epsilon"]},
    )


def show_federation(federation: FederatedPlan, opening: str, closing: str = "") -> Result:
    """A plan as a result; `opening` is "This will train" or the like, `closing` ends the text."""
    plan, clients = federation.plan, federation.division.clients
    cost = plan["estimates"]
    rows = sum(client.train for client in clients)
    local = f"{plan['local_epochs']:g} epoch{'' if plan['local_epochs'] == 1 else 's'}"
    text = (
        f"{opening} {short(plan['base_model'])} in a federation of {len(clients)} clients, simulated on this machine, "
        f"that hold {counted(rows, 'row')} of {federation.planned.material.version.dataset} between them: "
        f"{counted(plan['rounds'], 'round')} of {local} with LoRA, joined by {STRATEGIES[plan['strategy']]}. About "
        f"{duration(cost['seconds'])}, and {size(cost['bytes_sent'])} of weights sent between server and clients; no "
        f"row leaves its client. {privacy_told(plan)}"
    )
    if left := federation.division.left_out:
        text += f" {counted(left, 'training row')} without a value of {plan['clients_by']} are left out."
    if plan["compare"]:
        text += (
            " Afterwards the same is trained with all rows in one place and by each client alone, and all are tested "
            "on the same test rows."
        )
    if flower_python(flower_home()) is None:
        text += (
            f" Flower is not on this machine yet: about {size(DOWNLOAD_BYTES)} are downloaded from the package index "
            f"first, {size(DISK_BYTES)} on disk, into an environment of its own."
        )
    central = show(federation.planned, opening)
    return replace(
        central,
        text=text + closing,
        tables=[_clients(clients), _settings(plan), *central.tables],
        plots=_held(clients),
        next=[],
    )


def privacy_told(plan: dict[str, Any]) -> str:
    """What is protected, from whom, and what is not."""
    match plan["privacy"]:
        case "secure_aggregation":
            return (
                "Updates are masked before they are sent (SecAgg+): the server learns their sum and no single one. "
                "Losses and row counts are told openly, and the finished model is not protected."
            )
        case "differential_privacy":
            return (
                f"Differential privacy: each update is clipped to length {plan['clipping_norm']:g} and noise "
                f"({plan['noise_multiplier']:g} times that) is added to their sum, so that over {plan['rounds']} "
                f"rounds epsilon is {plan['epsilon']:.2f} at delta {plan['delta']:g}. It protects each client as a "
                "whole, with all its rows, from whoever gets the model. It does not hide the updates from the server, "
                "and it does not cover the evaluation afterwards. With few clients the noise is large: expect a weaker "
                "model."
            )
        case _:
            return (
                "Weights are sent as they are: the server sees each client's update, and an update can give away "
                "something of the rows behind it."
            )


def client_plots(run: TrainingRun) -> list[Plot]:
    """Loss by client and round, of a federated run."""
    if "client_names" not in run.plan:
        return []
    rows: list[dict[str, Any]] = []
    for line in metrics(run):
        losses: dict[str, float] = line.get("client_eval_losses") or line.get("client_losses") or {}
        rows += [{"round": line["step"], "loss": loss, "client": name} for name, loss in losses.items()]
    return [Plot(f"Loss of {run.id} at each client", "line", rows, "round", "loss", "client")] if rows else []


def federated_tables(run: TrainingRun) -> list[Table]:
    """The comparison with other ways to train on the same rows, as far as it has come."""
    file = run.folder / COMPARISON
    if not file.exists():
        return []
    found: dict[str, dict[str, Any]] = json.loads(file.read_text())
    rows = [
        (
            name,
            f"{one['accuracy']['value']:.3f}",
            f"{one['accuracy']['low']:.3f} to {one['accuracy']['high']:.3f}",
            one["test_rows"],
            one.get("rows"),
            duration(one["seconds"]),
        )
        for name, one in found.items()
    ]
    columns = ("trained", "accuracy", "95 % interval", "test rows", "training rows", "time")
    return [Table(f"{run.id} beside other ways to train on the same rows", columns, rows)]


def _clients(clients: "tuple[Client, ...] | list[Client] | Any") -> Table:
    rows = [
        (client.name, client.train, client.validation, len(client.labels) or None, _most(client)) for client in clients
    ]
    return Table("Clients", ("client", "training rows", "validation rows", "labels", "most frequent"), rows)


def _most(client: Client) -> str:
    often = sorted(client.labels, key=lambda label: -client.labels[label])
    return some_of((f"{label} ({client.labels[label]})" for label in often), 3)


def _settings(plan: dict[str, Any]) -> Table:
    names = (
        "strategy",
        "proximal_mu",
        "rounds",
        "local_epochs",
        "label_skew",
        "clients_by",
        "privacy",
        "epsilon",
        "delta",
        "noise_multiplier",
        "clipping_norm",
    )
    rows = [(name.replace("_", " "), str(plan[name]).replace("_", " ")) for name in names if plan[name]]
    return Table("Federation", ("setting", "value"), rows)


def _held(clients: Any) -> list[Plot]:
    labels = sorted({label for client in clients for label in client.labels})
    if 0 < len(labels) <= MOST_LABELS:
        cells = [
            {"client": client.name, "label": label, "rows": client.labels.get(label, 0)}
            for client in clients
            for label in labels
        ]
        return [Plot("Training rows by client and label", "heatmap", cells, "client", "label", "rows")]
    bars = [{"client": client.name, "rows": client.train} for client in clients]
    return [Plot("Training rows by client", "bar", bars, "rows", "client")]
