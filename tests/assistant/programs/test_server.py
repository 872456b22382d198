"""The tools as another program sees them: the official client, and the server in a process of its own."""

import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import jsonschema
import pytest
from mcp import ClientSession, StdioServerParameters, stdio_client
from mcp.shared.memory import create_connected_server_and_client_session as connected
from mcp.types import CallToolResult, ElicitRequestParams, ElicitResult, Implementation

from assistant.programs.described import described, offered
from assistant.programs.server import ToolServer
from store import Workspace
from tests.assistant.slow_tool import installed
from tools import TOOLS

ROOT = Path(__file__).parents[3]
Talk = Callable[[ClientSession], Awaitable[None]]


def inside(ws: Workspace, talk: Talk, *, everything: bool = False, ask: Any = None) -> None:
    """Talk to the server in this process: the same client and protocol, without the pipes."""

    async def run() -> None:
        server = ToolServer(ws, everything=everything).server
        me = Implementation(name="a notebook", version="1")
        async with connected(server, client_info=me, elicitation_callback=ask) as session:
            await talk(session)

    anyio.run(run)


def program(home: Path, talk: Talk, *words: str) -> None:
    """Talk to `tunewright mcp` as a program does."""
    environment = {**os.environ, "TUNEWRIGHT_HOME": str(home), "PYTHONPATH": str(ROOT)}
    server = StdioServerParameters(
        command=sys.executable, args=["-m", "assistant.cli", "mcp", *words], env=environment, cwd=ROOT
    )

    async def run() -> None:
        me = Implementation(name="a notebook", version="1")
        async with stdio_client(server) as (read, write):
            async with ClientSession(read, write, client_info=me) as session:
                await session.initialize()
                await talk(session)

    anyio.run(run)


@pytest.fixture
def ws(ws: Workspace) -> Workspace:
    """Enough rows to be split."""
    with ws.approvals.typed("load_dataset", {"source": "tickets.csv"}):
        ws.datasets.add(
            "tickets",
            "from range(40) t(i) select 'ticket ' || i as text, i % 2 as label",
            sentence="Loaded 40 rows from tickets.csv.",
            recipe={},
            roles={"text": "text", "label": "label"},
        )
    return ws


def text(result: CallToolResult) -> str:
    return "\n".join(part.text for part in result.content if part.type == "text")


def test_only_what_reads_is_offered_and_each_says_what_it_takes(ws: Workspace) -> None:
    async def talk(session: ClientSession) -> None:
        tools = (await session.list_tools()).tools
        assert {tool.name for tool in tools} == {tool.name for tool in TOOLS.values() if not tool.asks_first}
        assert all(tool.annotations and tool.annotations.readOnlyHint for tool in tools)
        profile = next(tool for tool in tools if tool.name == "profile_dataset")
        assert profile.inputSchema["required"] == ["dataset"]
        assert profile.description == TOOLS["profile_dataset"].summary
        refused = await session.call_tool("apply_fixes", {})
        assert refused.isError and "tunewright mcp --all" in text(refused)

    program(ws.home, talk)


def test_a_tool_answers_with_text_tables_and_figures(ws: Workspace) -> None:
    async def talk(session: ClientSession) -> None:
        result = await session.call_tool("profile_dataset", {"dataset": "reviews"})
        assert not result.isError and result.structuredContent
        expected = TOOLS["profile_dataset"].run(ws, {"dataset": "reviews"})
        assert result.structuredContent["text"] == expected.text
        assert len(result.structuredContent["tables"]) == len(expected.tables) > 0
        assert text(result).startswith(expected.text) and "|---|" in text(result)

    program(ws.home, talk)


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("profile_dataset", {"dataset": "mails"}, "reviews"),
    ("profile_dataset", {}, "it needs dataset"),
    ("profile_dataset", {"dataset": "reviews", "rows": 3}, "it has no argument 'rows'"),
    ("make_coffee", {}, "There is no tool named 'make_coffee'"),
]


def test_a_wrong_call_is_an_error_in_a_sentence(ws: Workspace) -> None:
    async def talk(session: ClientSession) -> None:
        for tool, arguments, told in WRONG:
            result = await session.call_tool(tool, arguments)
            assert result.isError and told in text(result)
            assert "Traceback" not in text(result)

    inside(ws, talk)


