"""The Flower app of a client: trains what it is sent on rows that never leave it, and sends the weights back."""
# pyright: basic, reportMissingImports=false

import json
from pathlib import Path
from typing import Any

import numpy as np
from flwr.app import Array, ArrayRecord, ConfigRecord, Context, Message, MetricRecord, RecordDict
from flwr.client.mod import secaggplus_mod
from flwr.clientapp import ClientApp
from flwr.common import Code, FitRes, Status, ndarrays_to_parameters, parameters_to_ndarrays
from flwr.compat.common import recorddict_compat as legacy

from tools.train._federated_local import Weights
from tools.train._federated_place import Place


def client_app(privacy: str) -> ClientApp:
    """The app; with secure aggregation its weights are masked before they are sent."""
    secure = privacy == "secure_aggregation"
    app = ClientApp(mods=[secaggplus_mod] if secure else [])
    app.train()(_train_masked if secure else _train)
    app.evaluate()(_evaluate)
    return app


def arrays(weights: Weights) -> ArrayRecord:
    """Weights as Flower sends them."""
    return ArrayRecord({name: Array(values) for name, values in weights.items()})


def weights_in(record: ArrayRecord) -> Weights:
    """The inverse of `arrays`."""
    return {name: array.numpy() for name, array in record.items()}


def _train(message: Message, context: Context) -> Message:
    config = message.content["config"]
    plan = json.loads(config["plan"])
    found, loss, rows = _place(config, context).fit(weights_in(message.content["arrays"]), config["server-round"])
    # with differential privacy all clients weigh the same, and nothing but the weights is told: no loss, no row count
    private = plan["privacy"] == "differential_privacy"
    told = {"num-examples": 1.0} if private else {"num-examples": float(rows), "loss": loss, **_who(context)}
    return Message(RecordDict({"arrays": arrays(found), "metrics": MetricRecord(told)}), reply_to=message)


def _train_masked(message: Message, context: Context) -> Message:
    """The same in the older form of Flower's messages, which SecAgg+ masks."""
    asked = legacy.recorddict_to_fitins(message.content, keep_input=True)
    names: list[str] = json.loads(str(asked.config["names"]))
    weights = dict(zip(names, parameters_to_ndarrays(asked.parameters), strict=True))
    place = _place(asked.config, context)
    found, loss, rows = place.fit(weights, int(asked.config["server-round"]))
    sent = ndarrays_to_parameters([np.asarray(found[name], dtype=np.float64) for name in names])
    told: dict[str, Any] = {"loss": loss, **_who(context)}
    return Message(
        legacy.fitres_to_recorddict(FitRes(Status(Code.OK, ""), sent, rows, told), keep_input=False), reply_to=message
    )


def _evaluate(message: Message, context: Context) -> Message:
    config = message.content["config"]
    loss, rows = _place(config, context).evaluate(weights_in(message.content["arrays"]))
    told = MetricRecord({"num-examples": float(rows), "loss": loss, **_who(context)})
    return Message(RecordDict({"metrics": told}), reply_to=message)


def _who(context: Context) -> dict[str, int]:
    return {"client": int(context.node_config["partition-id"])}


def _place(config: "ConfigRecord | dict[str, Any]", context: Context) -> Place:
    rows = Path(str(config["clients"])) / str(context.node_config["partition-id"]) / "rows.parquet"
    return Place(rows, json.loads(str(config["plan"])), int(config["threads"]))
