"""The real page with a model that follows a book: `python -m tests.browser.serve HOME PORT BOOK`.

The book is JSON: what the user says, and what the model then chooses. ["tool", {arguments}] calls a tool,
["answer", "words"] talks, ["answer", null] talks until it is stopped. To what begins with `SLOWLY` it takes its time.
"""

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assistant import asking
from assistant.host import Host
from assistant.launch import launch
from assistant.models import Ahead, Completion, Message, OnText
from assistant.page import build_page
from assistant.settings import Settings

SLOWLY, SLOW_SECONDS = "Slowly: ", 3.0


class BookBrain:
    """Looks up what the user said last."""

    name = "book"
    context_tokens = 8192
    tutored = None

    def __init__(self, book: dict[str, tuple[str, Any]]) -> None:
        self.book = book

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: dict[str, Any] | None = None,
        max_tokens: int = 256,
        on_text: OnText | None = None,
    ) -> Completion:
        told = [message["content"] for message in messages if message["role"] == "user"]
        time.sleep(SLOW_SECONDS if told and told[-1].startswith(SLOWLY) else 0)
        tool, arguments = next(self.book[text] for text in reversed(told) if text in self.book)
        if schema is None:
            return self._talk(arguments, on_text)
        if "tool" in schema["properties"]:
            value = {"tool": tool}
        else:
            value = {name: arguments[name] for name in schema["properties"] if name in arguments}
        return Completion(json.dumps(value), 1, 0, 1, 0.0, "stop")

    def ahead(self, messages: Sequence[Message], begun: str, *, on_text: OnText | None = None) -> Ahead | None:
        return None

    def close(self) -> None:
        pass

    def _talk(self, words: str | None, on_text: OnText | None) -> Completion:
        text = ""
        while words is None or text != words:
            piece = words or "And on it goes. "
            text += piece
            if on_text and on_text(piece):
                return Completion(text, 1, 0, 1, 0.0, "cancelled")
            time.sleep(0.05 if words is None else 0)
        return Completion(text, 1, 0, 1, 0.0, "stop")


def main(home: str, port: str, book: str) -> None:
    asking.SURE, asking.MODEL_COUNTS = 2.0, 100.0  # the book says which tool is meant
    settings = Settings.read({"TUNEWRIGHT_HOME": home, "TUNEWRIGHT_PORT": port})
    host = Host(settings, lambda _: BookBrain(json.loads(Path(book).read_text())))
    launch(build_page(host), settings)


if __name__ == "__main__":
    main(*sys.argv[1:])
