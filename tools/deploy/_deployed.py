"""How a service stands: whether its process runs, and with which version it answers."""

import time
from dataclasses import dataclass

from store import Workspace
from store.jobs import tell
from store.services import Service
from tools.deploy.service.settings import ServiceSettings
from tools.tool import ToolError

SERVING = 0.5
"""The fraction that a process of a service tells while it answers."""
LOOK_SECONDS = 0.1


@dataclass(frozen=True)
class State:
    """A service and its process."""

    service: Service
    live: bool
    """Whether its process runs."""
    version: int
    """With which version it answers; 0 with none."""
    sentence: str
    """How it ended, if it did."""

    @property
    def address(self) -> str:
        """Where it is reached from this machine."""
        return address(ServiceSettings.read(self.service.settings))


def state_of(ws: Workspace, name: str) -> State:
    """How a service stands now."""
    service, job = ws.services.get(name), ws.services.job(name)
    if job is None:
        return State(service, False, 0, "")
    told = [each for each in ws.jobs.progress(job.id) if each.fraction == SERVING]
    version = int(told[-1].data["version"]) if told and job.live else 0
    return State(service, job.live, version, job.sentence)


def address(settings: ServiceSettings) -> str:
    """Where a service is reached from this machine."""
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"


def until_it_answers(ws: Workspace, name: str) -> State:
    """Start the process of a service if it does not run, and wait until it answers with the newest version.

    Raises:
        ToolError: It does not come to that; the message is what the process says.
    """
    wished = ws.services.get(name).version
    ws.services.begin(name)
    while (state := state_of(ws, name)).version != wished:
        if not state.live:
            raise ToolError(f"{name} does not answer. {state.sentence}")
        for alert in ws.requests.alerts(name):
            if alert.kind == "reload" and alert.data.get("version") == wished:
                raise ToolError(alert.sentence)
        tell(SERVING, f"loading the models of {name}")
        time.sleep(LOOK_SECONDS)
    return state


def until_it_ended(ws: Workspace, name: str) -> None:
    """Wait until the process of a service has answered what it had begun, and is gone."""
    while state_of(ws, name).live:
        tell(SERVING, f"{name} answers what it has begun")
        time.sleep(LOOK_SECONDS)
