"""The loop: think, ask leave, act, think again."""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from assistant.act import act
from assistant.approve import approve, ask
from assistant.state import Desk, State
from assistant.think import think

MOST_STEPS = 60
"""Nodes that one turn may run through."""

Graph = CompiledStateGraph[State, Desk, State, State]


@contextmanager
def open_graph(home: Path) -> Generator[Graph]:
    """The nodes, wired, with what they remember in the workspace."""
    connection = sqlite3.connect(home / "checkpoints.sqlite", check_same_thread=False)
    connection.execute("pragma busy_timeout=10000")
    try:
        yield wired().compile(checkpointer=SqliteSaver(connection))
    finally:
        connection.close()


def wired() -> StateGraph[State, Desk, Any, Any]:
    """The nodes; each says itself where to go on."""
    graph = StateGraph(State, Desk)
    graph.add_node("think", think)
    graph.add_node("ask", ask)
    graph.add_node("approve", approve)
    graph.add_node("act", act)
    graph.add_edge(START, "think")
    return graph
