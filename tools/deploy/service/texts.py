"""The routes that write texts."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from tools.deploy.service.asking import gone, key, while_there, who
from tools.deploy.service.bodies import ChatBody, CompletionBody
from tools.deploy.service.desk import Desk
from tools.deploy.service.engine import Piece
from tools.deploy.service.errors import Refused
from tools.deploy.service.replies import ANSWERS
from tools.deploy.service.visit import CANCELLED, Visit
from tools.deploy.service.wording import Wording


def texts(desk: Desk) -> APIRouter:
    """`/v1/chat/completions` and `/v1/completions`."""
    router = APIRouter()

    @router.post("/v1/chat/completions", responses=ANSWERS["chat"], operation_id="chat")
    async def chat(request: Request, body: ChatBody) -> Response:
        """The next turn of a conversation."""
        return await _text(desk, request, Visit("chat", key(request), body.model, body.question), body)

    @router.post("/v1/completions", responses=ANSWERS["completion"], operation_id="completion")
    async def completion(request: Request, body: CompletionBody) -> Response:
        """How a text goes on."""
        return await _text(desk, request, Visit("completion", key(request), body.model, body.question), body)

    return router


async def _text(desk: Desk, request: Request, visit: Visit, body: ChatBody | CompletionBody) -> Response:
    wording, by = Wording(visit, body), who(request, body.user)
    if body.stream:
        return await _streamed(desk, request, visit, body, wording, by)
    tokens: list[dict[str, Any]] = []
    await while_there(request, desk.write(visit, body, by, lambda piece: tokens.extend(piece.tokens)))
    return JSONResponse(wording.whole(tokens))


async def _streamed(
    desk: Desk, request: Request, visit: Visit, body: ChatBody | CompletionBody, wording: Wording, by: str
) -> Response:
    """The answer as server-sent events. What goes wrong before the first is an error of HTTP, afterwards an event."""
    queue: asyncio.Queue[Piece | None] = asyncio.Queue()
    writing = asyncio.create_task(desk.write(visit, body, by, queue.put_nowait))
    writing.add_done_callback(lambda _: queue.put_nowait(None))
    watching = asyncio.create_task(gone(request))
    watching.add_done_callback(lambda done: None if done.cancelled() else writing.cancel())
    first = await queue.get()
    watching.cancel()
    if first is None:  # it ended before it said anything
        try:
            await writing
        except asyncio.CancelledError as error:
            raise Refused(CANCELLED, "The client left.", "cancelled") from error

    async def events() -> AsyncIterator[bytes]:
        piece = first
        try:
            while piece is not None:
                said = wording.event(piece)
                while not queue.empty() and piece is not None:
                    if (piece := queue.get_nowait()) is not None:
                        said += wording.event(piece)
                if said:
                    yield said
                if piece is not None:
                    piece = await queue.get()
            yield _last(writing, wording)
        finally:
            writing.cancel()
            with contextlib.suppress(asyncio.CancelledError, Refused):
                await writing

    return StreamingResponse(events(), media_type="text/event-stream", headers={"Cache-Control": "no-cache"})


def _last(writing: "asyncio.Task[None]", wording: Wording) -> bytes:
    error = None if writing.cancelled() else writing.exception()
    if isinstance(error, Refused):
        return b"data: " + bytes(error.response().body) + b"\n\n"
    return wording.end()
