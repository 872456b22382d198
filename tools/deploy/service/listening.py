"""Where and how a service listens."""

import socket

import uvicorn
from fastapi import FastAPI

from store import StoreError
from tools.deploy.service.settings import ServiceSettings

BACKLOG = 2048


def config(app: FastAPI, settings: ServiceSettings) -> uvicorn.Config:
    """How a service listens."""
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        server_header=False,
        backlog=BACKLOG,
        timeout_graceful_shutdown=round(settings.drain_seconds) or 1,
        h11_max_incomplete_event_size=65_536,
    )


def opened(host: str, port: int) -> socket.socket:
    """A socket that listens.

    Raises:
        StoreError: The port is taken, or the address is none of this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        raise StoreError(
            f"The service cannot listen at {host}:{port}: {error.strerror}. Choose another port."
        ) from error
    listening.setblocking(False)
    return listening
