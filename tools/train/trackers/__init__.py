"""The trackers that runs can be mirrored to: one file a tracker, with its library imported there alone."""

from dataclasses import dataclass
from importlib.util import find_spec

from store.mirrors import Tracker


@dataclass(frozen=True)
class Kind:
    """A tracker, as far as is known without its library."""

    title: str
    library: str
    """The package to import; the extra that installs it is called like the tracker."""
    served: bool
    """Whether it can send to a server; the others write on this machine alone."""
    look: str
    """How to look at what is mirrored; {folder} and {name} stand for the place."""

    @property
    def installed(self) -> bool:
        """Whether its library is there."""
        return find_spec(self.library) is not None


KINDS: dict[Tracker, Kind] = {
    "trackio": Kind("Trackio", "trackio", False, 'trackio show --project "{name}"'),
    "tensorboard": Kind("TensorBoard", "tensorboard", False, 'tensorboard --logdir "{folder}"'),
    "mlflow": Kind("MLflow", "mlflow", True, 'mlflow ui --backend-store-uri "sqlite:///{folder}/mlflow.db"'),
    "wandb": Kind("Weights & Biases", "wandb", True, 'wandb sync --include-offline "{folder}"/wandb/offline-run-*'),
}

QUIET = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "WANDB_ERROR_REPORTING": "false",
    "HF_HUB_DISABLE_TELEMETRY": "1",
}
"""Set before a library is imported: it must tell its makers nothing."""
HURRY = {"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2", "MLFLOW_HTTP_REQUEST_TIMEOUT": "30"}
"""Set unless the user did: the mirror tries again by itself, and must hear in between that it shall stop."""


def missing(tracker: Tracker) -> str:
    """What to do for a tracker whose library is not installed."""
    return (
        f"{KINDS[tracker].title} is not installed. Install it with pip install 'tunewright[{tracker}]', "
        "in the environment that Tunewright runs in, and ask again."
    )
