"""Classifiers and taggers on transformers as an engine: what comes in while one batch is read makes the next."""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.deploy.service.engine import Turns, Verdict

AT_ONCE = 32
"""Texts of one batch."""


@dataclass(frozen=True)
class HeadPlan:
    """Everything that decides what is loaded.

    Attributes:
        folder: The export, or the run's own model folder.
        plan: The plan of the run as JSON, so that equal plans are equal.
        threads: Processor threads.
        parallel: Requests at once.
    """

    folder: Path
    plan: str
    threads: int
    parallel: int


class Head:
    """A model with a head for labels: of texts (classify), or of words (tag)."""

    def __init__(self, plan: HeadPlan) -> None:
        self.plan = plan
        self.turns = Turns(plan.parallel)
        self._loaded: Any = None
        self._waiting: list[tuple[str, asyncio.Future[Verdict]]] = []
        self._reading: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Load the weights, which blocks no one else.

        Raises:
            StoreError: They cannot be loaded.
        """
        from tools.deploy.service import _reading  # noqa: PLC0415  torch, in the process of the service alone

        self._loaded = await asyncio.to_thread(_reading.opened, self.plan.plan, self.plan.folder, self.plan.threads)

    async def close(self) -> None:
        """Give back the memory."""
        self._loaded = None

    async def judge(self, texts: list[str]) -> list[Verdict]:
        """What it says of each text, in batches with the texts of others."""
        loop = asyncio.get_running_loop()
        asked: list[tuple[str, asyncio.Future[Verdict]]] = [(text, loop.create_future()) for text in texts]
        self._waiting += asked
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read())
        try:
            return await asyncio.gather(*(verdict for _, verdict in asked))
        except asyncio.CancelledError:
            for _, verdict in asked:
                verdict.cancel()
            raise

    async def _read(self) -> None:
        from tools.deploy.service import _reading  # noqa: PLC0415

        while self._waiting:
            batch, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
            batch = [(text, verdict) for text, verdict in batch if not verdict.cancelled()]
            if not batch:
                continue
            try:
                found = await asyncio.to_thread(
                    _reading.read, self._loaded, self.plan.plan, [text for text, _ in batch]
                )
            except Exception as error:  # noqa: BLE001  it is raised again where each is waited for
                _tell(batch, error)
                continue
            for (_, verdict), said in zip(batch, found, strict=True):
                if not verdict.cancelled():
                    verdict.set_result(said)


def _tell(batch: list[tuple[str, "asyncio.Future[Any]"]], error: Exception) -> None:
    for _, verdict in batch:
        if not verdict.cancelled():
            verdict.set_exception(error)
