"""Joining plain updates: Flower's own strategies, with differential privacy where wanted, driven round by round."""
# pyright: basic, reportMissingImports=false

from typing import Any

import numpy as np
from flwr.app import ConfigRecord
from flwr.serverapp.strategy import DifferentialPrivacyServerSideFixedClipping, FedAvg, FedProx, Strategy
from flwr.supercore.privacy_accounting import (
    GaussianPrivacyEvent,
    NeighboringRelation,
    PrivacyConfig,
    SamplingMethod,
)
from flwr.supercore.privacy_accounting.rdp_accountant import RdpAccountant

from store import StoreError
from tools.train._flower_client import arrays, weights_in
from tools.train._flower_exchange import Exchange

Losses = dict[str, float]
Weights = dict[str, np.ndarray]


class Plain:
    """FedAvg or FedProx, with differential privacy around it if the plan has it."""

    def __init__(self, exchange: Exchange, plan: dict[str, Any], told: dict[str, Any], done: int) -> None:
        self._exchange, self._told, self._names = exchange, told, plan["client_names"]
        clients = len(self._names)
        settings: dict[str, Any] = dict.fromkeys(("min_train_nodes", "min_available_nodes"), clients)
        prox = plan["strategy"] == "fedprox"
        self._strategy: Strategy = FedProx(**settings, proximal_mu=plan["proximal_mu"]) if prox else FedAvg(**settings)
        self._accountant: RdpAccountant | None = None
        if plan["privacy"] == "differential_privacy":
            self._accountant = spent = accountant(plan["delta"], clients)
            if done:
                spent.compose(GaussianPrivacyEvent(plan["noise_multiplier"], clients, clients), done)
            self._strategy = DifferentialPrivacyServerSideFixedClipping(
                FedAvg(**settings) if not prox else _AveragesLikeFedAvg(**settings, proximal_mu=plan["proximal_mu"]),
                plan["noise_multiplier"],
                plan["clipping_norm"],
                clients,
                accountant=self._accountant,
            )

    @property
    def epsilon(self) -> float | None:
        """What was spent so far, by Flower's accountant; None without differential privacy."""
        return self._accountant.get_privacy_spent().epsilon if self._accountant else None

    def round(self, number: int, weights: Weights) -> tuple[Weights, Losses]:
        """The weights after a round, and the training loss of each client that tells it."""
        config = ConfigRecord({**self._told})
        asked = self._strategy.configure_train(number, arrays(weights), config, self._exchange)
        replies = self._exchange.send_and_receive(asked)
        told = [dict(reply.content["metrics"]) for reply in replies]
        np.random.seed()
        found, _ = self._strategy.aggregate_train(number, replies)
        if found is None:
            raise StoreError(f"Round {number} gave no model: not all clients answered. Resume the run to try it again.")
        losses = {self._names[int(one["client"])]: float(one["loss"]) for one in told if "client" in one}
        return weights_in(found), losses

    def close(self) -> None:
        """Nothing is held."""


class _AveragesLikeFedAvg(FedProx):
    """FedProx averages as FedAvg does, which the accountant asks for."""

    aggregate_train = FedAvg.aggregate_train


def accountant(delta: float, clients: int) -> RdpAccountant:
    """Flower's accountant of what a client loses when every client takes part in every round."""
    return RdpAccountant(
        PrivacyConfig(delta, clients, NeighboringRelation.ADD_OR_REMOVE_ONE, SamplingMethod.NO_AMPLIFICATION)
    )
