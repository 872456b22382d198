"""Plan a federated training: who takes part, how their updates are joined, and what privacy costs."""

from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

from pydantic import Field

from store import NotFound, Workspace
from tools.kinds import called, counting, near
from tools.tool import ToolError
from tools.train._budget import epsilon, noise_for
from tools.train._clients import Division, divide
from tools.train._estimate import weights_trained
from tools.train._plan import Planned, make_plan
from tools.train._wishes import Wishes
from tools.words import counted

WORKER = "tools.train._federated_worker"
CLIENTS, ROUNDS, LOCAL_EPOCHS = 4, 5, 1.0
SKEW, MU = 0.5, 0.01
EPSILON, DELTA, CLIP = 8.0, 1e-5, 1.0
START_SECONDS, ROUND_SECONDS = 40, 5
FEWEST_MASKED = 3
"""With two clients, each would know the other's update from the sum."""

Clients = Annotated[int, Field(ge=2, le=50), counting("clients client hospitals sites parties participants branches")]
Skew = Annotated[float, Field(gt=0, le=1000), near("alpha skew dirichlet")]
Strategy = Annotated[Literal["fedavg", "fedprox"], called(fedavg="fedavg averaging", fedprox="fedprox proximal")]
Mu = Annotated[float, Field(gt=0, le=100), near("mu proximal")]
Rounds = Annotated[int, Field(ge=1, le=200), near("round rounds runden tours rodadas rondas")]
LocalEpochs = Annotated[float, Field(gt=0, le=20), near("epoch local epochen époques épocas")]
Privacy = Annotated[
    Literal["none", "secure_aggregation", "differential_privacy"],
    called(
        secure_aggregation="secure aggregation secagg masked masks encrypted",
        differential_privacy="differential privacy private dp noise epsilon",
    ),
]
Epsilon = Annotated[float, Field(gt=0, le=10_000), near("epsilon eps budget")]
Delta = Annotated[float, Field(gt=0, lt=1), near("delta")]
Noise = Annotated[float, Field(gt=0, le=1000), near("noise multiplier")]
Clip = Annotated[float, Field(gt=0, le=1000), near("clip clipping norm")]
Compare = Annotated[bool, called(true="compare compared comparison central alone")]


@dataclass(frozen=True)
class FederatedWishes:
    """What a user may say of a federation; None leaves the choice to the plan."""

    clients: int | None = None
    by: str | None = None
    skew: float | None = None
    strategy: Strategy | None = None
    mu: float | None = None
    rounds: int | None = None
    local_epochs: float | None = None
    privacy: Privacy | None = None
    epsilon: float | None = None
    delta: float | None = None
    noise: float | None = None
    clip: float | None = None
    compare: bool = False


@dataclass(frozen=True)
class FederatedPlan:
    """A plan, who takes part in it, and what it was made from."""

    planned: Planned
    division: Division

    @property
    def plan(self) -> dict[str, Any]:
        """Everything that decides the outcome."""
        return self.planned.plan


def plan_federation(ws: Workspace, dataset: str, wishes: Wishes, federated: FederatedWishes) -> FederatedPlan:
    """Plan it.

    Raises:
        ToolError: The wishes cannot be had together, or the rows cannot be held by such clients.
        StoreError: As `make_plan`.
    """
    settings = _settings(ws, dataset, federated)
    rounds, local = int(settings["rounds"]), float(settings["local_epochs"])
    central = make_plan(ws, dataset, replace(wishes, epochs=rounds * local, technique="lora"))
    if settings["label_skew"] is not None and not central.plan["label"]:
        if federated.skew is not None:
            raise ToolError(
                f"{dataset} has no label, so its labels cannot be skewed. Leave the skew out: rows are dealt evenly."
            )
        settings["label_skew"] = None
    if federated.compare:
        _can_be_compared(dataset, central)
    plan = {**central.plan, **settings}
    division = divide(central.material.version.path, plan)
    names = [client.name for client in division.clients]
    if settings["privacy"] == "secure_aggregation" and len(names) < FEWEST_MASKED:
        raise ToolError(
            "Secure aggregation needs at least three clients: of two, each knows the other's update from the sum. "
            "Take more clients, or another privacy."
        )
    plan |= {"client_names": names, "worker": WORKER}
    plan["estimates"] = {**central.plan["estimates"], **_costs(plan, central)}
    return FederatedPlan(replace(central, plan=plan), division)


