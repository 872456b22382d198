"""What every request must pass first: a key, and a body that is not too long and comes in time."""

import asyncio
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tools.deploy.service.errors import Refused
from tools.deploy.service.visit import KINDS, Visit

if TYPE_CHECKING:
    from tools.deploy.service.desk import Desk

OPEN = ("/health", "/ready", "/openapi.json")
"""They tell nothing of what is served."""
BODY_SECONDS = 30.0


class Door:
    """Middleware of ASGI."""

    def __init__(self, app: ASGIApp, desk: "Desk") -> None:
        self._app, self._desk = app, desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or answer why not."""
        if scope["type"] == "http" and scope["path"] not in OPEN:
            try:
                receive = await self._let_in(scope, receive)
            except Refused as error:
                if kind := KINDS.get(scope["path"]):
                    visit = Visit(kind, scope.get("key"))
                    visit.refused(error)
                    self._desk.turned_away(visit)
                await error.response()(scope, receive, send)
                return
        await self._app(scope, receive, send)

    async def _let_in(self, scope: Scope, receive: Receive) -> Receive:
        headers, settings = Headers(scope=scope), self._desk.now().settings
        if settings.keys_needed:
            scope["key"] = self._desk.keys.shown(headers.get("authorization", ""))
        if scope["method"] != "POST":
            return receive
        told, most = headers.get("content-length", "0"), settings.most_bytes
        if told.isdigit() and int(told) > most:
            raise _too_long(most)
        try:
            async with asyncio.timeout(BODY_SECONDS):
                return _again(await _read(receive, most), receive)
        except TimeoutError as error:
            said = f"The body did not come within {BODY_SECONDS:g} seconds."
            raise Refused(400, said, "slow_request") from error


async def _read(receive: Receive, most: int) -> bytes:
    """The body, as long as it is not too long: whatever its header says, what comes is counted.

    Raises:
        Refused: It is too long, or whoever sends it has left.
    """
    parts: list[bytes] = []
    came, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refused(400, "The body did not come.", "cancelled")
        parts.append(message.get("body", b""))
        came, more = came + len(parts[-1]), message.get("more_body", False)
        if came > most:
            raise _too_long(most)
    return b"".join(parts)


def _again(body: bytes, receive: Receive) -> Receive:
    """The body as it is received, then what comes after it."""
    told = False

    async def received() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return received


def _too_long(most: int) -> Refused:
    return Refused(413, f"The body is longer than {most:,} bytes.", "request_too_large")
