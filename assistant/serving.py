"""Run a service in the foreground, as Docker and systemd want it."""

import sys

from store import StoreError, Workspace
from tools.deploy._deployed import address
from tools.deploy._service_worker import in_the_foreground
from tools.deploy.service.settings import ServiceSettings


def serve_here(ws: Workspace, name: str, host: str | None, port: int | None) -> int:
    """Serve until SIGTERM or Ctrl+C, and give the exit code.

    Raises:
        StoreError: It was stopped, or another process serves it.
    """
    service = ws.services.get(name)
    if service.state == "ended":
        raise StoreError(f"{name} was stopped. Start it again first: tunewright tool change_service --change start.")
    job = ws.services.take(name, host, port)
    where = address(ServiceSettings.read(service.settings | _given(host, port)))
    sys.stderr.write(f"{name} answers at {where}/v1 in a moment. Ctrl+C stops it.\n")
    code = in_the_foreground(job.folder)
    sys.stderr.write(f"{ws.jobs.get(job.id).sentence or f'{name} was stopped.'}\n")
    return code


def _given(host: str | None, port: int | None) -> dict[str, object]:
    return {name: value for name, value in (("host", host), ("port", port)) if value is not None}
