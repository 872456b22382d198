"""A language model that is still on its way: the page is there at once, and the first thought waits."""

import logging
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from typing import Any

from assistant.models import Ahead, Brain, BrainError, Completion, Message, OnText
from store import StoreError
from tools.weights.progress import OnProgress, Progress

log = logging.getLogger(__name__)


class LateBrain:
    """A brain that loads in a thread of its own and answers as soon as it can.

    Args:
        open_brain: Loads the brain, telling its progress. Tried again at the next question if it fails.
    """

    def __init__(self, open_brain: Callable[[OnProgress], Brain]) -> None:
        self._open_brain = open_brain
        self._brain: Brain | None = None
        self._error = ""
        self._told = ""
        self._lock = threading.Lock()
        self._settled = threading.Event()
        self._settled.set()
        self._begin()

    @property
    def status(self) -> str:
        """How the loading goes, in words; empty once the model can think."""
        if self._brain:
            return ""
        return self._error or f"Loading the language model. {self._told}".strip()

    @property
    def failed(self) -> bool:
        """Whether the last try came to nothing; `status` says why."""
        return bool(self._error)

    @property
    def name(self) -> str:
        """What the model is called; waits for it."""
        return self._wait().name

    @property
    def context_tokens(self) -> int:
        """Longest prompt and answer together; waits for the model."""
        return self._wait().context_tokens

    @property
    def tutored(self) -> Brain | None:
        """The same model with an adapter; waits for it. See `Brain.tutored`."""
        return self._wait().tutored

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: dict[str, Any] | None = None,
        max_tokens: int = 256,
        on_text: OnText | None = None,
    ) -> Completion:
        """Answer a conversation, once the model is here; see `Brain.complete`."""
        began = time.monotonic()
        if not self._here(on_text):
            return Completion("", 0, 0, 0, time.monotonic() - began, "cancelled")
        return self._wait().complete(messages, schema=schema, max_tokens=max_tokens, on_text=on_text)

    def ahead(self, messages: Sequence[Message], begun: str, *, on_text: OnText | None = None) -> Ahead | None:
        """What would come next, once the model is here; see `Brain.ahead`."""
        began = time.monotonic()
        if not self._here(on_text):
            return Ahead({}, 0, 0, time.monotonic() - began, cancelled=True)
        return self._wait().ahead(messages, begun, on_text=on_text)

    def close(self) -> None:
        """Give back the memory."""
        if self._brain:
            self._brain.close()

    def _here(self, on_text: OnText | None) -> bool:
        """Wait for the model; False if the user does not want to."""
        if self._error:
            self._begin()
        while not self._settled.wait(0.2):
            if on_text and on_text(""):
                return False
        return True

    def _begin(self) -> None:
        with self._lock:
            if self._settled.is_set() and not self._brain:
                self._error = self._told = ""
                self._settled.clear()
                threading.Thread(target=self._load, name="loading the language model", daemon=True).start()

    def _load(self) -> None:
        try:
            self._brain = self._open_brain(self._tell)
        except StoreError as error:
            self._error = str(error)
        except Exception:  # the edge of the thread: a bug is logged once, with a reference
            reference = uuid.uuid4().hex[:8]
            log.exception("loading the language model broke, reference %s", reference)
            self._error = f"The language model could not be loaded; the log has the reason as {reference}."
        self._settled.set()

    def _tell(self, progress: Progress) -> None:
        self._told = f"{progress}."

    def _wait(self) -> Brain:
        self._settled.wait()
        if not self._brain:
            raise BrainError(self._error)
        return self._brain
