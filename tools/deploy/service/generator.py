"""Transformers as an engine that writes texts: where there is a GPU, and for what has no GGUF form."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from tools.deploy.service.bodies import Sampling
from tools.deploy.service.engine import Piece, Turns

if TYPE_CHECKING:
    from tools.train._weights import Loaded


@dataclass(frozen=True)
class GeneratorPlan:
    """Everything that decides what is loaded.

    Attributes:
        folder: The export, or the run's own model folder.
        plan: The plan of the run as JSON.
        threads: Processor threads.
        context_tokens: Longest question and answer together.
    """

    folder: Path
    plan: str
    threads: int
    context_tokens: int


class Generator:
    """A model of transformers. It writes one answer at a time."""

    def __init__(self, plan: GeneratorPlan) -> None:
        self.plan = plan
        self.turns = Turns(1)
        self._loaded: Loaded | None = None

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

    async def write(self, asked: Sampling, model: str, most: int, probabilities: int | None) -> AsyncGenerator[Piece]:
        """Answer; see `Writer.write`."""
        from tools.deploy.service import _writing  # noqa: PLC0415

        loop, leaving = asyncio.get_running_loop(), Event()
        queue: asyncio.Queue[Piece | None] = asyncio.Queue()

        def hear(piece: Piece) -> bool:
            loop.call_soon_threadsafe(queue.put_nowait, piece)
            return leaving.is_set()

        assert self._loaded is not None, "start comes first"
        context = self.plan.context_tokens
        working = asyncio.create_task(
            asyncio.to_thread(_writing.write, self._loaded, asked, most, probabilities, context, hear)
        )
        working.add_done_callback(lambda _: queue.put_nowait(None))
        try:
            while (piece := await queue.get()) is not None:
                yield piece
            await working
        finally:
            leaving.set()
            await asyncio.wait([working])  # the weights are free again when it has stopped, a token later
