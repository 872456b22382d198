"""What serving a run would mean: which weights, under which names, with which settings."""

import os
import re
import socket
from dataclasses import dataclass, replace
from typing import Any

from store import TrainingRun, Workspace
from store.services import Engine, ServedModel, Service
from tools.deploy._exports import Export, exports
from tools.deploy._forms import FormName, KindName
from tools.deploy.service.settings import ServiceSettings
from tools.monitor._webhook import refuse_address
from tools.tool import ToolError
from tools.train._machine import look
from tools.train.tasks import TASKS
from tools.train.techniques import TECHNIQUES

FIRST_PORT = 8000
PORTS = 200
EVERYWHERE = "0.0.0.0"
ROLLOUT = ("rollout", "returned")
"""Settings of a rollout that is under way; whatever is deployed next ends it."""
Weights = tuple[FormName, KindName | None]


@dataclass(frozen=True)
class Deployment:
    """A service as it would be."""

    name: str
    before: Service | None
    run: TrainingRun
    engine: Engine
    weights: Weights
    """The form of the export that is served."""
    export: Export | None
    """It, if it is there already."""
    settings: dict[str, Any]
    share: float | None
    beside: bool

    @property
    def model(self) -> ServedModel:
        """The run, as it will be served; without a folder as long as its export is not there."""
        task = str(self.run.plan["task"])
        share = 0.0 if self.beside else 1.0
        return ServedModel(
            model_name(self.run), self.run.id, str(self.export.folder if self.export else ""), self.engine, task, share
        )

    @property
    def models(self) -> tuple[ServedModel, ...]:
        """All models of the service: this one in the place of those before, or beside them."""
        kept = self.before.models if self.before and self.beside else ()
        return (*(each for each in kept if each.name != self.model.name), self.model)


def deployment(
    ws: Workspace,
    run: str | None,
    service: str | None,
    share: float | None,
    port: int | None,
    reach: str | None,
    keep_texts: bool | None,
    beside: bool,
    webhook: str | None,
) -> Deployment:
    """What is meant.

    Raises:
        ToolError: It cannot be; the message says what to do.
    """
    chosen = _run(ws, run)
    name = service or _usual_name(ws)
    before = next((each for each in ws.services.all() if each.name == name and each.state == "serving"), None)
    if (share is not None or beside) and before is None:
        raise ToolError(f"Nothing is served as {name} yet, so {chosen.called} cannot share with it. Deploy it alone.")
    engine, weights = _weights(ws, chosen)
    found = [each for each in exports(ws, chosen.id) if (each.form, each.kind) == weights]
    settings = dict(before.settings) if before else {"port": port or _free_port(ws)}
    settings = {key: value for key, value in settings.items() if key not in ROLLOUT}
    settings |= {"port": port} if port else {}
    settings |= {"host": EVERYWHERE if reach == "network" else "127.0.0.1"} if reach else {}
    settings |= {"keep_texts": keep_texts} if keep_texts is not None else {}
    if webhook:
        refuse_address(webhook)
        settings["webhook"] = webhook
    ServiceSettings.read(settings)
    return Deployment(name, before, chosen, engine, weights, found[-1] if found else None, settings, share, beside)


def with_export(ws: Workspace, meant: Deployment) -> Deployment:
    """The same with its export, which was made just now.

    Raises:
        ToolError: It does not answer as the trained model does.
    """
    found = [each for each in exports(ws, meant.run.id) if (each.form, each.kind) == meant.weights]
    if not found:
        raise ToolError(
            f"{meant.run.called} was exported, but the export does not answer as the trained model does, so it is not "
            "served. Look at the result of the export, or export another form."
        )
    return replace(meant, export=found[-1])


def model_name(run: TrainingRun) -> str:
    """What clients call a run: its name in one word, or its id."""
    return re.sub(r"[^\w.-]+", "-", run.name).strip("-") or run.id


def _run(ws: Workspace, run: str | None) -> TrainingRun:
    found = ws.runs.get(run) if run else next((each for each in reversed(ws.runs.all()) if each.model_folder), None)
    if found is None:
        raise ToolError("There is no trained model to serve yet. Start a training and let it end first.")
    if found.model_folder is None:
        raise ToolError(f"{found.id} is {found.state} and has no finished weights. Resume it, or choose another run.")
    return found


def _weights(ws: Workspace, run: TrainingRun) -> tuple[Engine, Weights]:
    """Which engine, and the form that it loads: llama.cpp where a text is written without a GPU, else transformers."""
    technique = TECHNIQUES[run.plan["technique"]]
    writes = TASKS[str(run.plan["task"])].head == "causal"
    merges = technique.merges or not technique.config
    if not writes or not merges or look(ws.folder).gpu:
        return "transformers", ("merged" if merges else "adapter", None)
    there = [each for each in exports(ws, run.id) if each.form in ("gguf", "gguf_adapter")]
    newest = there[-1] if there else None
    if newest is None:
        return "llama", ("gguf", "q8_0")
    form: FormName = "gguf" if newest.form == "gguf" else "gguf_adapter"
    return "llama", (form, newest.kind)  # pyright: ignore[reportReturnType]  a manifest has no other kinds


def _usual_name(ws: Workspace) -> str:
    serving = [each.name for each in ws.services.all() if each.state == "serving"]
    return serving[0] if len(serving) == 1 else re.sub(r"\W+", "-", ws.project).strip("-") or "service"


def _free_port(ws: Workspace) -> int:
    """The first port from 8000 that no service of the project has and nobody listens at."""
    taken = {each.settings.get("port") for each in ws.services.all() if each.state == "serving"}
    for port in range(FIRST_PORT, FIRST_PORT + PORTS):
        with socket.socket() as tried:
            if os.name == "posix":
                tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                tried.bind(("127.0.0.1", port))
            except OSError:
                continue
            if port not in taken:
                return port
    raise ToolError(f"No port from {FIRST_PORT} to {FIRST_PORT + PORTS - 1} is free. Name one.")
