"""Training runs: the plan, how it goes, and where the weights are."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from store.approvals import Approvals
from store.database import Database, Row
from store.errors import NotFound, StoreError
from store.jobs import Job, Jobs, Progress
from store.made_with import made_with

WORKER = "tools.train._worker"


@dataclass(frozen=True)
class TrainingRun:
    """One training, over one or several jobs (the first, and one for each resume)."""

    id: str
    dataset: str
    version: int
    plan: dict[str, Any]
    """Everything that decides the outcome: base model, technique, task, columns, settings, seed."""
    folder: Path
    """Holds `checkpoints/`, and `model/` once finished or stopped with a save."""
    job: Job
    """The latest job; its state is the run's state."""
    made_at: str
    approval: int | None = None
    """The yes it was started by."""
    made_with: dict[str, Any] = field(default_factory=dict[str, Any])
    """The code, libraries and machine; empty for runs older than this record."""

    @property
    def state(self) -> str:
        """queued, running, done, failed, stopped or interrupted."""
        return self.job.state

    @property
    def model_folder(self) -> Path | None:
        """The trained weights or adapter, if there are any: `model/done.json` is written last."""
        folder = self.folder / "model"
        return folder if (folder / "done.json").exists() else None


class Runs:
    """The training runs of one project."""

    def __init__(self, db: Database, approvals: Approvals, jobs: Jobs, project: str, folder: Path) -> None:
        self._db, self._approvals, self._jobs, self._project, self._folder = db, approvals, jobs, project, folder

    def start(self, dataset: str, version: int, plan: dict[str, Any]) -> TrainingRun:
        """Record a run and start its worker.

        The worker's payload is {"run": id, "folder": the run's folder, "dataset", "version", "plan"}.

        Raises:
            NotApproved: No yes was given.
            Busy: Another training is running.
        """
        approval = self._approvals.needed("training")
        with self._db.change():
            number = self._db.next_number("runs", self._project)
            told = {"dataset": dataset, "version": version, "plan": json.dumps(plan), "approval": approval}
            self._db.insert("runs", project=self._project, number=number, made_with=json.dumps(made_with()), **told)
            self._launch(number, dataset, version, plan)
        return self.get(f"run-{number}")

    def resume(self, id_: str) -> TrainingRun:
        """Go on with a run that was stopped, interrupted or failed, from its last checkpoint.

        Raises:
            NotApproved: No yes was given.
            StoreError: It is running or done.
        """
        self._approvals.needed(f"resuming {id_}")
        run = self.get(id_)
        if run.job.live or run.state == "done":
            raise StoreError(f"{id_} is {run.state}, so there is nothing to resume.")
        with self._db.change():
            self._launch(int(id_.removeprefix("run-")), run.dataset, run.version, run.plan)
        return self.get(id_)

    def names(self) -> list[str]:
        """The ids of the runs, oldest first."""
        rows = self._db.rows("select number from runs where project = ? order by number", self._project)
        return [f"run-{row['number']}" for row in rows]

    def all(self) -> list[TrainingRun]:
        """The runs, oldest first."""
        return [self.get(name) for name in self.names()]

    def get(self, id_: str) -> TrainingRun:
        """One run by its id, such as "run-1"."""
        row = self._db.row("select * from runs where project = ? and 'run-' || number = ?", self._project, id_)
        if row is None:
            raise NotFound("run", id_, self.names(), "Start a training to make one.")
        return self._run(row)

    def progress(self, id_: str) -> list[Progress]:
        """What the worker told, over all the jobs of the run."""
        return [told for job in self._jobs_of(id_) for told in self._jobs.progress(job)]

    def _launch(self, number: int, dataset: str, version: int, plan: dict[str, Any]) -> None:
        folder = self._folder / f"run-{number}"
        folder.mkdir(parents=True, exist_ok=True)
        payload = {"run": f"run-{number}", "folder": str(folder), "dataset": dataset, "version": version, "plan": plan}
        job = self._jobs.start("train", WORKER, payload, key=f"{self._project} run-{number}")
        self._db.insert("run_jobs", project=self._project, run=number, job=job.id)

    def _jobs_of(self, id_: str) -> list[int]:
        rows = self._db.rows(
            "select job from run_jobs where project = ? and 'run-' || run = ? order by job", self._project, id_
        )
        return [row["job"] for row in rows]

    def _run(self, row: Row) -> TrainingRun:
        id_ = f"run-{row['number']}"
        return TrainingRun(
            id=id_,
            dataset=row["dataset"],
            version=row["version"],
            plan=json.loads(row["plan"]),
            folder=self._folder / id_,
            job=self._jobs.get(self._jobs_of(id_)[-1]),
            made_at=row["made_at"],
            approval=row["approval"],
            made_with=json.loads(row["made_with"]),
        )
