"""Training runs: the plan, how it goes, and where the weights are."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from store.approvals import Approvals
from store.database import Database, Row
from store.datasets import Datasets
from store.errors import NotFound, StoreError
from store.jobs import Job, Jobs, Progress
from store.made_with import made_with
from store.mirrors import Mirrors
from store.run_recipes import FILE, recipe, rows_of, write
from store.start_weights import KEPT, begun_from, discard

WORKER = "tools.train._worker"
ELSEWHERE = "tools.train.places._{}_worker"
"""The worker of a plan with a place: several processes, a cluster, or rented hardware."""
UNFINISHED = (".rows", ".model")
"""What a worker that is ended at once leaves in its run's folder."""
LONGEST_NAME = 60
ID = re.compile(r"run[\s_-]*\d+", re.IGNORECASE)


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
    name: str = ""
    """What the user calls it, if they gave it a name; the id stays."""
    deleted_at: str | None = None
    """When (UTC) it was deleted. What it was stays known, its weights are gone."""

    @property
    def called(self) -> str:
        """Its id, and its name if it has one: run-1 (night shift)."""
        return f"{self.id} ({self.name})" if self.name else self.id

    @property
    def came_from(self) -> str | None:
        """The run that it went on from."""
        return self.plan.get("continues", {}).get("run")

    @property
    def state(self) -> str:
        """queued, running, done, failed, stopped, cancelled or interrupted."""
        return self.job.state

    @property
    def model_plan(self) -> dict[str, Any]:
        """The plan of the model that was kept: of a search for settings, that of the training that won."""
        if "search" not in self.plan or (folder := self.model_folder) is None:
            return self.plan
        kept: dict[str, Any] = json.loads((folder / "done.json").read_text()).get("settings", {})
        return {name: value for name, value in self.plan.items() if name != "search"} | kept

    @property
    def model_folder(self) -> Path | None:
        """The trained weights or adapter, if there are any: `model/done.json` is written last."""
        folder = self.folder / "model"
        return folder if (folder / "done.json").exists() else None


