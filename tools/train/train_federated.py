"""Train one model with several clients that keep their rows."""

from dataclasses import fields
from typing import Any

from store import NoSpace, Workspace
from tools.kinds import BaseModel, Dataset, Group
from tools.result import Result
from tools.tool import tool
from tools.train._federated_plan import (
    Clients,
    Clip,
    Compare,
    Delta,
    Epsilon,
    FederatedWishes,
    LocalEpochs,
    Mu,
    Noise,
    Privacy,
    Rounds,
    Skew,
    Strategy,
    plan_federation,
)
from tools.train._federated_show import begun, show_federation
from tools.train._queue import would_wait
from tools.train._wishes import BatchSize, LearningRate, MaxLength, Rank, Seed, Task, Wishes


@tool(
    effect="trains",
    asks=[
        ("train federated on tickets with 4 clients", {"dataset": "tickets", "clients": 4}),
        ("federated learning on reviews, one client per hospital", {"dataset": "reviews", "by": "hospital"}),
        ("each ward of notes should keep its records, learn across them", {"dataset": "notes", "by": "ward"}),
        (
            "simulate a federation of 6 parties over calls with fedprox",
            {"dataset": "calls", "clients": 6, "strategy": "fedprox"},
        ),
        (
            "fedavg on leads, 10 rounds, 2 local epochs",
            {"dataset": "leads", "strategy": "fedavg", "rounds": 10, "local_epochs": 2},
        ),
        (
            "flower run on claims with differential privacy, epsilon 8",
            {"dataset": "claims", "privacy": "differential_privacy", "epsilon": 8},
        ),
        (
            "the branches may not share rows of orders; mask the updates with secure aggregation",
            {"dataset": "orders", "privacy": "secure_aggregation"},
        ),
        (
            "how much do we lose if faq stays split over 4 sites? compare it with training centrally",
            {"dataset": "faq", "clients": 4, "compare": True},
        ),
        ("go federated with forms, label skew alpha 0.3", {"dataset": "forms", "skew": 0.3}),
        ("our clinics cannot pool their letters, train together anyway", {"dataset": "letters"}),
        (
            "dp federated averaging over incidents, noise multiplier 1.2, clip 0.5",
            {"dataset": "incidents", "privacy": "differential_privacy", "noise": 1.2, "clip": 0.5},
        ),
        ("let the regions learn jointly from rulings without moving data", {"dataset": "rulings", "by": "region"}),
    ],
)
def train_federated(
    ws: Workspace,
    dataset: Dataset,
    clients: Clients | None = None,
    by: Group | None = None,
    skew: Skew | None = None,
    strategy: Strategy | None = None,
    mu: Mu | None = None,
    rounds: Rounds | None = None,
    local_epochs: LocalEpochs | None = None,
    privacy: Privacy | None = None,
    epsilon: Epsilon | None = None,
    delta: Delta | None = None,
    noise: Noise | None = None,
    clip: Clip | None = None,
    compare: Compare = False,
    base_model: BaseModel | None = None,
    task: Task | None = None,
    learning_rate: LearningRate | None = None,
    batch_size: BatchSize | None = None,
    rank: Rank | None = None,
    max_length: MaxLength | None = None,
    seed: Seed | None = None,
) -> Result:
    """Train one model across clients that keep their own rows and send only weights (simulated here, with Flower).

    Args:
        dataset: The dataset whose rows the clients hold.
        clients: How many clients there are.
        by: The column that says which client a row belongs to, such as a hospital.
        skew: How unlike the clients' labels are, where no column says: 0.1 very unlike, 100 alike (Dirichlet alpha).
        strategy: fedavg averages the weights; fedprox also holds each client near the common model.
        mu: How strongly fedprox holds them.
        rounds: How often weights go out and come back.
        local_epochs: How often a client goes over its rows in a round.
        privacy: none, secure_aggregation to mask the updates, or differential_privacy to add noise.
        epsilon: How large the privacy loss may get, for differential privacy.
        delta: The chance with which that bound may fail.
        noise: The noise multiplier, instead of epsilon.
        clip: The length that an update is clipped to, for differential privacy.
        compare: Also train with all rows in one place and each client alone, and test all on the same rows.
        base_model: The model to start from, if the user names one.
        task: generate to write answers, classify for a head that chooses a label.
        learning_rate: How large the steps are.
        batch_size: Rows to a step.
        rank: Size of the LoRA adapter.
        max_length: Tokens after which a row is cut.
        seed: Fixes who holds which rows, and their order.

    Example:
        >>> print(train_federated(trained, "tickets", by="split", skew=0.5))
        Traceback (most recent call last):
        tools.tool.ToolError: The clients follow either from the column split or from a skew of the labels, not both.
    """
    wishes = Wishes(base_model, None, task, None, learning_rate, batch_size, rank, max_length, seed)
    of_federation = FederatedWishes(
        clients, by, skew, strategy, mu, rounds, local_epochs, privacy, epsilon, delta, noise, clip, compare
    )
    federation = plan_federation(ws, dataset, wishes, of_federation)
    if not federation.planned.disk_is_enough:
        raise NoSpace
    run = ws.runs.start(dataset, federation.planned.material.version.number, federation.plan)
    return begun(ws, run)


@train_federated.preview
def _preview(ws: Workspace, dataset: str, **named: Any) -> Result:
    told = {each.name: named.pop(each.name, each.default) for each in fields(FederatedWishes)}
    federation = plan_federation(ws, dataset, Wishes(**named), FederatedWishes(**told))
    return show_federation(federation, "This will train", would_wait(ws))
