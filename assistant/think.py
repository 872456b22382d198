"""Ask the model what to do next, when it is not plain already."""

import uuid
from collections.abc import Sequence
from typing import Literal

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, ToolCall, ToolMessage
from langgraph.runtime import Runtime
from langgraph.types import Command

from assistant import readings
from assistant.agenda import Agenda
from assistant.answer import answer
from assistant.asking import Stopped
from assistant.decide import Choice, decide
from assistant.events import Called, Said, Saying, Suggests
from assistant.models.brain import Brain
from assistant.own_links import strange
from assistant.state import Desk, State
from assistant.transcript import Done, Turn, repaired, turns
from tools import TOOLS

MOST_REPAIRS = 2
"""How often a query that did not work is written anew."""
CUT_OFF = "This was cut off before it came to an end."
Next = Command[Literal["ask", "act", "think", "__end__"]]


def think(state: State, runtime: Runtime[Desk]) -> Next:
    """Decide on one call, or say something, or be done."""
    desk, tell = runtime.context, runtime.stream_writer
    mended = repaired(state["messages"], CUT_OFF)
    messages = [*state["messages"], *mended]
    talk = turns(messages)
    agenda = Agenda(state, desk, tell)
    here = _Here(runtime, agenda, mended)
    if desk.stopping.is_set():
        return here.say("Stopped.")
    heard = isinstance(messages[-1], HumanMessage)
    try:
        told = agenda.hear(talk) if heard else agenda.settle(talk, mendable)
        if told:
            return here.say(told)
        step = agenda.step
        if not step and not heard and not mendable(talk[-1].done):
            return here.end(messages)
        talk, picked = readings.picked(agenda.unfolded(talk))
        again = talk[-1].done[-1].tool if mendable(talk[-1].done) else picked
        choice = decide(desk.brain, desk.ws, talk, here.on_text, tool=step["tool"] if step else again)
    except Stopped:
        return here.say("Stopped.")
    if choice.tool == "answer":
        return _answer(here, desk.brain, talk, choice)
    if choice.tool == "ask":
        return here.say(choice.question, choice.close)
    if refused := _refusal(choice, messages):
        return here.say(refused)
    call = ToolCall(name=choice.tool, args=choice.arguments, id=uuid.uuid4().hex, type="tool_call")
    agenda.called(call["id"] or "")
    tell(Called(call["id"] or "", choice.tool, choice.arguments))
    return here.go("ask" if TOOLS[choice.tool].asks_first else "act", AIMessage("", tool_calls=[call]))


def _refusal(choice: Choice, messages: list[AnyMessage]) -> str:
    """Why a choice is not carried out, whatever model made it and whatever it had read before."""
    if choice.tool not in TOOLS:
        return f"I have no tool named {choice.tool[:60]!r}. Say in other words what you want."
    if link := strange(choice.arguments, messages):
        return f"I only follow links that you wrote, and {link[:100]} is none of them. Write it out if you want it."
    return ""


def mendable(done: list[Done]) -> bool:
    """Whether the last call was a query that did not work and is written anew; not if it was tried before."""
    tried = [one.arguments["sql"] for one in done if "sql" in one.arguments]
    again = len({*tried}) < len(tried)
    return bool(done) and done[-1].failed and "sql" in done[-1].arguments and not again and len(tried) <= MOST_REPAIRS


class _Here:
    """The ways on from here; each saves how far the plan is."""

    def __init__(self, runtime: Runtime[Desk], agenda: Agenda, mended: list[AnyMessage]) -> None:
        self.tell, self.agenda = runtime.stream_writer, agenda
        self._stopping, self._mended = runtime.context.stopping, mended

    def on_text(self, _: str) -> bool:
        return self._stopping.is_set()

    def go(self, where: Literal["ask", "act", "think", "__end__"], *messages: AnyMessage) -> Next:
        return Command(goto=where, update={"messages": [*self._mended, *messages], **self.agenda.saved})

    def say(self, text: str, chips: list[str] | None = None) -> Next:
        if chips := chips or self.agenda.chips:
            self.tell(Suggests(chips))
        self.tell(Said(text))
        return self.go("__end__", AIMessage(text))

    def end(self, messages: list[AnyMessage]) -> Next:
        last = messages[-1]
        asks = last.additional_kwargs.get("next") if isinstance(last, ToolMessage) else None
        if chips := self.agenda.chips or list(asks or ()):
            self.tell(Suggests(chips))
        return self.go("__end__")


def _answer(here: _Here, brain: Brain, talk: Sequence[Turn], choice: Choice) -> Next:
    told = answer(brain, talk, choice.messages, lambda piece: here.tell(Saying(piece)), lambda: here.on_text(""))
    here.tell(Said(told.text, told.sources))
    if here.agenda.answered():
        return here.go("think", AIMessage(told.text))
    if chips := here.agenda.chips:
        here.tell(Suggests(chips))
    return here.go("__end__", AIMessage(told.text))
