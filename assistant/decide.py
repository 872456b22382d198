"""Turn "what next?" into one valid call, in two decisions held to a schema: which tool, then its arguments.

One schema with all tools in it is slower to decode and chosen from worse; and what the program can know by itself, an
argument with one possible value, a name that the user spelled out, is not asked at all.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from assistant.arguments import fill
from assistant.examples import Example, likeness, nearest, offered, same
from assistant.models.brain import Brain, BrainError, Message, OnText
from assistant.models.weighing import Pieces, weighed
from assistant.prompt import WORDS, chose, request, rules
from assistant.said import Missing
from assistant.transcript import Turn
from assistant.wishes import in_full
from store import Workspace
from tools import TOOLS

EXAMPLES = 4
"""How many of the nearest examples stand before the request."""
LIKENESS_COUNTS = 4.0
"""What likeness to an example counts against the model's log-probability: benchmarks/requests/development.jsonl."""
ASKS_LESS = 1.0
"""What is taken from the likelihood of asking back: a small model asks too often."""
BEGUN = '{"tool": "'
"""How a choice begins; see `chose`."""


@dataclass(frozen=True)
class Choice:
    """What to do next: a tool, or "answer" or "ask"."""

    tool: str
    arguments: dict[str, Any] = field(default_factory=dict[str, Any])
    seconds: float = 0.0
    question: str = ""
    """With "ask": what to ask."""
    close: list[str] = field(default_factory=list[str])
    """With "ask": requests that may have been meant."""
    messages: list[Message] = field(default_factory=list[Message], repr=False)
    """What the model was told and said; what follows is read faster if it goes on from here."""
    prompt_tokens: int = 0
    cached_tokens: int = 0


class Stopped(Exception):
    """The user pressed stop while the model was thinking."""


def decide(
    brain: Brain, ws: Workspace, talk: Sequence[Turn], on_text: OnText | None = None, *, tool: str = ""
) -> Choice:
    """Decide what to do next for the last turn.

    Args:
        brain: The model.
        ws: The workspace.
        talk: The turns, the present one last.
        on_text: See `OnText`.
        tool: The tool, if only its arguments are to be decided.

    Raises:
        Stopped: `on_text` said so.
        BrainError: The model cannot answer.
    """
    asking = _Asking(brain, on_text)
    tool, messages, examples = _chosen(asking, ws, talk, tool)

    def chosen(**more: Any) -> Choice:
        return Choice(
            seconds=asking.seconds, prompt_tokens=asking.prompt_tokens, cached_tokens=asking.cached_tokens, **more
        )

    if tool == "ask":
        close = [one.text for one in reversed(examples) if one.tool in TOOLS][:3]
        return chosen(tool="ask", question="I am not sure what you mean. Which of these is it?", close=close)
    if tool in WORDS:
        return chosen(tool=tool, messages=messages)
    try:
        return chosen(tool=tool, arguments=fill(TOOLS[tool], ws, talk, messages, asking.value))
    except Missing as missing:
        close = [f"{talk[-1].wish.rstrip('.?! ')}: {name}" for name in missing.options]
        return chosen(tool="ask", question=str(missing), close=close)


def _chosen(
    asking: "_Asking", ws: Workspace, talk: Sequence[Turn], tool: str = ""
) -> tuple[str, list[Message], list[Example]]:
    """The tool, what the model was told with its choice last, and the examples it was shown."""
    wish = in_full(talk)
    examples = nearest(wish, EXAMPLES, ws)
    messages: list[Message] = [rules(ws), *request(talk, [(one.text, one.tool) for one in examples], wish)]
    tool = tool or same(wish, ws)
    if not tool:
        known = wish == talk[-1].wish  # otherwise it is plain enough from the message before
        names = [*offered(wish, ws), "answer", *(["ask"] if known else [])]
        tool = asking.choice(messages, names, likeness(wish, ws))
    return tool, [*messages, chose(tool)], examples


def wanted(brain: Brain, ws: Workspace, earlier: Sequence[Turn], part: str) -> str:
    """The tool, or "answer", that a part of a message asks for; empty if that is not clear.

    Args:
        brain: The model.
        ws: The workspace.
        earlier: The turns before.
        part: The words of one wish.

    Raises:
        BrainError: The model cannot answer.
    """
    choice = _chosen(_Asking(brain, None), ws, [*earlier, Turn(part)])[0]
    return "" if choice == "ask" else choice


def warm_up(brain: Brain) -> None:
    """Let the model read what every prompt begins with, so that the first request need not wait for it."""
    brain.complete([rules(None), {"role": "user", "content": "hello"}], max_tokens=1)


class _Asking:
    """Asks the model for JSON objects and counts what that took."""

    def __init__(self, brain: Brain, on_text: OnText | None) -> None:
        self._brain, self._on_text = brain, on_text
        self.prompt_tokens = self.cached_tokens = 0
        self.seconds = 0.0

    def choice(self, messages: Sequence[Message], names: list[str], likeness: dict[str, float]) -> str:
        """The likeliest name: as the model finds it, and as it is like the examples of that name.

        A model that cannot tell what is likely says one of the names.
        """
        found = weighed(lambda said: self._ahead(messages, said), names)
        if found is None:
            return self.value(messages, {"tool": {"enum": names}})["tool"]
        likely = {name: chance + LIKENESS_COUNTS * likeness.get(name, 0.0) for name, chance in found.items()}
        return max(names, key=lambda name: likely[name] - (ASKS_LESS if name == "ask" else 0.0))

    def _ahead(self, messages: Sequence[Message], said: str) -> Pieces | None:
        told = self._brain.ahead(messages, BEGUN + said, on_text=self._on_text)
        if told is None:
            return None
        if told.cancelled:
            raise Stopped
        self.prompt_tokens += told.prompt_tokens
        self.cached_tokens += told.cached_tokens
        self.seconds += told.seconds
        return told.pieces

    def value(
        self, messages: Sequence[Message], properties: dict[str, Any], required: Sequence[str] | None = None
    ) -> dict[str, Any]:
        """One object with these properties; all are required unless said otherwise."""
        schema = {
            "type": "object",
            "properties": properties,
            "required": list(properties) if required is None else list(required),
            "additionalProperties": False,
        }
        told = self._brain.complete(messages, schema=schema, max_tokens=400, on_text=self._on_text)
        self.prompt_tokens += told.prompt_tokens
        self.cached_tokens += told.cached_tokens
        self.seconds += told.seconds
        if told.finish == "cancelled":
            raise Stopped
        try:
            return json.loads(told.text)
        except json.JSONDecodeError as error:
            raise BrainError(f"{self._brain.name} did not come to an end. Say it in fewer words.") from error
