"""Run the call that was decided, and approved if it has to be."""

import uuid
from collections.abc import Generator
from contextlib import contextmanager
from typing import Literal

from langchain_core.messages import AIMessage, ToolCall, ToolMessage
from langgraph.runtime import Runtime
from langgraph.types import Command

from assistant.events import Called, Finished, Progressed
from assistant.state import Desk, State
from assistant.transcript import failure, open_call
from store import NotApproved, StoreError
from store.jobs import Progress, watched
from tools import TOOLS, Result


def act(state: State, runtime: Runtime[Desk]) -> Command[Literal["ask", "think"]]:
    """Answer the open call with a result or a readable error.

    If what was approved is no longer what would happen, the question is put again, as it would be now.
    """
    call, desk, tell = open_call(state["messages"]), runtime.context, runtime.stream_writer
    id_, name = call["id"] or "", call["name"]

    try:
        with followed(runtime, id_):
            result = _run(desk, call, state["approval"])
    except NotApproved as error:
        text = str(error) + _already(desk, state["approval"])
        tell(Finished(id_, name, text, failed=True))
        again = ToolCall(name=name, args=call["args"], id=uuid.uuid4().hex, type="tool_call")
        tell(Called(again["id"] or "", name, call["args"]))
        messages = [failure(call, text), AIMessage("", tool_calls=[again])]
        return Command(goto="ask", update={"approval": 0, "messages": messages})
    except StoreError as error:
        tell(Finished(id_, name, str(error), failed=True))
        return Command(goto="think", update={"approval": 0, "messages": [failure(call, str(error))]})
    tell(Finished(id_, name, result.text, failed=False, result=result.as_json()))
    kept = {"next": [*result.next], "as_run": _as_run(call, result)}
    answer = ToolMessage(result.text[:2000], name=name, tool_call_id=id_, additional_kwargs=kept)
    return Command(goto="think", update={"approval": 0, "messages": [answer]})


def _as_run(call: ToolCall, result: Result) -> dict[str, str]:
    """The query that gave the answer, where it is another than the one that was written."""
    ran = (result.data or {}).get("sql")
    return {"sql": ran} if ran and "sql" in call["args"] else {}


@contextmanager
def followed(runtime: Runtime[Desk], call: str) -> Generator[None]:
    """Show how far the work inside is as progress of a call, and end it when a stop is asked for."""

    def on_progress(told: Progress) -> None:
        runtime.stream_writer(Progressed(call, told.fraction, told.text, told.seconds_left, told.data))

    with watched(on_progress, runtime.context.stopping, runtime.context.shift.aside):
        yield


def _run(desk: Desk, call: ToolCall, approval: int) -> Result:
    tool = TOOLS[call["name"]]
    if not tool.asks_first:
        return tool.run(desk.ws, call["args"])
    with desk.ws.approvals.spend(approval, tool.payload(desk.ws, call["args"])):
        return tool.run(desk.ws, call["args"])


def _already(desk: Desk, approval: int) -> str:
    """What an earlier try, cut off by a kill, had done before it was cut off."""
    done = " ".join(desk.ws.datasets.made_by(approval))
    return f" It was cut off while it ran. Done before that: {done}" if done else ""
