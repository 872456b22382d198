"""Turn "what next?" into one valid call, in two decisions: which tool, then its arguments, held to a schema.

The tool is chosen from two sources: how people word such requests, and what the language model finds likely, which
knows the project. Where the wording leaves no doubt the model is not asked; where both together leave some, the user
is. What the program can know by itself, an argument with one possible value, a name that was spelled out, is not asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import exp, inf, log
from typing import Any

from assistant import goal_talk, readings, tutored, which_fixes
from assistant.after import with_what_came_before
from assistant.arguments import fill
from assistant.asking import Asking
from assistant.examples import nearest, offered, same
from assistant.meant import among, likely, names_of
from assistant.missing import missing
from assistant.models.brain import Brain, Message, OnText
from assistant.prompt import WORDS, chose, request, rules
from assistant.said import Missing
from assistant.scene import Scene
from assistant.topics import topic
from assistant.transcript import Turn
from assistant.wishes import carrier, in_full
from store import Workspace
from tools import TOOLS
from tools.kinds import by_id

EXAMPLES = 4
"""How many of the nearest examples stand before the request."""
UNSURE = 0.35
"""How likely the likeliest reading is, below which the user is asked."""
CLOSE = 1.25
"""How many times as likely as the next one it has to be, or the user is asked which of the two is meant."""
STANDS_ALONE = 0.6
"""How likely what a part of a message asks for has to be, for that part to be a wish of its own."""
CLEAR = 0.1
"""How likely it is that something has to be asked for, below which a model that was taught may say what is meant."""
TAKEN_FOR_MENDING = ("propose_fixes", "undo_change")
"""What the wish to have mended what was found may be taken for."""


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
    asking = Asking(brain, on_text)
    chances, messages = _chances(asking, ws, talk, tool)
    tool = max(chances, key=lambda name: chances[name])
    chance = exp(chances[tool])
    tool, unsure = _mending(tool, tool == "ask" or _doubtful(chances), talk, ws)

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
        lacking = missing(asking.what(messages), ws) if asking.tutored and tool == "ask" else None
        if lacking:
            return chosen(**_asked(lacking, talk[-1].wish))
        titles = [readings.title(one) for one in close]
        return chosen(tool="ask", question=readings.question(close), close=titles)
    if tool in WORDS and asking.tutored:
        return chosen(tool=tool, messages=tutored.conversation(Scene.of(ws), talk[-1].wish))
    messages = [*messages, chose(tool)]
    if tool in WORDS:
        return chosen(tool=tool, messages=messages)
    taught = asking.taught if asking.tutored and tool in tutored.known() else None
    clear = bool(taught) and asking.would_ask < CLEAR
    try:
        arguments = fill(TOOLS[tool], ws, talk, messages, asking.value, taught, guess=clear)
        return chosen(tool=tool, arguments=by_id(TOOLS[tool].described, arguments, ws))
    except Missing as lacking:
        return chosen(**_asked(lacking, talk[-1].wish))


def _doubtful(chances: dict[str, float]) -> bool:
    """Whether nothing is likely, or two readings are close."""
    first, second = sorted([*chances.values(), -inf], reverse=True)[:2]
    return exp(first) < UNSURE or first - second < log(CLOSE)


def _mending(tool: str, unsure: bool, talk: Sequence[Turn], ws: Workspace) -> tuple[str, bool]:
    """What is to be mended that was found already is applied, or declined, and not looked for again."""
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
    return tool, unsure


def _asked(lacking: Missing, wish: str) -> dict[str, Any]:
    """Asking back for what is missing; each reply to choose from says the wish again with one of the names."""
    close = [f"{wish.rstrip('.?! ')}: {name}" for name in lacking.options]
    return {"tool": "ask", "question": str(lacking), "close": close}


def _chances(
    asking: Asking, ws: Workspace, talk: Sequence[Turn], tool: str = ""
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
    worded = _worded(talk, ws)
    return asking.chances(messages, among({name: worded[name] for name in names})), messages


def _taught_chances(
    asking: Asking, ws: Workspace, talk: Sequence[Turn], tool: str
) -> tuple[dict[str, float], list[Message]]:
    """The same by a model that was taught the tools."""
    messages = tutored.request(Scene.of(ws), talk)
    if tool:
        return {tool: 0.0}, messages
    worded = _worded(talk, ws)
    return asking.taught_chances(messages, worded), messages


def _worded(talk: Sequence[Turn], ws: Workspace) -> dict[str, float]:
    """How likely each tool is by how people say what they want."""
    names = names_of(ws)
    return with_what_came_before(likely(carrier(talk), names), talk, names)


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
    talk = [*earlier, Turn(part)]
    asking = Asking(brain, None)
    if asking.tutored:  # what is missing now may be there when it is this wish's turn
        worded = likely(part, names_of(ws))
        chances = asking.taught_chances(tutored.request(Scene.of(ws), talk), worded, counts=1.0, may_ask=False)
    else:
        chances, _ = _chances(asking, ws, talk)
    choice = max(chances, key=lambda name: chances[name])
    return "" if choice == "ask" or exp(chances[choice]) < STANDS_ALONE else choice


def warm_up(brain: Brain) -> None:
    """Learn the wordings and let the model read what every prompt begins with, so that no request need wait for it."""
    with_what_came_before(likely("hello", {}), [Turn("hello"), Turn("hello")], {})
    hello: Message = {"role": "user", "content": "hello"}
    if brain.tutored:
        brain.tutored.complete([{"role": "system", "content": tutored.RULES}, hello], max_tokens=1)
    else:
        brain.complete([rules(None), hello], max_tokens=1)
    brain.complete(goal_talk.request("hello"), max_tokens=1)
    topic("hello")
