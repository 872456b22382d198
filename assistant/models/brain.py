"""The one interface to a language model that all backends have."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypedDict

from store.errors import StoreError


class Message(TypedDict):
    """One message of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


OnText = Callable[[str], bool]
"""Gets each new piece of text, and an empty piece now and then while the prompt is read; returns True to stop."""

Finish = Literal["stop", "length", "cancelled"]


@dataclass(frozen=True)
class Completion:
    """What a model answered, and what it took.

    Attributes:
        text: The answer.
        prompt_tokens: Length of the prompt.
        cached_tokens: How much of the prompt was known from the call before and did not have to be read again.
        completion_tokens: Length of the answer.
        seconds: How long it took.
        finish: Whether the model came to an end, ran out of tokens, or was stopped.
    """

    text: str
    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int
    seconds: float
    finish: Finish


@dataclass(frozen=True)
class Ahead:
    """What a model would say next, without saying it.

    Attributes:
        pieces: The likeliest next pieces of text, with the logarithm of their probability.
        prompt_tokens: Length of the prompt.
        cached_tokens: How much of it did not have to be read again.
        seconds: How long it took.
        cancelled: Whether it was stopped; then there are no pieces.
    """

    pieces: dict[str, float]
    prompt_tokens: int
    cached_tokens: int
    seconds: float
    cancelled: bool = False


class Brain(Protocol):
    """A language model that is ready to think. Safe to share between threads; one thinks at a time."""

    @property
    def name(self) -> str:
        """What the model is called."""
        ...

    @property
    def context_tokens(self) -> int:
        """Longest prompt and answer together."""
        ...

    @property
    def tutored(self) -> "Brain | None":
        """The same model with an adapter that was taught this program's tools; None if it has none."""
        ...

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: dict[str, Any] | None = None,
        max_tokens: int = 256,
        on_text: OnText | None = None,
    ) -> Completion:
        """Answer a conversation with the most likely words (temperature 0).

        Args:
            messages: The conversation so far; the last message is the user's.
            schema: A JSON schema. The text is then one JSON value that satisfies it, unless `finish` is not "stop".
            max_tokens: Longest answer.
            on_text: See `OnText`.

        Raises:
            BrainError: The model cannot answer; the message says why and what to do.
        """
        ...

    def ahead(self, messages: Sequence[Message], begun: str, *, on_text: OnText | None = None) -> Ahead | None:
        """What would come next in an answer that begins in some way.

        Args:
            messages: The conversation so far; the last message is the user's.
            begun: The beginning of the answer.
            on_text: See `OnText`.

        Returns:
            None if this model cannot tell.

        Raises:
            BrainError: The model cannot answer; the message says why and what to do.
        """
        ...

    def close(self) -> None:
        """Give back the memory. Nothing can be asked afterwards."""
        ...


class BrainError(StoreError):
    """The language model cannot answer; the message says why and what to do."""


class ContextOverflow(BrainError):
    """The conversation is longer than the model can read."""

    def __init__(self, name: str, prompt_tokens: int | None, context_tokens: int) -> None:
        longer = f"{prompt_tokens} tokens" if prompt_tokens else "too many tokens"
        super().__init__(
            f"The conversation has {longer} and {name} reads {context_tokens}. Start a new conversation, or set "
            "TUNEWRIGHT_CONTEXT_TOKENS higher if the model can take it."
        )
        self.prompt_tokens = prompt_tokens


def closed(name: str) -> BrainError:
    """The error of asking a brain that was closed."""
    return BrainError(f"{name} was shut down. Start Tunewright again.")
