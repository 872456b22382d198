"""Takes a request to the model that is to answer it, and sees to it that it ends in time and is written down."""

import asyncio
import logging
import uuid
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, asynccontextmanager
from typing import cast

from tools.deploy.service.bodies import ChatBody, ClassifyBody, CompletionBody
from tools.deploy.service.engine import Classifier, Engine, Piece, Verdict, Writer
from tools.deploy.service.errors import Refused
from tools.deploy.service.keys import Keys
from tools.deploy.service.record import Recorder
from tools.deploy.service.standing import Standing
from tools.deploy.service.visit import Visit
from tools.deploy.service.wording import probabilities

log = logging.getLogger(__name__)
STRANGERS_A_MINUTE = 60
HEADS = ("classify", "tag")


class Desk:
    """Where the requests of one service come in.

    Attributes:
        standing: What it answers with now; None before the first weights are loaded, and after the last are gone.
    """

    def __init__(self, recorder: Recorder, keys: Keys) -> None:
        self.recorder, self.keys = recorder, keys
        self.standing: Standing | None = None
        self.draining = False
        self._strangers = (0, 0)

    @property
    def ready(self) -> bool:
        """Whether new requests are taken."""
        return self.standing is not None and not self.draining

    def now(self) -> Standing:
        """What answers now.

        Raises:
            Refused: Nothing does, yet or any more.
        """
        if self.standing is None or self.draining:
            said = "The service is stopping." if self.draining else "The service is loading its models."
            raise Refused(503, f"{said} Ask again a little later.", "not_ready", retry_after=5)
        return self.standing

    async def write(
        self, visit: Visit, asked: ChatBody | CompletionBody, who: str, take: Callable[[Piece], None]
    ) -> None:
        """Answer with a text, piece by piece.

        Raises:
            Refused: It is not answered.
        """
        async with self._attended(visit, who) as (standing, engine):
            if visit.model and visit.model.task in HEADS:
                raise Refused(
                    400, f"{asked.model} chooses labels: ask POST /classify.", "wrong_endpoint", param="model"
                )
            writer = cast(Writer, engine)
            settings = standing.settings
            wished = asked.max_tokens
            if isinstance(asked, ChatBody):
                wished = asked.max_completion_tokens or wished
            most = min(wished or settings.most_tokens, settings.most_tokens)
            told = probabilities(asked)
            if told is None and visit.is_among(settings.confidence_share):
                told = 0
            async with engine.turns.turn(settings.queue):
                visit.begun()
                name = visit.model.name if visit.model else ""
                async with aclosing(cast("AsyncGenerator[Piece]", writer.write(asked, name, most, told))) as pieces:
                    async for piece in pieces:
                        visit.take(piece)
                        take(piece)

    async def judge(self, visit: Visit, asked: ClassifyBody, who: str) -> list[Verdict]:
        """Choose labels.

        Raises:
            Refused: It is not answered.
        """
        async with self._attended(visit, who) as (standing, engine):
            if visit.model and visit.model.task not in HEADS:
                said = f"{asked.model} writes texts: ask POST /v1/chat/completions."
                raise Refused(400, said, "wrong_endpoint", param="model")
            async with engine.turns.turn(standing.settings.queue):
                visit.begun()
                visit.texts = asked.texts
                visit.verdicts = await cast(Classifier, engine).judge(asked.texts)
                visit.prompt_tokens = sum(verdict.prompt_tokens for verdict in visit.verdicts)
        return visit.verdicts

    @asynccontextmanager
    async def _attended(self, visit: Visit, who: str) -> AsyncGenerator[tuple[Standing, Engine]]:
        """The engine for a request, within its limits and its time; however it ends, it is written down."""
        try:
            standing = self.now()
            with standing:
                try:
                    self.keys.check(visit.key, standing.settings)
                    visit.model = standing.model(visit.asked, who or visit.id, visit.key)
                    async with asyncio.timeout(standing.settings.request_seconds):
                        yield standing, standing.engines[visit.model.name]
                except TimeoutError as error:
                    said = f"It took longer than {standing.settings.request_seconds:g} seconds and was given up."
                    raise Refused(504, said, "timeout") from error
        except Refused as error:
            visit.refused(error)
            raise
        except asyncio.CancelledError:
            visit.cancelled()
            raise
        except Exception as error:
            reference = uuid.uuid4().hex[:8]
            log.exception("a request broke, reference %s", reference)
            refused = Refused(500, f"Something broke that was not foreseen; the log has it as {reference}.", "broke")
            visit.refused(refused)
            raise refused from error
        finally:
            self.ended(visit)

    def turned_away(self, visit: Visit) -> None:
        """Write down a request that did not pass the door; of those without a key only the first of a minute."""
        minute = int(visit.at // 60)
        self._strangers = (minute, self._strangers[1] + 1 if self._strangers[0] == minute else 1)
        if visit.key is not None or self._strangers[1] <= STRANGERS_A_MINUTE:
            self.ended(visit)

    def ended(self, visit: Visit) -> None:
        """Count a request, and have it written down."""
        self.keys.used(visit.key.id if visit.key else None, visit.prompt_tokens + visit.completion_tokens)
        for seen in visit.seen():
            self.recorder.add(seen)
