"""A brain that plays back choices from a script, and remembers what it was told."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from assistant.models.brain import Ahead, Completion, Message, OnText

Reply = str | dict[str, Any] | Callable[[Sequence[Message]], str]


class ScriptedBrain:
    """A model that answers as written: a dict for a choice or its arguments, a string for words.

    Each call takes the next line of the script. With a schema, words that are the name of a tool choose it.
    """

    name = "scripted"
    context_tokens = 8192
    tutored = None

    def __init__(self, *script: Reply) -> None:
        self.script = list(script)
        self.heard: list[list[Message]] = []

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: dict[str, Any] | None = None,
        max_tokens: int = 256,
        on_text: OnText | None = None,
    ) -> Completion:
        self.heard.append(list(messages))
        reply = self.script.pop(0)
        if callable(reply):
            reply = reply(messages)
        if schema is not None:
            value = {"tool": reply} if isinstance(reply, str) else reply
            assert set(value) <= set(schema["properties"]), (value, schema)
            return self._done(json.dumps(value), on_text)
        assert isinstance(reply, str)
        return self._done(reply, on_text)

    def ahead(self, messages: Sequence[Message], begun: str, *, on_text: OnText | None = None) -> Ahead | None:
        return None

    def close(self) -> None:
        pass

    def _done(self, text: str, on_text: OnText | None) -> Completion:
        told = ""
        for piece in text.split(" "):
            piece = piece if not told else f" {piece}"
            told += piece
            if on_text and on_text(piece):
                return Completion(told, 10, 0, len(told), 0.0, "cancelled")
        return Completion(told, 10, 0, len(told), 0.0, "stop")