def _settings(ws: Workspace, dataset: str, wishes: FederatedWishes) -> dict[str, Any]:
    columns = ws.datasets.head(dataset).columns
    if wishes.by is not None and wishes.by not in columns:
        raise NotFound("column", wishes.by, list(columns))
    if wishes.by is not None and wishes.skew is not None:
        raise ToolError(
            f"The clients follow either from the column {wishes.by} or from a skew of the labels, not both."
        )
    if wishes.strategy == "fedavg" and wishes.mu is not None:
        raise ToolError("A proximal mu belongs to fedprox; fedavg has none. Leave it out, or take fedprox.")
    strategy = wishes.strategy or ("fedprox" if wishes.mu is not None else "fedavg")
    rounds = wishes.rounds or ROUNDS
    return {
        "clients": wishes.clients or (None if wishes.by else CLIENTS),
        "clients_by": wishes.by,
        "label_skew": None if wishes.by else wishes.skew or SKEW,
        "strategy": strategy,
        "proximal_mu": (wishes.mu or MU) if strategy == "fedprox" else 0.0,
        "rounds": rounds,
        "local_epochs": wishes.local_epochs or LOCAL_EPOCHS,
        "compare": wishes.compare,
        **_privacy(wishes, rounds),
    }


def _privacy(wishes: FederatedWishes, rounds: int) -> dict[str, Any]:
    asked = [name for name in ("epsilon", "noise", "delta", "clip") if getattr(wishes, name) is not None]
    privacy = wishes.privacy or ("differential_privacy" if asked else "none")
    if privacy != "differential_privacy":
        if asked:
            raise ToolError(f"{asked[0]} belongs to differential privacy. Leave it out, or take that privacy.")
        return {"privacy": privacy, "noise_multiplier": None, "clipping_norm": None, "epsilon": None, "delta": None}
    delta = wishes.delta or DELTA
    if wishes.noise is not None and wishes.epsilon is not None:
        raise ToolError("Say either how much noise there is or how large epsilon may get: each follows from the other.")
    noise = wishes.noise or noise_for(wishes.epsilon or EPSILON, rounds, delta)
    if noise is None:
        raise ToolError(f"No noise keeps epsilon at {wishes.epsilon:g} over {rounds} rounds. Take a larger epsilon.")
    return {
        "privacy": privacy,
        "noise_multiplier": noise,
        "clipping_norm": wishes.clip or CLIP,
        "epsilon": round(epsilon(noise, rounds, delta), 4),
        "delta": delta,
    }


def _can_be_compared(dataset: str, central: Planned) -> None:
    if not central.plan["labels"]:
        raise ToolError(
            "Only answers from a fixed set of labels are compared here. Train without the comparison, and compare runs "
            "after that."
        )
    if not central.material.sides["test"]:
        rows = counted(central.material.rows, "row")
        raise ToolError(f"All {rows} of {dataset} are for training, so nothing could be compared. Split it first.")


def _costs(plan: dict[str, Any], central: Planned) -> dict[str, int]:
    """Seconds, and the bytes that go between the server and the clients."""
    rounds, clients = plan["rounds"], len(plan["client_names"])
    weights = weights_trained(central.plan, central.measured)
    training = central.plan["estimates"]["seconds"]
    seconds = training + START_SECONDS + rounds * (ROUND_SECONDS + clients)
    if plan["compare"]:
        seconds += 2 * training
    there, back = 4, 8 if plan["privacy"] == "secure_aggregation" else 4
    again = 0 if plan["privacy"] == "differential_privacy" else 4  # to be measured, the joined weights are sent out
    return {"seconds": round(seconds), "bytes_sent": rounds * clients * weights * (there + back + again)}
