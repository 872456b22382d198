"""Ask the model what to do next, when it is not plain already."""

import uuid
from typing import Literal

from langchain_core.messages import AIMessage, AnyMessage, ToolCall, ToolMessage
from langgraph.runtime import Runtime
from langgraph.types import Command

from assistant.answer import answer
from assistant.decide import Choice, Stopped, decide
from assistant.events import Called, Said, Saying, Suggests
from assistant.state import Desk, State
from assistant.transcript import Turn, repaired, turns
from assistant.wishes import next_of_the_same, several
from store import StoreError
from tools import TOOLS

MOST_CALLS = 8
"""Calls that one message of the user may lead to."""
MOST_REPAIRS = 2
"""How often a query that did not work is written anew."""
CUT_OFF = "This was cut off before it came to an end."
Next = Command[Literal["ask", "act", "__end__"]]


def think(state: State, runtime: Runtime[Desk]) -> Next:
    """Decide on one call, or say something, or be done."""
    desk, tell = runtime.context, runtime.stream_writer
    mended = repaired(state["messages"], CUT_OFF)
    messages = [*state["messages"], *mended]
    talk = turns(messages)
    if desk.stopping.is_set():
        return _say(runtime, "Stopped.", mended)
    fixed = _plainly_next(desk, talk[-1])
    if not fixed and _plainly_done(talk[-1]):
        return _end(runtime, messages, mended)
    try:
        choice = decide(desk.brain, desk.ws, talk, lambda _: desk.stopping.is_set(), tool=fixed)
    except Stopped:
        return _say(runtime, "Stopped.", mended)
    if choice.tool == "answer":
        return _answer(runtime, talk, choice, mended)
    if choice.tool == "ask":
        if choice.close:
            tell(Suggests(choice.close))
        return _say(runtime, choice.question, mended)
    if choice.tool == "done" or _again(desk, talk[-1], choice):
        return _end(runtime, messages, mended)
    call = ToolCall(name=choice.tool, args=choice.arguments, id=uuid.uuid4().hex, type="tool_call")
    tell(Called(call["id"] or "", choice.tool, choice.arguments))
    asks_first = TOOLS[choice.tool].asks_first
    return Command(
        goto="ask" if asks_first else "act", update={"messages": [*mended, AIMessage("", tool_calls=[call])]}
    )


def _answer(runtime: Runtime[Desk], talk: list[Turn], choice: Choice, mended: list[AnyMessage]) -> Next:
    desk, tell = runtime.context, runtime.stream_writer
    told = answer(desk.brain, talk, choice.messages, lambda piece: tell(Saying(piece)), desk.stopping.is_set)
    tell(Said(told.text, told.sources))
    return Command(goto="__end__", update={"messages": [*mended, AIMessage(told.text)]})


def _end(runtime: Runtime[Desk], messages: list[AnyMessage], mended: list[AnyMessage]) -> Next:
    last = messages[-1]
    if chips := last.additional_kwargs.get("next") if isinstance(last, ToolMessage) else None:
        runtime.stream_writer(Suggests(list(chips)))
    return Command(goto="__end__", update={"messages": mended})


def _say(runtime: Runtime[Desk], text: str, mended: list[AnyMessage]) -> Next:
    runtime.stream_writer(Said(text))
    return Command(goto="__end__", update={"messages": [*mended, AIMessage(text)]})


def _plainly_done(now: Turn) -> bool:
    """Whether the program can tell by itself: one wish and one call for it, or a call that did not work."""
    return bool(now.done) and (now.done[-1].failed or len(now.done) >= MOST_CALLS or not several(now.wish))


def _plainly_next(desk: Desk, now: Turn) -> str:
    """The tool that is to be called again: its query did not work and may be mended, or it is for two datasets."""
    if not now.done or len(now.done) >= MOST_CALLS:
        return ""
    last = now.done[-1]
    tries = sum("sql" in done.arguments for done in now.done)
    if last.failed:
        return last.tool if "sql" in last.arguments and tries <= MOST_REPAIRS else ""
    return last.tool if next_of_the_same(desk.ws, now) else ""


def _again(desk: Desk, now: Turn, choice: Choice) -> bool:
    """Whether the same call was made in this turn already."""
    tool = TOOLS[choice.tool]
    try:
        payload = tool.checked(desk.ws, choice.arguments)
        return any(tool.checked(desk.ws, one.arguments) == payload for one in now.done if one.tool == choice.tool)
    except StoreError:
        return any((one.tool, one.arguments) == (choice.tool, choice.arguments) for one in now.done)
