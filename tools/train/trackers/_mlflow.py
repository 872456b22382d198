"""MLflow: an SQLite file on this machine, or a tracking server; a key is read from the environment by MLflow itself."""
# pyright: basic, reportMissingImports=false

from collections.abc import Sequence
from time import time

from mlflow import MlflowClient
from mlflow.entities import Metric, Param
from mlflow.exceptions import MlflowException
from requests import RequestException
from sqlalchemy.exc import SQLAlchemyError

from tools.train.trackers._figures import Facts, Point

ERRORS = (MlflowException, RequestException, SQLAlchemyError, OSError)
KEEPS = True
TAG = "tunewright.run"
AT_ONCE = 1000
"""Metrics that a server takes in one request."""
PARAMETERS = 100
"""Parameters that it takes in one request."""
STATES = {"running": "RUNNING", "queued": "RUNNING", "done": "FINISHED", "failed": "FAILED"}
"""What MLflow calls a state; the others are KILLED."""


class Opened:
    """A run in MLflow. What is there already is asked for when it is opened, and not sent again."""

    def __init__(self, client: MlflowClient, id_: str) -> None:
        self._client, self._id = client, id_
        self._there = {
            (name, measured.step): measured.value
            for name in client.get_run(id_).data.metrics
            for measured in client.get_metric_history(id_, name)
        }

    def write(self, points: Sequence[Point]) -> None:
        """Add points."""
        now = round(time() * 1000)
        new = [
            Metric(name, value, now, step)
            for step, measured in points
            for name, value in measured.items()
            if self._there.get((name, step)) != value
        ]
        for start in range(0, len(new), AT_ONCE):
            part = new[start : start + AT_ONCE]
            self._client.log_batch(self._id, metrics=part)
            self._there |= {(metric.key, metric.step): metric.value for metric in part}

    def end(self, state: str, final: dict[str, float], step: int) -> None:
        """The final figures at the last step, and the state."""
        self.write([(step, final)])
        self._client.set_tag(self._id, "tunewright.state", state)
        self._client.set_terminated(self._id, STATES.get(state, "KILLED"))

    def close(self) -> None:
        """Nothing is held open."""


def open_run(name: str, server: str | None, run: Facts, again: bool) -> Opened:
    """Open a run; see `_tracker.Module`."""
    run.folder.mkdir(parents=True, exist_ok=True)
    client = MlflowClient(server or f"sqlite:///{run.folder / 'mlflow.db'}")
    known = client.get_experiment_by_name(name)
    experiment = known.experiment_id if known else client.create_experiment(name)
    found = client.search_runs([experiment], f"tags.`{TAG}` = '{run.id}'")
    if again:
        for old in found:
            client.delete_run(old.info.run_id)
        found = []
    if found:
        client.update_run(found[0].info.run_id, status="RUNNING", name=run.name)
        return Opened(client, found[0].info.run_id)
    made = client.create_run(experiment, run_name=run.name, tags={TAG: run.id}).info.run_id
    settings = [Param(key, str(value)) for key, value in run.config.items()]
    for start in range(0, len(settings), PARAMETERS):
        client.log_batch(made, params=settings[start : start + PARAMETERS])
    return Opened(client, made)
