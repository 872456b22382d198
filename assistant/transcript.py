"""Messages, read as turns: what the user wished, what was done for it, what was said."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, ToolCall, ToolMessage


@dataclass(frozen=True)
class Done:
    """A call that came back."""

    tool: str
    arguments: dict[str, Any]
    text: str
    failed: bool
    declined: bool = False
    id: str = ""


@dataclass(frozen=True)
class Turn:
    """One message of the user and what followed."""

    wish: str
    done: list[Done] = field(default_factory=list[Done])
    said: str = ""


def turns(messages: Sequence[AnyMessage]) -> list[Turn]:
    """The turns, oldest first."""
    answers = {m.tool_call_id: m for m in messages if isinstance(m, ToolMessage)}
    found: list[Turn] = []
    for message in messages:
        if isinstance(message, HumanMessage):
            found.append(Turn(message.text))
        elif isinstance(message, AIMessage) and found:
            last = found[-1]
            done = [_done(call, answers[call["id"] or ""]) for call in message.tool_calls if call["id"] in answers]
            found[-1] = Turn(last.wish, [*last.done, *done], message.text or last.said)
    return found


def dangling(messages: Sequence[AnyMessage]) -> list[ToolCall]:
    """Calls that never came back: the program was killed, or a bug got in between."""
    answered = {m.tool_call_id for m in messages if isinstance(m, ToolMessage)}
    return [call for m in messages if isinstance(m, AIMessage) for call in m.tool_calls if call["id"] not in answered]


def repaired(messages: Sequence[AnyMessage], why: str) -> list[AnyMessage]:
    """An answer for every call that never came back."""
    return [failure(call, why) for call in dangling(messages)]


def failure(call: ToolCall, text: str, *, declined: bool = False) -> ToolMessage:
    """The answer to a call that did not work, or that the user did not want."""
    kept = {"declined": True} if declined else {}
    return ToolMessage(text, name=call["name"], tool_call_id=call["id"] or "", status="error", additional_kwargs=kept)


def open_call(messages: Sequence[AnyMessage]) -> ToolCall:
    """The call that waits to be run."""
    return dangling(messages)[-1]


def _done(call: ToolCall, answer: ToolMessage) -> Done:
    declined = bool(answer.additional_kwargs.get("declined"))
    arguments = {**call["args"], **answer.additional_kwargs.get("as_run", {})}
    return Done(call["name"], arguments, answer.text, answer.status == "error", declined, call["id"] or "")
