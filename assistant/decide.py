"""Turn "what next?" into one valid call, in two decisions: which tool, then its arguments, held to a schema.

The tool is chosen from two sources: how people word such requests, and what the language model finds likely, which
knows the project. Where the wording leaves no doubt the model is not asked; where both together leave some, the user
is. What the program can know by itself, an argument with one possible value, a name that was spelled out, is not asked.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import exp, log
from typing import Any

from assistant import goal_talk, readings, tutored, which_fixes
from assistant.arguments import fill
from assistant.examples import nearest, offered, same
from assistant.meant import among, likely, names_of
from assistant.models.brain import Brain, BrainError, Message, OnText
from assistant.models.weighing import Pieces, weighed
from assistant.prompt import WORDS, chose, request, rules
from assistant.said import Missing
from assistant.scene import Scene
from assistant.topics import topic
from assistant.transcript import Turn
from assistant.wishes import carrier, in_full
from store import Workspace
from tools import TOOLS

EXAMPLES = 4
"""How many of the nearest examples stand before the request."""
MODEL_COUNTS = 0.6
"""What the model's log-probability counts against that of the wording; as the next two, by the development half of the
requests in benchmarks/."""
SURE = 0.95
"""How likely a tool is by its wording alone, to be taken without asking the model."""
UNSURE = 0.55
"""How likely the likeliest reading is, below which the user is asked."""
STANDS_ALONE = 0.6
"""How likely what a part of a message asks for has to be, for that part to be a wish of its own."""
ASKS_LESS = 1.0
"""What is taken from the likelihood of asking back: a small model asks too often."""
WORDING_COUNTS = 0.1
"""The same for a model that was taught the tools: its own likelihoods count in full."""
CLEAR = 0.1
"""How likely it is that something has to be asked for, below which a model that was taught may say what is meant."""
SAID = 0.9
"""How likely it is that a model means what it says, if it cannot tell how likely that is."""
TAKEN_FOR_MENDING = ("propose_fixes", "undo_change")
"""What the wish to have mended what was found may be taken for."""
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
    """With "ask": replies to choose from."""
    likely: float = 1.0
    """How likely the tool was; 1 if nothing else was possible."""
    messages: list[Message] = field(default_factory=list[Message], repr=False)
    """What the model was told and said; what follows is read faster if it goes on from here."""
    prompt_tokens: int = 0
    cached_tokens: int = 0
    written_tokens: int = 0


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
    chances, messages = _chances(asking, ws, talk, tool)
    tool = max(chances, key=lambda name: chances[name])
    chance = exp(chances[tool])
    unsure = tool == "ask" or chance < UNSURE
    if tool == "propose_fixes" and which_fixes.proposed(talk[-1].wish, ws):
        tool = "apply_fixes"
    elif (tool in TAKEN_FOR_MENDING or unsure) and which_fixes.all_wanted(talk[-1].wish, ws):
        tool, unsure = "apply_fixes", False
    elif tool == "decline_fixes" and which_fixes.agreed(talk[-1].wish):
        tool = "apply_fixes"
    elif (unsure or (tool == "propose_fixes" and which_fixes.picked(talk, ws))) and (
        fixes := which_fixes.decided(talk, ws)
    ):
        tool, unsure = fixes, False

    def chosen(**more: Any) -> Choice:
        return Choice(
            likely=chance,
            seconds=asking.seconds,
            prompt_tokens=asking.prompt_tokens,
            cached_tokens=asking.cached_tokens,
            written_tokens=asking.written_tokens,
            **more,
        )

    if unsure:
        close = readings.likeliest(chances)
        return chosen(tool="ask", question=readings.question(close), close=[readings.title(one) for one in close])
    if tool in WORDS and asking.tutored:
        return chosen(tool=tool, messages=tutored.conversation(Scene.of(ws), talk[-1].wish))
    messages = [*messages, chose(tool)]
    if tool in WORDS:
        return chosen(tool=tool, messages=messages)
    taught = asking.taught if asking.tutored and tool in tutored.known() else None
    clear = bool(taught) and asking.would_ask < CLEAR
    try:
        return chosen(tool=tool, arguments=fill(TOOLS[tool], ws, talk, messages, asking.value, taught, guess=clear))
    except Missing as missing:
        close = [f"{talk[-1].wish.rstrip('.?! ')}: {name}" for name in missing.options]
        return chosen(tool="ask", question=str(missing), close=close)


def _chances(
    asking: "_Asking", ws: Workspace, talk: Sequence[Turn], tool: str = ""
) -> tuple[dict[str, float], list[Message]]:
    """How likely each tool is meant, as a logarithm, and what the model is told of the request."""
    if asking.tutored:
        return _taught_chances(asking, ws, talk, tool)
    wish = in_full(talk)
    shown = [(one.text, one.tool) for one in nearest(wish, EXAMPLES, ws)]
    messages: list[Message] = [rules(ws), *request(talk, shown, wish)]
    if tool := tool or same(wish, ws):
        return {tool: 0.0}, messages
    known = wish == talk[-1].wish  # otherwise it is plain enough from the message before
    names = [*offered(wish, ws), "answer", *(["ask"] if known else [])]
    worded = likely(carrier(talk), names_of(ws))
    return asking.chances(messages, among({name: worded[name] for name in names})), messages


def _taught_chances(
    asking: "_Asking", ws: Workspace, talk: Sequence[Turn], tool: str
) -> tuple[dict[str, float], list[Message]]:
    """The same by a model that was taught the tools."""
    messages = tutored.request(Scene.of(ws), talk)
    if tool:
        return {tool: 0.0}, messages
    worded = likely(carrier(talk), names_of(ws))
    return asking.taught_chances(messages, worded), messages


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
    chances, _ = _chances(_Asking(brain, None), ws, [*earlier, Turn(part)])
    choice = max(chances, key=lambda name: chances[name])
    return "" if choice == "ask" or exp(chances[choice]) < STANDS_ALONE else choice


def warm_up(brain: Brain) -> None:
    """Learn the wordings and let the model read what every prompt begins with, so that no request need wait for it."""
    likely("hello", {})
    hello: Message = {"role": "user", "content": "hello"}
    if brain.tutored:
        brain.tutored.complete([{"role": "system", "content": tutored.RULES}, hello], max_tokens=1)
    else:
        brain.complete([rules(None), hello], max_tokens=1)
    brain.complete(goal_talk.request("hello"), max_tokens=1)
    topic("hello")


class _Asking:
    """Asks the model for JSON objects and counts what that took."""

    def __init__(self, brain: Brain, on_text: OnText | None) -> None:
        self._brain, self._on_text = brain, on_text
        self.tutored = brain.tutored
        self.would_ask = 0.0
        """How likely it is to the model that was taught the tools that something has to be asked for."""
        self.prompt_tokens = self.cached_tokens = self.written_tokens = 0
        self.seconds = 0.0

    def chances(self, messages: Sequence[Message], worded: dict[str, float]) -> dict[str, float]:
        """How likely each of some names is, as a logarithm.

        A model that cannot tell how likely they are says one of the names.

        Args:
            messages: What the model is told.
            worded: How likely each is by the wording alone.
        """
        if max(worded.values()) > log(SURE):
            return worded
        names = list(worded)
        found = self._likely(self._brain, messages, names)
        less = {"ask": ASKS_LESS}
        return among({name: MODEL_COUNTS * found[name] + worded[name] - less.get(name, 0.0) for name in names})

    def taught_chances(self, messages: Sequence[Message], worded: dict[str, float]) -> dict[str, float]:
        """The same by the model that was taught the tools; of one that came later the wording alone tells."""
        assert self.tutored
        found = self._likely(self.tutored, messages, [*tutored.known()])
        self.would_ask = exp(found["ask"])
        new = max(found.values())
        counts = WORDING_COUNTS if max(worded, key=lambda name: worded[name]) in found else 1.0
        return among({name: found.get(name, new) + counts * chance for name, chance in worded.items()})

    def _likely(self, brain: Brain, messages: Sequence[Message], names: Sequence[str]) -> dict[str, float]:
        found = weighed(lambda said: self._ahead(brain, messages, said), names)
        if found is None:
            said = self._value(brain, messages, {"tool": {"enum": list(names)}}, None)["tool"]
            found = among({name: log(SAID if name == said else (1 - SAID) / len(names)) for name in names})
        return found

    def _ahead(self, brain: Brain, messages: Sequence[Message], said: str) -> Pieces | None:
        told = brain.ahead(messages, BEGUN + said, on_text=self._on_text)
        if told is None:
            return None
        if told.cancelled:
            raise Stopped
        self.prompt_tokens += told.prompt_tokens
        self.cached_tokens += told.cached_tokens
        self.written_tokens += 1
        self.seconds += told.seconds
        return told.pieces

    def value(
        self, messages: Sequence[Message], properties: dict[str, Any], required: Sequence[str] | None = None
    ) -> dict[str, Any]:
        """One object with these properties; all are required unless said otherwise."""
        return self._value(self._brain, messages, properties, required)

    def taught(
        self, messages: Sequence[Message], properties: dict[str, Any], required: Sequence[str] | None = None
    ) -> dict[str, Any]:
        """The same by the model that was taught the tools."""
        assert self.tutored
        return self._value(self.tutored, messages, properties, required)

    def _value(
        self, brain: Brain, messages: Sequence[Message], properties: dict[str, Any], required: Sequence[str] | None
    ) -> dict[str, Any]:
        schema = {
            "type": "object",
            "properties": properties,
            "required": list(properties) if required is None else list(required),
            "additionalProperties": False,
        }
        told = brain.complete(messages, schema=schema, max_tokens=400, on_text=self._on_text)
        self.prompt_tokens += told.prompt_tokens
        self.cached_tokens += told.cached_tokens
        self.written_tokens += told.completion_tokens
        self.seconds += told.seconds
        if told.finish == "cancelled":
            raise Stopped
        try:
            return json.loads(told.text)
        except json.JSONDecodeError as error:
            raise BrainError(f"{self._brain.name} did not come to an end. Say it in fewer words.") from error
