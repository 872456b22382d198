"""The loop: think, ask leave, act, think again."""

import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.serde.base import SerializerProtocol
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from assistant.act import act
from assistant.approve import approve, ask
from assistant.state import Desk, State
from assistant.think import think
from store.errors import told_when_full

MOST_STEPS = 60
"""Nodes that one turn may run through."""

Graph = CompiledStateGraph[State, Desk, State, State]


@contextmanager
def open_graph(home: Path) -> Generator[Graph]:
    """The nodes, wired, with what they remember in the workspace.

    Raises:
        NoSpace: The disk is full.
    """
    with told_when_full(), closing(sqlite3.connect(home / "checkpoints.sqlite", check_same_thread=False)) as connection:
        connection.execute("pragma busy_timeout=10000")
        plan, serde = _compiled()
        yield plan.copy({"checkpointer": SqliteSaver(connection, serde=serde)})


@cache
def _compiled() -> tuple[Graph, SerializerProtocol]:
    """The nodes, compiled once, which takes longer than many a turn; and what may be read from what they remember."""
    graph = wired().compile(checkpointer=InMemorySaver())
    assert isinstance(graph.checkpointer, InMemorySaver)
    return graph, graph.checkpointer.serde


def wired() -> StateGraph[State, Desk, Any, Any]:
    """The nodes; each says itself where to go on."""
    graph = StateGraph(State, Desk)
    graph.add_node("think", think)
    graph.add_node("ask", ask)
    graph.add_node("approve", approve)
    graph.add_node("act", act)
    graph.add_edge(START, "think")
    return graph