class Runs:
    """The training runs of one project."""

    def __init__(
        self,
        db: Database,
        approvals: Approvals,
        jobs: Jobs,
        datasets: Datasets,
        project: str,
        folder: Path,
        mirrors: Mirrors,
    ) -> None:
        self._db, self._approvals, self._jobs, self._datasets = db, approvals, jobs, datasets
        self._project, self._folder, self._mirrors = project, folder, mirrors

    def start(self, dataset: str, version: int, plan: dict[str, Any]) -> TrainingRun:
        """Record a run, keep its recipe in its folder, and start its worker, or let it wait for those before it.

        The worker's payload is {"run": id, "folder": the run's folder, "dataset", "version", "plan"}. A plan that goes
        on from another run, {"continues": {"how", "model"}}, gets the weights as they are now; see `begun_from`.

        Raises:
            NotApproved: No yes was given.
            NotFound: There is no such version of the dataset.
        """
        approval = self._approvals.needed("training")
        lineage = self._datasets.lineage(dataset, version)
        rows = rows_of(lineage, f"../../{lineage[-1].path.relative_to(self._folder.parent).as_posix()}")
        with self._db.change():
            number = self._db.next_number("runs", self._project)
            folder = self._folder / f"run-{number}"
            folder.mkdir(parents=True, exist_ok=True)
            plan = begun_from(plan, folder)
            told = {"dataset": dataset, "version": version, "plan": json.dumps(plan), "approval": approval}
            self._db.insert("runs", project=self._project, number=number, made_with=json.dumps(made_with()), **told)
            write(folder / FILE, recipe(f"run-{number}", rows, plan, made_with()))
            self._launch(number, dataset, version, plan)
        self._jobs.begin()
        self._mirrors.begin()
        return self.get(f"run-{number}")

    def resume(self, id_: str) -> TrainingRun:
        """Go on with a run that was stopped, interrupted or failed, from its last checkpoint.

        Raises:
            NotApproved: No yes was given.
            StoreError: It is running, done or deleted.
        """
        self._approvals.needed(f"resuming {id_}")
        run = self.get(id_)
        if run.deleted_at:
            raise StoreError(f"{id_} was deleted, so there is nothing to resume. Its recipe is in {run.folder}.")
        if run.job.live or run.state == "done":
            raise StoreError(f"{id_} is {run.state}, so there is nothing to resume.")
        with self._db.change():
            self._launch(int(id_.removeprefix("run-")), run.dataset, run.version, run.plan)
        self._jobs.begin()
        self._mirrors.begin()
        return self.get(id_)

    def cancel(self, id_: str) -> TrainingRun:
        """End a run at once and save nothing more; what it had saved before stays.

        Raises:
            NotApproved: No yes was given.
            StoreError: It is not running and does not wait.
        """
        self._approvals.needed(f"cancelling {id_}")
        run = self.get(id_)
        began = run.state != "queued"
        self._jobs.cancel(run.job.id, "Cancelled; nothing more was saved." if began else "Cancelled before it began.")
        discard(run.folder, UNFINISHED)
        return self.get(id_)

    def rename(self, id_: str, name: str) -> TrainingRun:
        """Give a run a name, or none; its id stays.

        Raises:
            NotApproved: No yes was given.
            StoreError: The name cannot be one, or is another run's.
        """
        self._approvals.needed(f"renaming {id_}")
        name = self.free_name(name, id_)
        with self._db.change() as change:
            change.execute(
                "update runs set name = ? where project = ? and 'run-' || number = ?",
                [name, self._project, self.get(id_).id],
            )
        return self.get(id_)

    def free_name(self, name: str, id_: str) -> str:
        """A name as it would be given to a run.

        Raises:
            StoreError: It cannot be one, or is another run's.
        """
        name = " ".join(name.split())
        if not name.isprintable() or len(name) > LONGEST_NAME or ID.fullmatch(name):
            raise StoreError(
                f"A run cannot be called that. A name has at most {LONGEST_NAME} characters, and run-1, run-2, ... are "
                "the ids that every run keeps."
            )
        holder = self.id_of(name) if name else id_
        if holder not in (name, id_):
            raise StoreError(f"{holder} is called {name} already. Choose another name.")
        return name

    def delete(self, id_: str) -> TrainingRun:
        """Remove what a run learned. Its plan, curves and recipe stay, so that figures about it can be explained.

        Raises:
            NotApproved: No yes was given.
            StoreError: It is running, waits, or was deleted already.
        """
        self._approvals.needed(f"deleting {id_}")
        run = self.get(id_)
        if run.job.live or run.deleted_at:
            raise StoreError(f"{id_} is {run.state}. Stop it first." if run.job.live else f"{id_} was deleted already.")
        bases = {Path(other.plan.get("base_model", "")) for other in self.all() if other.id != id_}
        with self._db.change() as change:
            change.execute(
                "update runs set deleted_at = current_timestamp where project = ? and 'run-' || number = ?",
                [self._project, id_],
            )
        in_use = {path.relative_to(run.folder).parts[0] for path in bases if path.is_relative_to(run.folder)}
        discard(run.folder, [part.name for part in run.folder.iterdir() if part.name not in {*KEPT, *in_use}])
        return self.get(id_)

    def names(self) -> list[str]:
        """The ids of the runs, oldest first; those that were deleted are left out."""
        rows = self._db.rows(
            "select number from runs where project = ? and deleted_at is null order by number", self._project
        )
        return [f"run-{row['number']}" for row in rows]

    def named(self) -> dict[str, str]:
        """The id by name, of the runs that have a name."""
        rows = self._db.rows(
            "select name, number from runs where project = ? and deleted_at is null and name <> ''", self._project
        )
        return {row["name"]: f"run-{row['number']}" for row in rows}

    def id_of(self, name: str) -> str:
        """The id of the run that has a name, in any case of its letters; the name itself if none has."""
        folded = name.strip().lower()
        return next((id_ for known, id_ in self.named().items() if known.lower() == folded), name)

    def deleted(self, id_: str) -> TrainingRun | None:
        """A run that was deleted, or None."""
        row = self._db.row("select * from runs where project = ? and 'run-' || number = ?", self._project, id_)
        return self._run(row) if row and row["deleted_at"] else None

    def all(self) -> list[TrainingRun]:
        """The runs, oldest first."""
        return [self.get(name) for name in self.names()]

    def get(self, id_: str) -> TrainingRun:
        """One run by its id, such as "run-1"; also one that was deleted."""
        row = self._db.row("select * from runs where project = ? and 'run-' || number = ?", self._project, id_)
        if row is None:
            raise NotFound("run", id_, self.names(), "Start a training to make one.")
        return self._run(row)

    def progress(self, id_: str) -> list[Progress]:
        """What the worker told, over all the jobs of the run."""
        return [told for job in self._jobs_of(id_) for told in self._jobs.progress(job)]

    def _launch(self, number: int, dataset: str, version: int, plan: dict[str, Any]) -> None:
        folder = str(self._folder / f"run-{number}")
        payload = {"run": f"run-{number}", "folder": folder, "dataset": dataset, "version": version, "plan": plan}
        elsewhere = ELSEWHERE.format(plan["place"]["kind"]) if plan.get("place") else WORKER
        module = str(plan.get("worker") or elsewhere)
        job = self._jobs.start("train", module, payload, key=f"{self._project} run-{number}")
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
            name=row["name"],
            deleted_at=row["deleted_at"],
        )
