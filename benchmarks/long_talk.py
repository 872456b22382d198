"""Whether a long conversation stays as quick as it began, and what it costs to go to another project and back.

    python -m benchmarks.long_talk [--rounds 4]

Says forty things in one conversation, and five in another project after every ten. Prints for each turn the tokens of
the longest prompt, those that the language model had to read anew, those it wrote, and the seconds until the turn was
over; then the medians of the first and the last ten turns. Cards are declined, so that the project stays as it is.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.conversation import Conversation
from assistant.decide import warm_up
from assistant.events import Asks
from assistant.models.brain import Ahead, Brain, Completion, Message, OnText
from assistant.models.opening import open_brain
from assistant.settings import Settings
from benchmarks.states import build

TALK = (
    "where are we?",
    "what is in complaints?",
    "how many complaints come from the north?",
    "what is a learning rate?",
    "anything wrong with complaints?",
    "drop the repeated ones",
    "and faq_pairs, is that one fine?",
    "what has been done to complaints so far",
    "is accuracy a good measure if one label is rare?",
    "hold out a fifth of complaints for the test",
)
"""What one says, four times; questions, looks and changes as they come."""
ELSEWHERE = ("where do we stand", "how did run-1 do?", "compare run-1 and run-2", "what is macro f1?", "export run-2")


@dataclass
class Counting:
    """A brain that counts what another one reads and writes."""

    brain: Brain
    counted: list[tuple[int, int, int]] = field(default_factory=list[tuple[int, int, int]])

    def __post_init__(self) -> None:
        self.name, self.context_tokens = self.brain.name, self.brain.context_tokens
        self.tutored = Counting(self.brain.tutored, self.counted) if self.brain.tutored else None

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: dict[str, Any] | None = None,
        max_tokens: int = 256,
        on_text: OnText | None = None,
    ) -> Completion:
        """The answer of the other one."""
        told = self.brain.complete(messages, schema=schema, max_tokens=max_tokens, on_text=on_text)
        self.counted.append((told.prompt_tokens, told.prompt_tokens - told.cached_tokens, told.completion_tokens))
        return told

    def ahead(self, messages: Sequence[Message], begun: str, *, on_text: OnText | None = None) -> Ahead | None:
        """What the other one would say."""
        if told := self.brain.ahead(messages, begun, on_text=on_text):
            self.counted.append((told.prompt_tokens, told.prompt_tokens - told.cached_tokens, 1))
        return told

    def close(self) -> None:
        """Give back the memory."""
        self.brain.close()


@dataclass(frozen=True)
class Cost:
    """What a turn took: the longest prompt, all that was read anew and written, in tokens; and seconds."""

    longest: int
    read: int
    written: int
    seconds: float


def main() -> None:
    """Talk, and print what it costs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=4, help="how often the ten things are said")
    options = parser.parse_args()
    brain = Counting(open_brain(Settings.read()))
    warm_up(brain)
    print(f"{'':60}{'longest':>9}{'read anew':>11}{'written':>9}{'seconds':>9}")
    with tempfile.TemporaryDirectory() as folder:
        here, there = (build(state, Path(folder, state)) for state in ("fixes", "trained"))
        long, other = (Conversation(ws, brain, ws.conversations.current().id) for ws in (here, there))
        rounds: list[list[Cost]] = []
        for _ in range(options.rounds):
            rounds.append([said(long, brain, text) for text in TALK])
            for text in ELSEWHERE:
                said(other, brain, text, "  elsewhere: ")
    for name, costs in (("the first ten", rounds[0]), ("the last ten", rounds[-1])):
        _print(f"{name}, median", *(statistics.median(column) for column in zip(*map(_figures, costs), strict=True)))
    _print("the longest prompt", max(cost.longest for costs in rounds for cost in costs), 0, 0, 0)
    print(f"of {brain.context_tokens} tokens that fit")
    brain.close()


def said(conversation: Conversation, brain: Counting, text: str, before: str = "") -> Cost:
    """Say something, decline what is asked leave for, and print what it took."""
    brain.counted.clear()
    began = time.perf_counter()
    if any(isinstance(event, Asks) for event in conversation.say(text)):
        list(conversation.say("no"))
    counted = brain.counted or [(0, 0, 0)]
    longest, read, written = (list(column) for column in zip(*counted, strict=True))
    cost = Cost(max(longest), sum(read), sum(written), time.perf_counter() - began)
    _print(before + text, *_figures(cost))
    return cost


def _figures(cost: Cost) -> tuple[float, ...]:
    return cost.longest, cost.read, cost.written, cost.seconds


def _print(name: str, longest: float, read: float, written: float, seconds: float) -> None:
    print(f"{name[:58]:60}{longest:9.0f}{read:11.0f}{written:9.0f}{seconds:9.1f}", flush=True)


if __name__ == "__main__":
    main()
