"""Who may ask a service, and how much."""

import hmac
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from store.services import ServiceKey, hashed
from tools.deploy.service.errors import Refused
from tools.deploy.service.settings import ServiceSettings

MINUTE = 60.0


@dataclass
class Usage:
    """What one key used of late."""

    asked_at: deque[float] = field(default_factory=deque[float])
    """When it asked, over the last minute (monotonic seconds)."""
    day: str = ""
    tokens: int = 0
    """Read and written since midnight UTC."""


@dataclass
class Keys:
    """The keys of a service, and what each used.

    Attributes:
        known: The keys that open it, by the SHA-256 of their text.
    """

    known: dict[str, ServiceKey] = field(default_factory=dict[str, ServiceKey])
    _used: dict[int, Usage] = field(default_factory=dict[int, Usage])

    def shown(self, header: str) -> ServiceKey:
        """The key that a request shows in its `Authorization`. All are compared, each in constant time.

        Raises:
            Refused: There is none, or it opens nothing.
        """
        kind, _, secret = header.partition(" ")
        given, found = hashed(secret.strip()), None
        for known, key in self.known.items():
            if hmac.compare_digest(known, given):
                found = key
        if found is None or kind.lower() != "bearer":
            said = "This key does not open the service." if secret else "A key is needed: Authorization: Bearer KEY."
            raise Refused(401, f"{said} Whoever runs the service can make one.", "invalid_api_key")
        return found

    def used(self, key: int | None, tokens: int) -> None:
        """Count what an answer took."""
        if key is not None:
            self._today(key).tokens += tokens

    def remember(self, key: int, tokens: int) -> None:
        """What it used today before the service began."""
        self._today(key).tokens = tokens

    def check(self, key: ServiceKey | None, settings: ServiceSettings) -> None:
        """Count a request of a key against its limits.

        Raises:
            Refused: It asked too often, or used what it may use in a day.
        """
        if key is None:
            return
        used = self._today(key.id)
        most = int(key.limits.get("tokens_a_day", settings.tokens_a_day))
        if most and used.tokens >= most:
            raise Refused(
                429,
                f"This key has used its {most:,} tokens of today. More come at midnight UTC.",
                "tokens_a_day",
                retry_after=until_midnight(),
            )
        often, now = int(key.limits.get("requests_a_minute", settings.requests_a_minute)), time.monotonic()
        while used.asked_at and used.asked_at[0] <= now - MINUTE:
            used.asked_at.popleft()
        if often and len(used.asked_at) >= often:
            raise Refused(
                429,
                f"This key may ask {often:,} times a minute.",
                "requests_a_minute",
                retry_after=used.asked_at[0] + MINUTE - now,
            )
        if often:
            used.asked_at.append(now)

    def _today(self, key: int) -> Usage:
        used, day = self._used.setdefault(key, Usage()), midnight().isoformat()
        if used.day != day:
            used.day, used.tokens = day, 0
        return used


def may_ask(key: ServiceKey | None, *names: str) -> bool:
    """Whether a key may ask any of these models."""
    allowed = key.limits.get("models") if key else None
    return not allowed or any(name in allowed for name in names)


def midnight() -> datetime:
    """The last midnight, UTC."""
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def until_midnight() -> float:
    """Seconds."""
    return (midnight() + timedelta(days=1) - datetime.now(UTC)).total_seconds()
