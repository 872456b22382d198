"""A service from its first weights to its last answer."""

import asyncio
import contextlib
import logging
import signal
import sqlite3
import time
from collections.abc import Generator
from functools import partial

import uvicorn

from store import StoreError, Workspace
from store.requests import Alert
from store.services import Service
from store.worker import Worker
from tools.deploy.service.app import make_app
from tools.deploy.service.desk import Desk
from tools.deploy.service.keys import Keys, midnight
from tools.deploy.service.listening import config, opened
from tools.deploy.service.plans import build, planned
from tools.deploy.service.record import Recorder
from tools.deploy.service.settings import ServiceSettings
from tools.deploy.service.standing import retire, stand
from tools.monitor._metrics import Observed, router
from tools.monitor._spans import set_up, tell_span
from tools.monitor._watcher import Watcher

log = logging.getLogger(__name__)
LOOK_SECONDS = 0.25
"""How often it looks whether it is to stop, and whether its settings or keys have changed."""


class Running:
    """A service while it runs.

    Args:
        ws: The workspace, seen from the service's project.
        worker: The job.
        name: The service.
        host: Where to listen, whatever the settings say; for containers.
        port: The same.
    """

    def __init__(self, ws: Workspace, worker: Worker, name: str, host: str | None, port: int | None) -> None:
        self._ws, self._worker, self._name, self._host, self._port = ws, worker, name, host, port
        self._keys = Keys()
        self._recorder = Recorder(worker.home, worker.project, name)
        self.desk = Desk(self._recorder, self._keys)
        observed = Observed(name)
        set_up(name)
        self._recorder.listeners += [observed.see, partial(tell_span, name)]
        self._watcher = Watcher(worker.home, worker.project, name)
        self._app = make_app(self.desk, router(observed))
        self._refused_version = 0
        self._retiring: set[asyncio.Task[None]] = set()
        self._servers: dict[tuple[str, int], tuple[uvicorn.Server, asyncio.Task[None]]] = {}
        self._asked_to_end = False

    async def run(self) -> str:
        """Serve to the end; gives why it ended.

        Raises:
            StoreError: The first weights cannot be loaded, or the port is taken.
        """
        service = self._ws.services.get(self._name)
        self._take_keys()
        for key, tokens in self._ws.requests.tokens(self._name, midnight().timestamp()).items():
            self._keys.remember(key, tokens)
        self._recorder.start()
        self._watcher.start()
        try:
            with self._signals():
                await self._listen(ServiceSettings.read(service.settings))
                await self._take_up(service)
                return await self._until_the_end()
        finally:
            await self._end()

    async def _until_the_end(self) -> str:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if self._worker.stopping or self._asked_to_end:
                return "It was stopped."
            try:
                service = await asyncio.to_thread(self._ws.services.get, self._name)
                await asyncio.to_thread(self._take_keys)
            except (StoreError, sqlite3.Error) as error:  # the store is busy, or the disk is full: answers go on
                log.warning("the settings of %s could not be read: %s", self._name, error)
                continue
            if service.state == "ended":
                return "The service was ended."
            standing = self.desk.standing
            if standing and service.version not in (standing.service.version, self._refused_version):
                await self._try_to_take_up(service)

    async def _try_to_take_up(self, service: Service) -> None:
        """A new version; if it cannot be had, the one before goes on, and somebody is told."""
        try:
            await self._take_up(service)
        except (StoreError, OSError) as error:
            self._refused_version = service.version
            said = f"Version {service.version} of {self._name} cannot be served: {error} The version before goes on."
            log.error("%s", said)
            with contextlib.suppress(StoreError, sqlite3.Error):
                self._ws.requests.warn(Alert(self._name, "reload", said, {"version": service.version}))

    async def _take_up(self, service: Service) -> None:
        """Load what a version needs, then answer with it; what is being answered goes on with the one before."""
        before = self.desk.standing
        self._tell(0.0, f"loading version {service.version} of {self._name}", service)
        standing = await stand(service, planned(self._ws, service), build, before)
        await self._listen(standing.settings)
        self._recorder.keep_texts = standing.settings.keep_texts
        self._recorder.keep_features = standing.settings.keep_features
        self.desk.standing = standing
        if before:
            task = asyncio.create_task(retire(before, standing))
            self._retiring.add(task)
            task.add_done_callback(self._retiring.discard)
        where = " and ".join(f"http://{host}:{port}" for host, port in self._servers)
        self._tell(0.5, f"serving {self._name}, version {service.version}, at {where}", service)

    async def _listen(self, settings: ServiceSettings) -> None:
        """Listen where the settings say. Where it listened before, those who are connected are answered first."""
        place = (self._host or settings.host, self._port or settings.port)
        if place not in self._servers:
            server = _Quiet(config(self._app, settings))
            listening = opened(*place)
            self._servers[place] = server, asyncio.create_task(server.serve(sockets=[listening]))
        for other in [each for each in self._servers if each != place]:
            self._servers.pop(other)[0].should_exit = True

    async def _end(self) -> None:
        """Take nothing new, answer what has begun, write everything down, and go."""
        self.desk.draining = True
        for server, _ in self._servers.values():
            server.should_exit = True
        await asyncio.gather(*(serving for _, serving in self._servers.values()), return_exceptions=True)
        standing, self.desk.standing = self.desk.standing, None
        if standing:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(standing.settings.drain_seconds):
                    await retire(standing, None)
        await asyncio.to_thread(self._recorder.close)
        await asyncio.to_thread(self._watcher.stop)

    def _take_keys(self) -> None:
        self._keys.known = self._ws.services.open_keys(self._name)

    def _tell(self, fraction: float, text: str, service: Service) -> None:
        places = [f"http://{host}:{port}" for host, port in self._servers]
        self._worker.progress(fraction, text, version=service.version, at=places, since=time.time())

    @contextlib.contextmanager
    def _signals(self) -> Generator[None]:
        """SIGTERM and SIGINT stop it as a stop does."""
        loop = asyncio.get_running_loop()

        def asked() -> None:
            self._asked_to_end = True

        for name in (signal.SIGTERM, signal.SIGINT):
            with contextlib.suppress(NotImplementedError):  # Windows has none of it
                loop.add_signal_handler(name, asked)
        yield


class _Quiet(uvicorn.Server):
    """A server that leaves the signals of the process to the service."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """Do nothing of the kind."""
        yield


async def run(worker: Worker, host: str | None, port: int | None) -> dict[str, object]:
    """Serve the service that a job names, to its end."""
    with Workspace(worker.home, worker.project) as ws:
        running = Running(ws, worker, str(worker.payload["service"]), host, port)
        why = await running.run()
        return {"ended": why, "requests": ws.requests.count(str(worker.payload["service"]))}
