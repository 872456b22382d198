"""Ask the user before anything but reading.

Two nodes: `ask` shows what would be done and records the question; `approve` waits for the answer. `interrupt` runs
its node again from the top when the answer comes, so `approve` does nothing else.
"""

import re
from dataclasses import dataclass
from typing import Literal

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, ToolCall
from langgraph.runtime import Runtime
from langgraph.types import Command, interrupt

from assistant.act import followed
from assistant.events import Asks, Finished, Said
from assistant.plan import NO_PLAN
from assistant.state import Desk, State
from assistant.transcript import failure, open_call
from store import StoreError, Workspace
from store.approvals import Approval
from tools import TOOLS

_YES = {"yes", "y", "yep", "yeah", "yup", "sure", "ok", "okay", "go", "approve", "approved", "apply", "proceed"}
_YES |= {"confirm", "confirmed", "agreed", "continue", "lgtm", "fine", "do"}
_WITH_YES = {"please", "ahead", "it", "all", "them", "that", "this", "everything", "good", "looks", "great", "right"}
_WITH_YES |= {"thanks", "thank", "you", "correct", "sounds", "on", "of", "i", "the", "these", "fixes", "changes"}
_NO = {"no", "n", "nope", "nah", "cancel", "decline", "declined", "don't", "dont", "not", "stop", "never", "leave"}
_NO |= {"reject", "rejected", "skip"}
_WITH_NO = {"now", "mind", "it", "that", "this", "them", "thanks", "thank", "you", "please", "do", "alone", "yet"}


@dataclass(frozen=True)
class Reading:
    """What a message says about the question that is open."""

    answer: Literal["yes", "no"]
    wish: str
    """What the user wants instead, empty if nothing was said but no."""


def read_answer(text: str) -> Reading:
    """A message while a question is open answers it: yes-words are a yes, anything else a no and a new wish."""
    words = set(re.findall(r"[^\W_]+(?:'t)?", text.lower().replace("’", "'")))
    if words & _YES and not words - _YES - _WITH_YES:
        return Reading("yes", "")
    if words & _NO and not words - _NO - _WITH_NO:
        return Reading("no", "")
    return Reading("no", text.strip())


def ask(state: State, runtime: Runtime[Desk]) -> Command[Literal["approve", "think"]]:
    """Show what the call would do and put the question, once for one and the same call."""
    call, desk = open_call(state["messages"]), runtime.context
    try:
        with followed(runtime, call["id"] or ""):
            question = put(desk.ws, call)
    except StoreError as error:
        runtime.stream_writer(Finished(call["id"] or "", call["name"], str(error), failed=True))
        return Command(goto="think", update={"messages": [failure(call, str(error))]})
    runtime.stream_writer(Asks(call["id"] or "", question.id, question.tool, question.arguments, question.preview))
    return Command(goto="approve", update={"approval": question.id})


def put(ws: Workspace, call: ToolCall) -> Approval:
    """The open question about a call: the one there is, or a new one."""
    tool = TOOLS[call["name"]]
    payload = tool.payload(ws, call["args"])
    for question in ws.approvals.pending():
        if question.payload_hash == payload:
            return question
    return tool.ask(ws, call["args"])


def approve(state: State, runtime: Runtime[Desk]) -> Command[Literal["act", "think", "__end__"]]:
    """Wait for the answer. It is in the store already; what comes back is the number of the question answered."""
    answered = runtime.context.ws.approvals.get(interrupt({"approval": state["approval"]}))
    call = open_call(state["messages"])
    if answered.state != "no":
        return Command(goto="act", update={"approval": answered.id, "messages": _edited(state, call, answered)})
    declined = failure(call, f"The user declined{f': {answered.note}' if answered.note else '.'}", declined=True)
    wish = read_answer(answered.note).wish
    if wish:
        return Command(goto="think", update={"approval": 0, "messages": [declined, HumanMessage(wish)]})
    if state.get("plan", NO_PLAN)["steps"]:
        return Command(goto="think", update={"approval": 0, "messages": [declined]})
    runtime.stream_writer(Said("All right, I left that. Nothing was changed."))
    return Command(goto="__end__", update={"approval": 0, "messages": [declined]})


def _edited(state: State, call: ToolCall, answered: Approval) -> list[AnyMessage]:
    """The message with the arguments as the user edited them, in place of the one with the model's."""
    if answered.id == state["approval"]:
        return []
    for message in reversed(state["messages"]):
        if isinstance(message, AIMessage) and any(one["id"] == call["id"] for one in message.tool_calls):
            return [AIMessage(message.text, id=message.id, tool_calls=[{**call, "args": answered.arguments}])]
    return []
