"""An exported folder of transformers in the service that would serve it, asked over HTTP as any client would ask."""

import asyncio
import secrets
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
import uvicorn

from store.services import ServedModel, Service, ServiceKey, hashed
from tools.deploy._served import SECONDS, Answer, Messages, answer_of
from tools.deploy.service.app import make_app
from tools.deploy.service.desk import Desk
from tools.deploy.service.keys import Keys
from tools.deploy.service.listening import config, opened
from tools.deploy.service.plans import build, plan_of_folder
from tools.deploy.service.record import Recorder
from tools.deploy.service.settings import ServiceSettings
from tools.deploy.service.standing import Standing, retire
from tools.tool import ToolError

NAME = "export"


class ServedHere:
    """A service with one model on a port of its own, closed at the end of `with`. Nothing asked of it is recorded.

    Args:
        folder: The export.
        plan: The plan of the run.
        context: Tokens of a question and its answer together.

    Raises:
        StoreError: It cannot be loaded.
    """

    def __init__(self, folder: Path, plan: dict[str, Any], context: int) -> None:
        self._folder = folder
        settings = ServiceSettings(context_tokens=context, confidence_share=0.0)
        needed = plan_of_folder(folder, plan, settings)
        engine = build(needed)
        asyncio.run(engine.start())
        key = secrets.token_hex()
        keys = Keys({hashed(key): ServiceKey(1, NAME, "check")})
        self._desk = Desk(Recorder(folder, NAME, NAME), keys)  # never started, so it writes nothing
        model = ServedModel(NAME, NAME, str(folder), "transformers", str(plan["task"]), 1.0)
        service = Service(NAME, 1, "serving", (model,), {}, 0, "")
        self._desk.standing = Standing(service, settings, {NAME: engine}, {needed: engine})
        self._socket = opened("127.0.0.1", 0)
        self._server = uvicorn.Server(config(make_app(self._desk), settings))
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="served-here", daemon=True)
        self._client = httpx.Client(
            base_url=f"http://127.0.0.1:{self._socket.getsockname()[1]}",
            headers={"Authorization": f"Bearer {key}"},
            timeout=SECONDS,
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()

    async def _serve(self) -> None:
        await self._server.serve(sockets=[self._socket])
        if standing := self._desk.standing:
            await retire(standing, None)

    def answer(self, messages: Messages, new: int) -> Answer:
        """What a client of the chat endpoint gets at temperature 0."""
        return answer_of(
            self._post("/v1/chat/completions", {"messages": messages, "max_tokens": new, "temperature": 0})
        )

    def labels(self, texts: list[str]) -> list[str]:
        """The label that a client of `/classify` gets for each text."""
        return [str(self._post("/classify", {"input": text})["results"][0]["label"]) for text in texts]

    def _post(self, path: str, asked: dict[str, Any]) -> dict[str, Any]:
        answer = self._client.post(path, json={"model": NAME, **asked})
        if answer.is_error:
            raise ToolError(f"The service refuses {path} with {self._folder.name}: {answer.text[:300]}")
        return answer.json()
