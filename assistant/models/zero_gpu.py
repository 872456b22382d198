"""On a ZeroGPU Space the GPU is lent to single calls: each runs in a fork of this process, which has the model in it.

What a fork changes is lost with it, so a call hands out all it has to say, piece by piece; and nothing is kept from one
prompt for the next. `spaces` has to know what wants the GPU before the page starts, so `app.py` imports this file then.
"""

import os
import queue
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from assistant.models.brain import Ahead, Brain, BrainError, Completion, Message, OnText

SECONDS = 60
"""How long a call may have the GPU."""
Part = str | Completion | Ahead | None
_brains: dict[bool, Brain] = {}
"""The model, without and with its adapter; a fork finds it here, since arguments are copied."""


def is_zero_gpu(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether this is such a Space."""
    return bool(environ.get("SPACES_ZERO_GPU"))


def _think(tutored: bool, work: str, given: tuple[Any, ...], more: dict[str, Any]) -> Iterator[Part]:
    """Do a piece of work in the fork: the pieces of text as they come, and then what came of it."""
    told: queue.Queue[Part | BrainError] = queue.Queue()

    def heard(text: str) -> bool:
        told.put(text)
        return False

    def do() -> None:
        try:
            told.put(getattr(_brains[tutored], work)(*given, **more, on_text=heard))
        except BrainError as error:
            told.put(error)

    threading.Thread(target=do, daemon=True).start()
    while isinstance(part := told.get(), str):
        yield part
    if isinstance(part, BrainError):
        raise part
    yield part


def lend(think: Callable[..., Iterator[Part]]) -> Callable[..., Iterator[Part]]:
    """The function with a GPU for each call, where there is one to lend; else as it is."""
    if not is_zero_gpu():
        return think
    import spaces  # noqa: PLC0415 # pyright: ignore[reportMissingImports] - the builder of a Space adds it

    return spaces.GPU(duration=SECONDS)(think)


_lent = lend(_think)


class LentBrain:
    """A model whose every thought asks for the GPU.

    Args:
        brain: The model, loaded.
        tutored: Whether it is the one with the adapter.
    """

    def __init__(self, brain: Brain, *, tutored: bool = False) -> None:
        _brains[tutored] = brain
        self._brain, self._is_tutored = brain, tutored
        with_adapter = None if tutored else brain.tutored
        self.tutored: Brain | None = LentBrain(with_adapter, tutored=True) if with_adapter else None

    @property
    def name(self) -> str:
        """What the model is called."""
        return self._brain.name

    @property
    def context_tokens(self) -> int:
        """Longest prompt and answer together."""
        return self._brain.context_tokens

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: dict[str, Any] | None = None,
        max_tokens: int = 256,
        on_text: OnText | None = None,
    ) -> Completion:
        """Answer a conversation; see `Brain.complete`."""
        text = ""
        for part in _lent(self._is_tutored, "complete", (messages,), {"schema": schema, "max_tokens": max_tokens}):
            if isinstance(part, Completion):
                return part
            text += str(part or "")
            if on_text and on_text(str(part or "")):
                return Completion(text, 0, 0, 0, 0.0, "cancelled")
        raise BrainError("The GPU was taken back before the answer was finished. Ask again.")

    def ahead(self, messages: Sequence[Message], begun: str, *, on_text: OnText | None = None) -> Ahead | None:
        """What would come next; see `Brain.ahead`."""
        if on_text and on_text(""):
            return Ahead({}, 0, 0, 0.0, cancelled=True)
        for part in _lent(self._is_tutored, "ahead", (messages, begun), {}):
            if isinstance(part, Ahead):
                return part
        return None

    def close(self) -> None:
        """Give back the memory."""
        _brains.pop(self._is_tutored, None)
        self._brain.close()
