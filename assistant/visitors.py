"""Who is asking: the owner of this machine, somebody who signed in, or a guest."""

import hashlib
import hmac
import re
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any, Literal

COOKIE = "tunewright-guest"
PLAIN = re.compile(r"[A-Za-z0-9_-]{1,64}")
Kind = Literal["owner", "user", "guest"]


@dataclass(frozen=True)
class Visitor:
    """Somebody, as the server knows them; nothing of it comes from what a browser may choose."""

    kind: Kind
    id: str
    """Stable for a user, as Hugging Face has it; for a guest it holds until this program ends."""

    @property
    def key(self) -> str:
        """What tells them from everybody else."""
        return f"{self.kind}-{self.id}"


OWNER = Visitor("owner", "")


class Visitors:
    """Tells visitors apart by what only this server could have signed.

    A user is known by Gradio's session cookie, which is signed with the secret of the Space's login. A guest is known
    by a cookie that is signed with a key that is made at the start and kept nowhere, so that after a restart no guest
    of before is known. Whether someone is still here follows from when they were seen last.

    Args:
        shared: Whether others than the owner of the machine come. If not, everybody is the owner.
        most_guests: Guests that may be here at once.
    """

    def __init__(self, *, shared: bool, most_guests: int = 10) -> None:
        self.shared, self._most_guests = shared, most_guests
        self._key = secrets.token_bytes(32)
        self._lock = threading.Lock()
        self._seen: dict[Visitor, float] = {}

    def who(self, scope: Mapping[str, Any]) -> Visitor | None:
        """Who sends a request, as its ASGI scope tells; None if it does not tell."""
        if not self.shared:
            return OWNER
        return _signed_in(scope.get("session") or {}) or self._guest(_cookie(scope))

    def admit(self, visitor: Visitor) -> bool:
        """Write down that a visitor is here now; False if it is one guest too many."""
        with self._lock:
            if visitor.kind == "guest" and visitor not in self._seen and not self._room():
                return False
            self._seen[visitor] = time.monotonic()
            return True

    @property
    def full(self) -> bool:
        """Whether there is no room for another guest."""
        with self._lock:
            return not self._room()

    def gone(self, kind: Kind, seconds: float) -> list[Visitor]:
        """Visitors of a kind that were not seen for some seconds."""
        since = time.monotonic() - seconds
        with self._lock:
            return [visitor for visitor, at in self._seen.items() if visitor.kind == kind and at <= since]

    def forget(self, visitor: Visitor) -> None:
        """Count a visitor no longer."""
        with self._lock:
            self._seen.pop(visitor, None)

    def new_guest(self) -> str:
        """A cookie for somebody who is not known."""
        id_ = secrets.token_hex(16)
        return f"{id_}.{self._signature(id_)}"

    def _room(self) -> bool:
        return sum(visitor.kind == "guest" for visitor in self._seen) < self._most_guests

    def _guest(self, cookie: str) -> Visitor | None:
        id_, _, signature = cookie.partition(".")
        if not PLAIN.fullmatch(id_) or not hmac.compare_digest(signature.encode(), self._signature(id_).encode()):
            return None
        return Visitor("guest", id_)

    def _signature(self, id_: str) -> str:
        return hmac.new(self._key, id_.encode(), hashlib.sha256).hexdigest()


def _signed_in(session: Mapping[str, Any]) -> Visitor | None:
    """The user of a session, whose signature was checked when it was read."""
    told = session.get("oauth_info") or {}
    user = told.get("userinfo") or {}
    if not user.get("sub") or told.get("expires_at", float("inf")) < time.time():
        return None
    id_ = str(user["sub"])
    if not PLAIN.fullmatch(id_):
        id_ = hashlib.sha256(id_.encode()).hexdigest()
    return Visitor("user", id_)


def _cookie(scope: Mapping[str, Any]) -> str:
    sent = "; ".join(value.decode("latin-1") for name, value in scope.get("headers", ()) if name == b"cookie")
    try:
        found = SimpleCookie(sent).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""
