"""One request from when it comes in to when it is written down."""

import math
import secrets
import time
from dataclasses import dataclass, field, replace

from store.requests import Kind, Outcome, Request
from store.services import ServedModel, ServiceKey
from tools.deploy.service.engine import Finish, Piece, Verdict
from tools.deploy.service.errors import Refused
from tools.deploy.service.record import Seen

PREFIXES: dict[Kind, str] = {"chat": "chatcmpl-", "completion": "cmpl-", "classify": "cls-"}
KINDS: dict[str, Kind] = {"/v1/chat/completions": "chat", "/v1/completions": "completion", "/classify": "classify"}
CANCELLED = 499
"""What servers write down for a client that left; no client ever sees it."""


@dataclass
class Visit:
    """A request and what has come of it so far."""

    kind: Kind
    key: ServiceKey | None = None
    asked: str = ""
    """The name of the model that was asked for."""
    question: str = ""
    id: str = ""
    at: float = field(default_factory=time.time)
    model: ServedModel | None = None
    status: int = 200
    outcome: Outcome = "answered"
    prompt_tokens: int = 0
    completion_tokens: int = 0
    finish: Finish = "stop"
    waited: float = 0.0
    first: float | None = None
    pieces: list[str] = field(default_factory=list[str])
    chances: list[float] = field(default_factory=list[float])
    verdicts: list[Verdict] = field(default_factory=list[Verdict])
    texts: list[str] = field(default_factory=list[str])
    _began: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.id = PREFIXES[self.kind] + secrets.token_hex(12)

    @property
    def answer(self) -> str:
        """What was written so far."""
        return "".join(self.pieces)

    def is_among(self, share: float) -> bool:
        """Whether this is one of a share of all requests, drawn by its id."""
        return int(self.id[-4:], 16) < share * 0x10000

    def begun(self) -> None:
        """Its turn has come."""
        self.waited = time.monotonic() - self._began

    def take(self, piece: Piece) -> None:
        """A piece of its answer came."""
        if self.first is None and (piece.text or piece.tokens or piece.finish):
            self.first = time.monotonic() - self._began
        if piece.text:
            self.pieces.append(piece.text)
        if piece.tokens:
            self.chances += [math.exp(min(0.0, token["logprob"])) for token in piece.tokens]
        if piece.finish:
            self.finish = piece.finish
        if piece.completion_tokens is not None and piece.prompt_tokens is not None:
            self.prompt_tokens, self.completion_tokens = piece.prompt_tokens, piece.completion_tokens
        elif piece.text and self.prompt_tokens == 0:
            self.completion_tokens += 1  # about one token each, until the count comes

    def refused(self, why: Refused) -> None:
        """It is not answered."""
        self.status, self.outcome = why.status, "failed" if why.status >= 500 else "refused"

    def cancelled(self) -> None:
        """Whoever asked has left."""
        self.status, self.outcome = CANCELLED, "cancelled"

    def seen(self) -> list[Seen]:
        """As it is to be written down: one row, or one for each text that was classified."""
        request = Request(
            id=self.id,
            at=self.at,
            kind=self.kind,
            model=self.asked,
            run=self.model.run if self.model else "",
            status=self.status,
            outcome=self.outcome,
            prompt_tokens=self.prompt_tokens,
            completion_tokens=self.completion_tokens,
            waited_seconds=self.waited,
            first_seconds=self.first,
            seconds=time.monotonic() - self._began,
            key=self.key.id if self.key else None,
            confidence=sum(self.chances) / len(self.chances) if self.chances else None,
        )
        if not self.verdicts:
            return [Seen(request, self.question, self.answer)]
        return [
            Seen(replace(request, id=id_, **_judged(verdict)), text, verdict.label)
            for id_, text, verdict in zip(self.ids(), self.texts, self.verdicts, strict=True)
        ]

    def ids(self) -> list[str]:
        """The id of each text that is classified; that of the request where it is one."""
        return [self.id] if len(self.texts) == 1 else [f"{self.id}-{number}" for number in range(len(self.texts))]


def _judged(verdict: Verdict) -> dict[str, object]:
    chosen = verdict.chances.get(verdict.label)
    if verdict.spans is not None:
        chosen = min((span["probability"] for span in verdict.spans), default=None)
    return {"label": verdict.label, "confidence": chosen, "prompt_tokens": verdict.prompt_tokens}
