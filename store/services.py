"""What a project serves: which models under which names, who may ask, and every setting that it ever had."""

import hashlib
import json
import secrets
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, cast

from store.approvals import Approvals
from store.database import Database, Row
from store.errors import NotFound, StoreError
from store.jobs import Job, Jobs

Engine = Literal["llama", "transformers"]
State = Literal["serving", "ended"]
KIND = "serve"
WORKER = "tools.deploy._service_worker"
LATEST = 20
"""Jobs among which the newest of a service is."""
KEY_BYTES = 32


@dataclass(frozen=True)
class ServedModel:
    """One model that a service answers with."""

    name: str
    """What clients call it."""
    run: str
    """The run it comes from; empty for an untuned base model."""
    folder: str
    """The export it is loaded from."""
    engine: Engine
    task: str
    """The task of its run: generate, classify ..."""
    share: float = 0.0
    """Which part of the requests to the service's own name it answers; the shares of a service add up to 1."""


@dataclass(frozen=True)
class Service:
    """A service as it was set at one time; the newest version holds, and earlier ones can be gone back to."""

    name: str
    version: int
    state: State
    models: tuple[ServedModel, ...]
    settings: dict[str, Any]
    """Everything else, as JSON: host, port, limits, whether texts are kept, where alerts are sent ..."""
    approval: int
    """The yes that set it."""
    made_at: str


@dataclass(frozen=True)
class ServiceKey:
    """Who may ask a service. The key itself is told once, and never kept: only its SHA-256 is."""

    id: int
    service: str
    name: str
    limits: dict[str, Any] = field(default_factory=dict[str, Any])
    revoked_at: str | None = None


