"""What the routes know of whoever asks: the key, by whom a split goes, and whether they are still there."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from fastapi import Request

from store.services import ServiceKey
from tools.deploy.service.errors import Refused
from tools.deploy.service.visit import CANCELLED

T = TypeVar("T")


def who(request: Request, user: str | None) -> str:
    """The user or conversation that a request names."""
    return user or request.headers.get("x-conversation-id", "")[:200]


def key(request: Request) -> ServiceKey | None:
    """The key that was shown."""
    return request.scope.get("key")


async def gone(request: Request) -> None:
    """Wait until whoever asked has left."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def while_there(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """Do it as long as whoever asked is there.

    Raises:
        Refused: They left.
    """
    doing = asyncio.create_task(work)
    watching = asyncio.create_task(gone(request))
    watching.add_done_callback(lambda done: None if done.cancelled() else doing.cancel())
    try:
        return await doing
    except asyncio.CancelledError:
        doing.cancel()
        if watching.done() and not watching.cancelled():
            raise Refused(CANCELLED, "The client left.", "cancelled") from None
        raise
    finally:
        watching.cancel()
