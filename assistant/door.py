"""What stands before Gradio where many come: only known visitors pass, each to what is their own.

Gradio knows sessions by a number that the browser makes up, serves every file that it ever took to whoever names its
path, and runs handlers by number for anyone, hidden or not. So: only the addresses that the page itself uses are open;
a session, or an upload, belongs to whoever named it first; and a file is served to those who brought it, or were shown
it. Handlers find the visitor in the request's scope, under `VISITOR`, and in nothing that a browser can write.
"""

import json
import os
import re
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

from assistant.visitors import COOKIE, Visitor, Visitors

VISITOR = "tunewright.visitor"
LARGEST_BODY = 8_000_000
"""Bytes of a request that is not an upload: words, and what the page holds."""
MOST_HELD = 500
"""Sessions, uploads and files that are remembered of one visitor; the oldest go first."""
FRONT = re.compile(
    r"/|/config/?|/theme\.css|/favicon\.ico|/robots\.txt|/manifest\.json|/pwa_icon(/\d+)?|/(assets|static|svelte)/.*"
    r"|/login/(huggingface|callback)|/logout|/gradio_api/(info|app_id|startup-events|theme\.css)/?"
)
"""Addresses that tell everyone the same."""
FILE = re.compile(r"/gradio_api/file=(/.*)")
SESSION = re.compile(r"/gradio_api/(queue/(join|data)|cancel|reset|upload|upload_progress|heartbeat/(?P<hash>[^/]+))/?")
"""Addresses of a session's own."""
STRANGER = "This page does not know you any more: it was started anew, or the browser keeps no cookies. Load it again; "
STRANGER += "if that does not help, open it in a tab of its own."
FULL = "As many guests are here as there is room for. Sign in with Hugging Face at /login/huggingface, or come later."

Scope = dict[str, Any]
Receive = Callable[[], Any]
Send = Callable[[dict[str, Any]], Any]