class Services:
    """The services of one project."""

    def __init__(self, db: Database, approvals: Approvals, jobs: Jobs, project: str) -> None:
        self._db, self._approvals, self._jobs, self._project = db, approvals, jobs, project

    def set(self, name: str, models: tuple[ServedModel, ...], settings: dict[str, Any]) -> Service:
        """Serve these models with these settings from now on.

        Raises:
            NotApproved: No yes was given.
        """
        return self._add(name, "serving", models, settings)

    def end(self, name: str) -> Service:
        """Serve no more under this name. What was asked and answered is kept.

        Raises:
            NotApproved: No yes was given.
        """
        last = self.get(name)
        return self._add(name, "ended", last.models, last.settings)

    def step(self, name: str, version: int) -> Service | None:
        """Give the newer arm of a rollout the next share that its yes allows.

        Args:
            name: The service.
            version: The version that was looked at.

        Returns:
            The service as it is then; None if it was changed since, or there is no further step.
        """
        with self._db.change():
            now = self.get(name)
            plan = now.settings.get("rollout")
            if now.version != version or now.state != "serving" or not plan or plan["at"] + 1 >= len(plan["steps"]):
                return None
            at = plan["at"] + 1
            share = plan["steps"][at]
            shares = {plan["new"]: share, plan["old"]: 1 - share}
            models = tuple(replace(each, share=shares.get(each.run, each.share)) for each in now.models)
            self._write(name, "serving", models, {**now.settings, "rollout": {**plan, "at": at}}, now.approval)
        return self.get(name)

    def go_back(self, name: str, version: int, why: str) -> Service | None:
        """Let what was served before a rollout hold again. It was approved before, so it needs no new yes.

        Args:
            name: The service.
            version: The version that was looked at.
            why: What showed that the newer arm does harm.

        Returns:
            The service as it is then; None if it was changed since, or there is no rollout to take back.
        """
        with self._db.change():
            now = self.get(name)
            plan = now.settings.get("rollout")
            if now.version != version or now.state != "serving" or not plan:
                return None
            before = self.get(name, plan["before"])
            returned = {"run": plan["new"], "version": now.version, "why": why}
            self._write(name, "serving", before.models, {**before.settings, "returned": returned}, before.approval)
        return self.get(name)

    def get(self, name: str, version: int | None = None) -> Service:
        """A service as it is set now, or as it was at a version.

        Raises:
            NotFound: There is no such service, or version of it.
        """
        found = [each for each in self.history(name) if version in (None, each.version)]
        if not found:
            raise NotFound("service", name, [each.name for each in self.all()], "Deploy a run first.")
        return found[-1]

    def history(self, name: str) -> list[Service]:
        """Every setting that a service had, oldest first."""
        rows = self._db.rows(
            "select * from services where project = ? and name = ? order by version", self._project, name
        )
        return [_service(row) for row in rows]

    def all(self) -> list[Service]:
        """Every service of the project as it is set now, oldest first."""
        rows = self._db.rows(
            "select * from services s where project = ? and version = (select max(version) from services"
            " where project = s.project and name = s.name) order by id",
            self._project,
        )
        return [_service(row) for row in rows]

    def job(self, name: str) -> Job | None:
        """The newest process of a service."""
        jobs = self._jobs.newest(KIND, LATEST)
        return next((job for job in jobs if job.payload.get("service") == name), None)

    def begin(self, name: str) -> Job:
        """Start the process of a service, or find the one that runs."""
        return self._jobs.start(KIND, WORKER, {"service": name}, key=_job_key(name))

    def take(self, name: str, host: str | None, port: int | None) -> Job:
        """Let this very process be the one of a service, at this address if one is given.

        Raises:
            StoreError: Another one is it already.
        """
        try:
            payload = {"service": name, "host": host, "port": port}
            return self._jobs.take(KIND, WORKER, payload, key=_job_key(name))
        except StoreError as error:
            raise StoreError(f"{name} is served by another process already. Stop it first.") from error

    def fallen(self) -> list[str]:
        """The services whose process was killed, or ended with the machine."""
        jobs = {each.name: self.job(each.name) for each in self.all() if each.state == "serving"}
        return [name for name, job in jobs.items() if job is not None and job.state == "interrupted"]

    def begin_again(self) -> None:
        """Start again what has fallen."""
        for name in self.fallen():
            self.begin(name)

    def projects(self) -> list[str]:
        """The projects of the workspace, this one or others, with a service that was not ended."""
        rows = self._db.rows(
            "select distinct project from services s where state = 'serving' and version = (select max(version) from"
            " services where project = s.project and name = s.name) order by project"
        )
        return [row["project"] for row in rows]

    def add_key(self, service: str, name: str, limits: dict[str, Any]) -> tuple[ServiceKey, str]:
        """Make a key; the text of it is in the answer, and nowhere else.

        Raises:
            NotApproved: No yes was given.
        """
        secret = f"tw-{secrets.token_urlsafe(KEY_BYTES)}"
        approval = self._approvals.needed("making a key")
        id_ = self._db.insert(
            "service_keys", project=self._project, service=service, name=name, hash=hashed(secret),
            limits=json.dumps(limits), approval=approval,
        )  # fmt: skip
        return ServiceKey(id_, service, name, limits), secret

    def revoke_key(self, id_: int) -> None:
        """Let a key open nothing any more.

        Raises:
            NotApproved: No yes was given.
        """
        self._approvals.needed("revoking a key")
        with self._db.change() as change:
            change.execute(
                "update service_keys set revoked_at = current_timestamp where id = ? and project = ?",
                [id_, self._project],
            )

    def keys(self, service: str) -> list[ServiceKey]:
        """The keys of a service, those that were revoked included, oldest first."""
        rows = self._db.rows(
            "select * from service_keys where project = ? and service = ? order by id", self._project, service
        )
        return [_key(row) for row in rows]

    def open_keys(self, service: str) -> dict[str, ServiceKey]:
        """The keys that open a service, by their SHA-256."""
        rows = self._db.rows(
            "select * from service_keys where project = ? and service = ? and revoked_at is null order by id",
            self._project,
            service,
        )
        return {row["hash"]: _key(row) for row in rows}

    def key_of(self, service: str, secret: str) -> ServiceKey | None:
        """The key that somebody shows, if it opens this service. The hash is looked up, so no time tells of the key."""
        row = self._db.row(
            "select * from service_keys where hash = ? and project = ? and service = ? and revoked_at is null",
            hashed(secret),
            self._project,
            service,
        )
        return _key(row) if row else None

    def _add(self, name: str, state: State, models: tuple[ServedModel, ...], settings: dict[str, Any]) -> Service:
        self._write(name, state, models, settings, self._approvals.needed("changing what is served"))
        return self.get(name)

    def _write(
        self, name: str, state: State, models: tuple[ServedModel, ...], settings: dict[str, Any], approval: int
    ) -> None:
        with self._db.change():
            past = self.history(name)
            self._db.insert(
                "services",
                project=self._project,
                name=name,
                version=1 + (past[-1].version if past else 0),
                state=state,
                settings=json.dumps({"models": [asdict(model) for model in models], "settings": settings}),
                approval=approval,
            )


def _job_key(name: str) -> str:
    """One process a service, however it was started."""
    return f"service {name}"


def _service(row: Row) -> Service:
    kept = json.loads(row["settings"])
    models = tuple(ServedModel(**model) for model in kept["models"])
    state = cast(State, row["state"])
    return Service(row["name"], row["version"], state, models, kept["settings"], row["approval"], row["made_at"])


def _key(row: Row) -> ServiceKey:
    return ServiceKey(row["id"], row["service"], row["name"], json.loads(row["limits"]), row["revoked_at"])


def hashed(secret: str) -> str:
    """What is kept of a key: its SHA-256. It has 256 random bits, so that no slow hash is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()
