"""The tools as a server of the Model Context Protocol, over standard input and output."""

import asyncio
import logging
import os
import sys
import threading
import uuid
from collections.abc import Callable
from io import TextIOWrapper
from typing import Any, TypeVar

import anyio
import mcp.types as protocol
from anyio import from_thread, to_thread
from mcp.server.lowlevel import NotificationOptions, Server
from mcp.server.stdio import stdio_server

from assistant.in_words import in_words
from assistant.programs.answers import answered, refused, waiting
from assistant.programs.consent import Consent, Standing
from assistant.programs.described import described, offered
from store import StoreError, Workspace
from store.jobs import Progress, watched
from tools import TOOLS, Tool

log = logging.getLogger(__name__)
Given = dict[str, Any]
T = TypeVar("T")

ABOUT = (
    "Tunewright fine-tunes language models on the user's machine. These are its tools, on the project {project!r}. "
    "Begin with show_project. Every figure is computed by a tool; quote it as it stands. "
    "Tools that change something answer with a preview first, and do nothing before a person has said yes."
)
HOW = (
    "They say it with `tunewright questions {number} yes` in a terminal, or on the page of the project. "
    "Call the tool again with the same arguments then."
)
FORM: dict[str, Any] = {
    "type": "object",
    "properties": {
        "approve": {"type": "boolean", "title": "Approve", "description": "Do this.", "default": False},
        "words": {"type": "string", "title": "Words", "description": "If not: why, or what instead?"},
    },
    "required": ["approve"],
}


class ToolServer:
    """One project's tools for one program.

    Args:
        ws: The workspace, at the project.
        everything: Whether the tools that ask first are offered, too.
    """

    def __init__(self, ws: Workspace, *, everything: bool = False) -> None:
        self._ws = ws
        self._tools = {tool.name: tool for tool in offered(everything)}
        self._consent = Consent(ws)
        self.server: Server[Any, Any] = Server("tunewright", instructions=ABOUT.format(project=ws.project))
        self.server.list_tools()(self._list)
        self.server.call_tool(validate_input=False)(self._call)  # a tool's own check says what exists instead

    async def _list(self) -> list[protocol.Tool]:
        return [described(tool) for tool in self._tools.values()]

    async def _call(self, name: str, arguments: Given) -> protocol.CallToolResult:
        if (tool := self._tools.get(name)) is None:
            return refused(self._unknown(name))
        try:
            if tool.asks_first:
                return await self._asked(tool, arguments)
            return answered(await self._in_thread(lambda: tool.run(self._ws, arguments)))
        except StoreError as error:
            return refused(str(error))
        except Exception:  # the edge of the process: a bug is logged once, with a reference
            reference = uuid.uuid4().hex[:8]
            log.exception("a call of another program broke, reference %s", reference)
            return refused(f"Something broke that was not foreseen. The log has it as {reference}.")

    async def _asked(self, tool: Tool, arguments: Given) -> protocol.CallToolResult:
        standing = await self._in_thread(lambda: self._consent.about(tool, arguments, self._program))
        if standing.question.state == "open":
            standing = await self._put(tool, standing)
        if standing.agreed:
            return answered(await self._in_thread(lambda: self._consent.run(tool, standing)))
        question = standing.question
        if standing.declined:
            words = f": {question.note}" if question.note else "."
            return refused(f"The user declined{words} Nothing was changed.")
        return waiting(standing.preview, question.id, HOW.format(number=question.id))

    async def _put(self, tool: Tool, standing: Standing) -> Standing:
        """Let the client ask the person, where it can; dismissed, the question stays open."""
        session = self.server.request_context.session
        can_ask = protocol.ClientCapabilities(elicitation=protocol.ElicitationCapability())
        if not session.check_client_capability(can_ask):
            return standing
        question = standing.question
        message = f"{in_words(standing.preview)}\n\nShall I {tool.name.replace('_', ' ')}?"
        told = await session.elicit_form(message, FORM, self.server.request_context.request_id)
        if told.action == "cancel" or self._ws.approvals.get(question.id).state != "open":
            return Standing(self._ws.approvals.get(question.id))
        content = told.content or {}
        yes = told.action == "accept" and content.get("approve") is True
        note = f"said in {self._program}" if yes else str(content.get("words") or "")
        return Standing(self._ws.approvals.answer(question.id, "yes" if yes else "no", note))

    async def _in_thread(self, do: Callable[[], T]) -> T:
        """Work beside the protocol, telling how far it is; given up by the client, it is stopped."""
        stopping, tell = threading.Event(), self._tell()

        def done() -> T:
            with watched(tell, stopping):
                return do()

        try:
            return await to_thread.run_sync(done, abandon_on_cancel=True)
        except asyncio.CancelledError:
            stopping.set()
            raise

    def _tell(self) -> Callable[[Progress], None]:
        context = self.server.request_context
        token = context.meta.progressToken if context.meta else None

        def tell(progress: Progress) -> None:
            if token is not None:
                from_thread.run(
                    context.session.send_progress_notification,
                    token,
                    progress.fraction,
                    1.0,
                    progress.text,
                    str(context.request_id),
                )

        return tell

    @property
    def _program(self) -> str:
        client = self.server.request_context.session.client_params
        return " ".join((client.clientInfo.name if client else "").split())[:60] or "another program"

    def _unknown(self, name: str) -> str:
        if name in TOOLS:
            return f"{name} asks a person first, and is offered only to a server begun as `tunewright mcp --all`."
        return f"There is no tool named {name!r}. Tools: {', '.join(self._tools)}."


def serve(ws: Workspace, *, everything: bool = False) -> None:
    """Answer one program until it closes our input."""
    tools = ToolServer(ws, everything=everything)

    async def answer() -> None:
        heard, said = _channels()
        async with stdio_server(heard, said) as (read, write):
            options = tools.server.create_initialization_options(NotificationOptions())
            await tools.server.run(read, write, options)

    anyio.run(answer)


def _channels() -> tuple[anyio.AsyncFile[str], anyio.AsyncFile[str]]:
    """Our input and output for the protocol alone: what a tool or its worker prints goes to standard error."""
    heard, said = os.dup(sys.stdin.fileno()), os.dup(sys.stdout.fileno())
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, sys.stdin.fileno())
    os.close(nothing)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return (
        anyio.wrap_file(TextIOWrapper(os.fdopen(heard, "rb"), encoding="utf-8", errors="replace")),
        anyio.wrap_file(TextIOWrapper(os.fdopen(said, "wb"), encoding="utf-8")),
    )
