"""Joining masked updates: Flower's SecAgg+, driven round by round."""
# pyright: basic, reportMissingImports=false

import json
from typing import Any

import numpy as np
from flwr.app import ConfigRecord, Context
from flwr.common import ndarrays_to_parameters, parameters_to_ndarrays
from flwr.compat.common import recorddict_compat as legacy
from flwr.server import LegacyContext, ServerConfig
from flwr.server.compat.app_utils import start_update_client_manager_thread
from flwr.server.strategy import FedAvg
from flwr.server.workflow import SecAggPlusWorkflow
from flwr.server.workflow.constant import MAIN_CONFIGS_RECORD, MAIN_PARAMS_RECORD, Key
from flwr.serverapp import Grid

from store import StoreError
from tools.train._flower_exchange import Exchange
from tools.train._flower_strategies import Losses, Weights


class Secure:
    """FedAvg over masked updates: the server learns their sum and none of them (SecAgg+, Bell et al. 2020)."""

    epsilon = None

    def __init__(
        self,
        exchange: Exchange,
        grid: Grid,
        context: Context,
        plan: dict[str, Any],
        told: dict[str, Any],
        done: int,
        max_rows: int,
    ) -> None:
        self._exchange, self._names = exchange, plan["client_names"]
        self._number, self._order = done, list[str]()
        clients = len(self._names)
        strategy = FedAvg(
            min_fit_clients=clients,
            min_available_clients=clients,
            fraction_evaluate=0.0,
            on_fit_config_fn=lambda _: {**told, "server-round": self._number, "names": json.dumps(self._order)},
            fit_metrics_aggregation_fn=self._hear,
        )
        self._losses: Losses = {}
        self._context = LegacyContext(context, ServerConfig(num_rounds=plan["rounds"]), strategy)
        self._context.state.config_records[MAIN_CONFIGS_RECORD] = ConfigRecord({})
        most = clients // 2 + 1  # more than half must come together to take a mask off
        self._workflow = SecAggPlusWorkflow(
            num_shares=clients, reconstruction_threshold=min(most, clients - 1), max_weight=float(max_rows)
        )
        self._following = start_update_client_manager_thread(grid, self._context.client_manager)
        self._following[2].wait()

    def round(self, number: int, weights: Weights) -> tuple[Weights, Losses]:
        """As `Plain.round`."""
        self._number, self._order = number, list(weights)
        self._context.state.config_records[MAIN_CONFIGS_RECORD][Key.CURRENT_ROUND] = number
        sent = legacy.parameters_to_arrayrecord(ndarrays_to_parameters(list(weights.values())), keep_input=True)
        self._context.state.array_records[MAIN_PARAMS_RECORD] = sent
        self._losses = {}
        self._workflow(self._exchange, self._context)
        found = self._context.state.array_records[MAIN_PARAMS_RECORD]
        if found is sent:
            raise StoreError(f"The masks of round {number} could not be taken off. Resume the run to try it again.")
        values = parameters_to_ndarrays(legacy.arrayrecord_to_parameters(found, keep_input=True))
        averaged = {name: value.astype(np.float32) for name, value in zip(weights, values, strict=True)}
        return averaged, self._losses

    def close(self) -> None:
        """Let go of the thread that follows which clients are there."""
        thread, stop, _ = self._following
        stop.set()
        thread.join()

    def _hear(self, told: list[tuple[int, dict[str, Any]]]) -> dict[str, Any]:
        self._losses = {self._names[int(one["client"])]: float(one["loss"]) for _, one in told}
        return {}