class Holdings:
    """What belongs to whom: sessions and uploads by the visitor who named them first, files by all who may see them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._first: dict[str, str] = {}
        self._held: dict[str, OrderedDict[str, None]] = {}

    def claim(self, visitor: Visitor, name: str) -> bool:
        """Whether a name is a visitor's, who gets it if it is nobody's."""
        with self._lock:
            if self._first.setdefault(name, visitor.key) != visitor.key:
                return False
            self._hold(visitor, name)
            return True

    def lend(self, visitor: Visitor, path: str) -> None:
        """Let a visitor have a file."""
        with self._lock:
            self._hold(visitor, _file(path))

    def may_have(self, visitor: Visitor, path: str) -> bool:
        """Whether a visitor brought a file, or was shown it."""
        with self._lock:
            return _file(path) in self._held.get(visitor.key, ())

    def size(self, visitor: Visitor) -> int:
        """Bytes of the files of a visitor that Gradio keeps."""
        with self._lock:
            names = [name.removeprefix("file ") for name in self._held.get(visitor.key, ()) if name.startswith("file ")]
        return sum(os.path.getsize(name) for name in names if os.path.exists(name))

    def forget(self, visitor: Visitor) -> list[str]:
        """Let go of all that belongs to a visitor; gives the files that nobody else may have."""
        with self._lock:
            held = self._held.pop(visitor.key, OrderedDict())
            for name in held:
                if self._first.get(name) == visitor.key:
                    del self._first[name]
            others = {name for each in self._held.values() for name in each}
        return [name.removeprefix("file ") for name in held if name.startswith("file ") and name not in others]

    def _hold(self, visitor: Visitor, name: str) -> None:
        mine = self._held.setdefault(visitor.key, OrderedDict())
        mine[name] = None
        mine.move_to_end(name)
        while len(mine) > MOST_HELD:
            old, _ = mine.popitem(last=False)
            if self._first.get(old) == visitor.key:
                del self._first[old]


class Door:
    """ASGI middleware, inside of Gradio's own for sessions.

    Args:
        app: What it lets through to.
        visitors: Tells who is asking.
        holdings: What belongs to whom.
        room: Why a visitor may not bring so many bytes, as a sentence; empty if they may.
    """

    def __init__(self, app: Any, visitors: Visitors, holdings: Holdings, room: Callable[[Visitor, int], str]) -> None:
        self._app, self._visitors, self._holdings, self._room = app, visitors, holdings, room

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request pass, or refuse it."""
        if scope["type"] == "lifespan":
            return await self._app(scope, receive, send)
        if scope["type"] != "http":
            return None  # the page uses no websocket
        visitor, path = self._visitors.who(scope), scope["path"]
        if _comes_from_elsewhere(scope):
            return await _refuse(send, 403, "Another site may not ask this one in your name.")
        if visitor is None:
            return await self._stranger(path, scope, receive, send)
        scope[VISITOR] = visitor
        if FRONT.fullmatch(path):
            return await self._app(scope, receive, send)
        if SESSION.fullmatch(path):
            return await self._session(visitor, path, scope, receive, send)
        if (file := FILE.fullmatch(path)) and self._holdings.may_have(visitor, file[1]):
            return await self._app(scope, receive, send)
        return await _refuse(send, 404, "There is nothing of yours at this address. Use the page.")

    async def _stranger(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Somebody without a cookie: they get one with the page, and may have nothing else."""
        if not FRONT.fullmatch(path):
            return await _refuse(send, 403, STRANGER)
        if path != "/":
            return await self._app(scope, receive, send)
        if self._visitors.full:
            return await _refuse(send, 503, FULL)
        return await self._app(scope, receive, _with_cookie(send, self._visitors.new_guest()))

    async def _session(self, visitor: Visitor, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        asked = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        names = [*asked.get("session_hash", []), *(f"upload {id_}" for id_ in asked.get("upload_id", []))]
        if (match := SESSION.fullmatch(path)) and match["hash"]:
            names.append(match["hash"])
        if path.rstrip("/").endswith("/upload"):
            if refused := self._room(visitor, _length(scope)):
                return await _refuse(send, 413, refused)
            send = _noting(send, lambda brought: self._holdings.lend(visitor, brought))
        elif scope["method"] == "POST":
            body = await _body(receive)
            told = _read(body)
            if told is None:
                return await _refuse(send, 400, "This is no request of the page.")
            names.append(str(told.get("session_hash") or ""))
            receive = _again(body, receive)
        if not all(name and self._holdings.claim(visitor, name) for name in names):
            return await _refuse(send, 403, "That session is somebody else's.")
        if not self._visitors.admit(visitor):
            return await _refuse(send, 503, FULL)
        return await self._app(scope, receive, send)


def _comes_from_elsewhere(scope: Scope) -> bool:
    """Whether a page of another site sent it: cookies come along even then. Browsers always say so."""
    headers = dict(scope.get("headers", ()))
    return scope["method"] not in ("GET", "HEAD") and headers.get(b"sec-fetch-site", b"") in (
        b"cross-site",
        b"same-site",
    )


def _length(scope: Scope) -> int:
    """Bytes that are to come; as many as there may be where the request does not tell."""
    told = dict(scope.get("headers", ())).get(b"content-length", b"")
    return int(told) if told.isdigit() else 1 << 62


def _file(path: str) -> str:
    return f"file {os.path.realpath(path)}"


def _read(body: bytes | None) -> dict[str, Any] | None:
    try:
        told = json.loads(body) if body is not None else None
    except ValueError:
        return None
    return told if isinstance(told, dict) else None


async def _body(receive: Receive) -> bytes | None:
    """The whole body; None if it is too large."""
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > LARGEST_BODY:
            return None
    return body


def _again(body: bytes | None, receive: Receive) -> Receive:
    told = [{"type": "http.request", "body": body or b"", "more_body": False}]

    async def again() -> Any:
        return told.pop() if told else await receive()

    return again


def _noting(send: Send, note: Callable[[str], None]) -> Send:
    """Passes on what is sent, and tells of the files that an upload names."""
    parts: list[bytes] = []

    async def noting(message: dict[str, Any]) -> None:
        parts.append(message.get("body", b""))
        if message["type"] == "http.response.body" and not message.get("more_body"):
            try:
                brought = json.loads(b"".join(parts))
            except ValueError:
                brought = []
            for path in brought if isinstance(brought, list) else []:
                note(str(path))
        await send(message)

    return noting


def _with_cookie(send: Send, value: str) -> Send:
    """Gives whoever opens the page a cookie; partitioned, since the page may stand in a frame of huggingface.co."""
    cookie = f"{COOKIE}={value}; Path=/; HttpOnly; Secure; SameSite=None; Partitioned".encode()

    async def greeted(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], (b"set-cookie", cookie)]
        await send(message)

    return greeted


async def _refuse(send: Send, status: int, sentence: str) -> None:
    body = json.dumps({"detail": sentence}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
