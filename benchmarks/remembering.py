"""A brain that remembers its answers in a file: after a change, a benchmark asks only what changed."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from assistant.models.brain import Ahead, Brain, Completion, Message, OnText


class RememberingBrain:
    """Asks another brain, once for each prompt."""

    def __init__(self, brain: Brain, path: Path, kind: str = "") -> None:
        self._brain, self._path, self._kind = brain, path, kind
        lines = path.read_text().splitlines() if path.exists() else []
        self._known: dict[str, dict[str, Any] | None] = {one["key"]: one["said"] for one in map(json.loads, lines)}
        self.name, self.context_tokens = brain.name, brain.context_tokens
        self.tutored = RememberingBrain(brain.tutored, path, "tutored") if brain.tutored else None

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: dict[str, Any] | None = None,
        max_tokens: int = 256,
        on_text: OnText | None = None,
    ) -> Completion:
        """The remembered answer, or a new one."""

        def ask() -> Completion:
            return self._brain.complete(messages, schema=schema, max_tokens=max_tokens, on_text=on_text)

        return Completion(**(self._remembered([list(messages), schema, max_tokens], ask) or {}))

    def ahead(self, messages: Sequence[Message], begun: str, *, on_text: OnText | None = None) -> Ahead | None:
        """What was remembered, or what the brain says now."""
        said = self._remembered([list(messages), begun], lambda: self._brain.ahead(messages, begun, on_text=on_text))
        return Ahead(**said) if said else None

    def _remembered(self, asked: list[Any], ask: Callable[[], Completion | Ahead | None]) -> dict[str, Any] | None:
        key = hashlib.sha256(json.dumps([self.name + self._kind, *asked]).encode()).hexdigest()
        if key not in self._known:
            said = ask()
            self._known[key] = asdict(said) if said else None
            with self._path.open("a") as file:
                file.write(json.dumps({"key": key, "said": self._known[key]}) + "\n")
        return self._known[key]

    def close(self) -> None:
        """Give back the memory."""
        self._brain.close()