def test_nothing_is_written_before_a_person_says_yes_in_the_terminal(ws: Workspace) -> None:
    call = {"dataset": "tickets", "test": 0.5}
    before = ws.datasets.head("tickets").number

    async def talk(session: ClientSession) -> None:
        waits = await session.call_tool("split_dataset", call)
        assert not waits.isError and waits.structuredContent
        number = waits.structuredContent["waits_for"]
        assert f"tunewright questions {number} yes" in text(waits)
        again = await session.call_tool("split_dataset", call)
        assert again.structuredContent and again.structuredContent["waits_for"] == number
        assert ws.datasets.head("tickets").number == before
        ws.approvals.answer(number, "yes")
        done = await session.call_tool("split_dataset", call)
        assert not done.isError, text(done)
        assert ws.datasets.head("tickets").number == before + 1
        once_more = await session.call_tool("split_dataset", call)
        assert once_more.structuredContent and once_more.structuredContent["waits_for"] != number
        assert ws.datasets.head("tickets").number == before + 1

    program(ws.home, talk, "--all")


def test_a_yes_to_one_call_is_none_to_another(ws: Workspace) -> None:
    async def talk(session: ClientSession) -> None:
        waits = await session.call_tool("split_dataset", {"dataset": "tickets", "test": 0.5})
        assert waits.structuredContent
        ws.approvals.answer(waits.structuredContent["waits_for"], "yes")
        other = await session.call_tool("split_dataset", {"dataset": "tickets", "test": 0.4})
        assert other.structuredContent and "waits_for" in other.structuredContent

    inside(ws, talk, everything=True)
    assert ws.datasets.head("tickets").number == 1


def test_a_no_is_heard_with_its_words(ws: Workspace) -> None:
    async def talk(session: ClientSession) -> None:
        waits = await session.call_tool("split_dataset", {"dataset": "tickets"})
        assert waits.structuredContent
        ws.approvals.answer(waits.structuredContent["waits_for"], "no", "more rows come tomorrow")
        declined = await session.call_tool("split_dataset", {"dataset": "tickets"})
        assert declined.isError and "more rows come tomorrow" in text(declined)

    inside(ws, talk, everything=True)


@pytest.mark.parametrize(
    ("said", "version"),
    [
        (ElicitResult(action="accept", content={"approve": True}), 2),
        (ElicitResult(action="accept", content={"approve": False, "words": "not now"}), 1),
        (ElicitResult(action="decline"), 1),
        (ElicitResult(action="cancel"), 1),
    ],
)
def test_a_client_that_can_ask_shows_the_person_what_would_be_done(
    ws: Workspace, said: ElicitResult, version: int
) -> None:
    asked: list[str] = []

    async def ask(_: Any, given: ElicitRequestParams) -> ElicitResult:
        asked.append(given.message)
        return said

    async def talk(session: ClientSession) -> None:
        await session.call_tool("split_dataset", {"dataset": "tickets"})

    inside(ws, talk, everything=True, ask=ask)
    assert "Shall I split dataset?" in asked[0]
    assert ws.datasets.head("tickets").number == version
    question = ws.approvals.get(3)  # the two before loaded the rows
    assert question.asked_by == "a notebook"
    assert (
        question.state == {"accept": "spent" if version == 2 else "no", "decline": "no", "cancel": "open"}[said.action]
    )


def test_how_far_a_call_is_is_told(ws: Workspace) -> None:
    told: list[tuple[float, str | None]] = []

    async def heard(progress: float, total: float | None, message: str | None) -> None:
        told.append((progress, message))

    async def talk(session: ClientSession) -> None:
        waits = await session.call_tool("mark_slowly", {"dataset": "tickets"}, progress_callback=heard)
        assert "tickets would be marked." in text(waits)

    with installed():
        inside(ws, talk, everything=True)
    assert told == [(0.5, "Looking at tickets")]


def test_every_schema_is_json_schema_without_our_own_words() -> None:
    for tool in offered(everything=True):
        listed = described(tool)
        jsonschema.Draft202012Validator.check_schema(listed.inputSchema)
        assert set(listed.inputSchema["properties"]) == set(tool.arguments.model_fields)
        assert not {"kind", "called", "near", "means"} & _keywords(listed.inputSchema)


def _keywords(schema: Any) -> set[str]:
    if isinstance(schema, list):
        return set().union(*map(_keywords, schema))
    if not isinstance(schema, dict):
        return set()
    inner = [
        one for key, value in schema.items() for one in (value.values() if key in ("properties", "$defs") else [value])
    ]
    return set(schema).union(*map(_keywords, inner))
