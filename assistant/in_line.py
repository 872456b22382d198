"""A brain that is shared: it thinks for one person at a time, and the conversation tells the place in line."""

import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any

from assistant.line import Line, told_in_talk
from assistant.models import Ahead, Brain, Completion, Message, OnText
from assistant.shift import Shift


class InLine:
    """The brain for one person: each thought waits for its turn, and makes room for the work of others meanwhile.

    Args:
        brain: The brain that is shared.
        line: Where its thoughts stand in line.
        who: Whose they are.
        shift: The conversation's place among those at work.
    """

    def __init__(self, brain: Brain, line: Line, who: str, shift: Shift | None = None) -> None:
        self._brain, self._line, self._who, self._shift = brain, line, who, shift or Shift()

    @property
    def name(self) -> str:
        """What the model is called."""
        return self._brain.name

    @property
    def context_tokens(self) -> int:
        """Longest prompt and answer together."""
        return self._brain.context_tokens

    @property
    def tutored(self) -> Brain | None:
        """The same model with an adapter, behind the same line."""
        taught = self._brain.tutored
        return InLine(taught, self._line, self._who, self._shift) if taught else None

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: dict[str, Any] | None = None,
        max_tokens: int = 256,
        on_text: OnText | None = None,
    ) -> Completion:
        """Answer a conversation when it is its turn; see `Brain.complete`."""
        began = time.monotonic()
        with self._turn(on_text) as come:
            if not come:
                return Completion("", 0, 0, 0, time.monotonic() - began, "cancelled")
            return self._brain.complete(messages, schema=schema, max_tokens=max_tokens, on_text=on_text)

    def ahead(self, messages: Sequence[Message], begun: str, *, on_text: OnText | None = None) -> Ahead | None:
        """What would come next, when it is its turn; see `Brain.ahead`."""
        began = time.monotonic()
        with self._turn(on_text) as come:
            if not come:
                return Ahead({}, 0, 0, time.monotonic() - began, cancelled=True)
            return self._brain.ahead(messages, begun, on_text=on_text)

    def close(self) -> None:
        """The brain is closed by whoever shares it."""

    @contextmanager
    def _turn(self, on_text: OnText | None) -> Generator[bool]:
        def stop() -> bool:
            return bool(on_text and on_text(""))

        with self._shift.aside(), self._line.turn(self._who, stop, told_in_talk("model")) as come:
            yield come
