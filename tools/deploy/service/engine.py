"""What every engine of a service offers, whatever it computes with."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from tools.deploy.service.bodies import Sampling
from tools.deploy.service.errors import Refused

Finish = Literal["stop", "length"]
FIRST_GUESS_SECONDS = 2.0
"""How long an answer takes, before any was given."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What comes of a text at a time; the counts come with the last one."""

    text: str = ""
    tokens: tuple[dict[str, Any], ...] = ()
    """Each with `token`, `logprob`, `bytes` and `top_logprobs`, where they were asked for."""
    finish: Finish | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


@dataclass(frozen=True)
class Verdict:
    """What a classifier says of one text."""

    label: str
    chances: dict[str, float]
    """Of every label, the likeliest first; of a tagger, of every label the greatest over the words."""
    prompt_tokens: int
    spans: list[dict[str, Any]] | None = None
    """Of a tagger: `start` and `end` in characters, `label`, `text` and `probability`."""


class Engine(Protocol):
    """Weights in memory that answer."""

    turns: "Turns"

    async def start(self) -> None:
        """Load the weights.

        Raises:
            StoreError: They cannot be loaded; the message says why.
        """
        ...

    async def close(self) -> None:
        """Give back the memory."""
        ...


class Writer(Engine, Protocol):
    """An engine that writes texts."""

    def write(self, asked: Sampling, model: str, most: int, probabilities: int | None) -> AsyncIterator[Piece]:
        """Answer; closing the iterator stops the work.

        Args:
            asked: A chat or a completion.
            model: Which of its models, by the name that clients know.
            most: The longest answer, in tokens.
            probabilities: How many likeliest tokens are told with each; None for no figures at all.

        Raises:
            Refused: It cannot be answered, such as a question longer than the model reads.
        """
        ...


class Classifier(Engine, Protocol):
    """An engine that chooses among labels."""

    async def judge(self, texts: list[str]) -> list[Verdict]:
        """What it says of each text."""
        ...


@dataclass
class Turns:
    """Who may use an engine now: so many at once, so many waiting, the others are sent away.

    Attributes:
        parallel: How many at once.
        waiting: How many wait now.
    """

    parallel: int
    waiting: int = 0
    seconds: float = FIRST_GUESS_SECONDS
    """How long an answer took of late: the newest counts a tenth."""
    _free: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self._free = asyncio.Semaphore(self.parallel)

    @asynccontextmanager
    async def turn(self, queue: int) -> AsyncGenerator[None]:
        """Wait for a turn, and have it inside.

        Raises:
            Refused: As many as `queue` wait already.
        """
        if self._free.locked() and self.waiting >= queue:
            wait = self.seconds * (self.waiting + 1) / self.parallel
            raise Refused(
                429,
                f"{self.waiting} requests wait for this model already. Ask again a little later.",
                "queue_full",
                retry_after=wait,
            )
        self.waiting += 1
        try:
            await self._free.acquire()
        finally:
            self.waiting -= 1
        began = asyncio.get_running_loop().time()
        try:
            yield
        finally:
            self._free.release()
            self.seconds += 0.1 * (asyncio.get_running_loop().time() - began - self.seconds)
