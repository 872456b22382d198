"""A service over tiny weights, in its own process."""

import json
import os
import signal
import socket
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from store import Workspace
from store.services import ServedModel
from tests.tiny_gguf import write_gguf
from tests.tiny_model import build
from tests.waiting import until

CHAT = [{"role": "user", "content": "Which kind of request is this: My card has not arrived yet"}]


def free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


def tiny(folder: Path, seed: int = 0, context: int = 512) -> Path:
    """An export with the GGUF file of a tiny model."""
    export, weights = folder / f"export-{seed}-{context}", build(folder / f"tiny-{seed}-{context}", seed=seed)
    export.mkdir(parents=True)
    config = weights / "config.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | {"max_position_embeddings": context}))
    write_gguf(weights, export / "model.gguf")
    return export


def model(name: str, folder: Path, share: float = 0.0, **more: Any) -> ServedModel:
    return ServedModel(
        name, **{"run": "", "engine": "llama", "task": "generate", **more}, folder=str(folder), share=share
    )


@dataclass
class Served:
    """A service that runs, and a key for it."""

    ws: Workspace
    name: str
    url: str
    key: str

    @property
    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {self.key}"}, timeout=60)

    def post(self, path: str, body: Any, **headers: str) -> httpx.Response:
        with self.client as client:
            return client.post(path, json=body, headers=headers)

    def chat(self, model: str, **more: Any) -> httpx.Response:
        return self.post("/v1/chat/completions", {"model": model, "messages": CHAT, "max_tokens": 8, **more})

    def set(self, *models: ServedModel, **settings: Any) -> None:
        """Another version, and wait until it answers."""
        with self.ws.approvals.typed("deploy_run", {}):
            service = self.ws.services.set(self.name, models, self.ws.services.get(self.name).settings | settings)
        until(lambda: self.version() == service.version)

    def version(self) -> int:
        job = self.ws.services.job(self.name)
        told = self.ws.jobs.progress(job.id) if job else []
        return max((int(each.data["version"]) for each in told if each.fraction == 0.5), default=0)

    def key_with(self, **limits: Any) -> tuple[int, str]:
        """Another key, once the service knows it."""
        with self.ws.approvals.typed("deploy_run", {}):
            key, secret = self.ws.services.add_key(self.name, "another", limits)
        headers = {"Authorization": f"Bearer {secret}"}
        until(lambda: httpx.get(f"{self.url}/v1/models", headers=headers).status_code == 200)
        return key.id, secret

    def until_recorded(self, count: int) -> None:
        until(lambda: self.ws.requests.count(self.name) >= count)

    def kill(self) -> None:
        """kill -9."""
        job = self.ws.services.job(self.name)
        assert job is not None
        os.kill(self.process(), signal.SIGKILL)
        until(lambda: self.ws.jobs.get(job.id).state == "interrupted")

    def process(self) -> int:
        job = self.ws.services.job(self.name)
        assert job is not None
        return int((job.folder / "process.json").read_text().split('"')[3].partition(":")[0])

    def until_ready(self) -> None:
        job = self.ws.services.job(self.name)
        assert job is not None

        def ready() -> bool:
            now = self.ws.jobs.get(job.id)
            assert now.live, f"{now.sentence} {(job.folder / 'log.txt').read_text()}"
            try:
                return httpx.get(f"{self.url}/ready").status_code == 200
            except httpx.TransportError:
                return False

        until(ready)


@contextmanager
def serving(ws: Workspace, name: str, *models: ServedModel, **settings: Any) -> Generator[Served]:
    """A service that runs inside, and is stopped at the end."""
    port = free_port()
    with ws.approvals.typed("deploy_run", {}):
        ws.services.set(name, models, {"port": port, "threads": 1, "context_tokens": 512, **settings})
        _, secret = ws.services.add_key(name, "first", {})
    ws.services.begin(name)
    served = Served(ws, name, f"http://127.0.0.1:{port}", secret)
    try:
        served.until_ready()
        yield served
    finally:
        job = ws.services.job(name)
        assert job is not None
        ws.jobs.stop(job.id)
        until(lambda: not ws.jobs.get(job.id).live)
