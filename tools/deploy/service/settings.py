"""The settings of a service, as they stand in the store."""

import math
from dataclasses import dataclass, fields
from typing import Any

from store import StoreError

LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class ServiceSettings:
    """What a service is told beside its models; read from `Service.settings`, where other keys are left alone.

    Attributes:
        host: The address it listens at; 127.0.0.1 is this machine alone.
        port: The port.
        keys_needed: Whether a key must be shown. Without, whoever reaches the address may ask.
        keep_texts: Whether questions and answers are kept, with personal data masked. Figures are always kept.
        keep_features: Whether the vector of each question is kept (256 numbers), from which drift is told.
        confidence_share: Of how many answers the mean probability of the tokens is measured, from 0 to 1; it takes a
            sorting of the whole vocabulary for each token. A client that asks for the figures gets them in any case.
        threads: Processor threads of llama.cpp; 0 for as many as there are cores.
        context_tokens: The longest question and answer together; 0 for what the model was made for, at most 4,096.
        parallel: Answers that are written at once by one model; the others wait.
        queue: Requests that may wait for a model; one more is refused with 429.
        most_bytes: The longest body of a request.
        most_tokens: The longest answer, and how long one gets that names no length.
        request_seconds: The longest time for one answer, waiting included.
        requests_a_minute: For each key; 0 for no limit. A key's own limit goes first.
        tokens_a_day: For each key, read and written, from midnight UTC; 0 for no limit. A key's own limit goes first.
        drain_seconds: How long requests that have begun may go on when the service is stopped.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    keys_needed: bool = True
    keep_texts: bool = False
    keep_features: bool = True
    confidence_share: float = 0.25
    threads: int = 0
    context_tokens: int = 0
    parallel: int = 4
    queue: int = 64
    most_bytes: int = 1_000_000
    most_tokens: int = 1024
    request_seconds: float = 300.0
    requests_a_minute: int = 0
    tokens_a_day: int = 0
    drain_seconds: float = 60.0

    @property
    def local(self) -> bool:
        """Whether only this machine reaches it."""
        return self.host in LOOPBACK

    @classmethod
    def read(cls, kept: dict[str, Any]) -> "ServiceSettings":
        """The settings among what a service keeps; those that are not there are as above.

        Raises:
            StoreError: One is of the wrong kind, or below zero.
        """
        found: dict[str, Any] = {}
        for field in fields(cls):
            if field.name not in kept:
                continue
            value, default = kept[field.name], field.default
            if isinstance(default, float) and type(value) is int:
                value = float(value)
            if type(value) is not type(default) or (isinstance(value, int | float) and not 0 <= value < math.inf):
                raise StoreError(f"The setting {field.name} of a service cannot be {value!r}.")
            found[field.name] = value
        settings = cls(**found)
        if settings.port > 65535 or not settings.parallel or not settings.most_tokens:
            raise StoreError("A service needs a port up to 65535, and at least one answer and one token at a time.")
        return settings
