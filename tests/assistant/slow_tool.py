"""A tool that changes a dataset and takes its time; run as a program, a turn to be killed in the middle of it."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.conversation import Conversation
from store import Workspace
from store.jobs import tell
from tests.scripted_model import ScriptedBrain
from tools import TOOLS, Result
from tools.kinds import Dataset
from tools.tool import tool


@tool(effect="writes", asks=[("mark the reviews slowly", {"dataset": "reviews"})])
def mark_slowly(ws: Workspace, dataset: Dataset) -> Result:
    """Save a version, then take a minute if it is the first one.

    Args:
        dataset: The dataset to mark.
    """
    version = ws.datasets.derive(dataset, "from parent", sentence="Marked the rows.", recipe={})
    Path(ws.home / "marked").touch()
    if version.number == 2:
        time.sleep(60)
    return Result(f"{dataset} is now version {version.number}.")


@mark_slowly.preview
def _preview(ws: Workspace, dataset: Dataset) -> Result:
    tell(0.5, f"Looking at {dataset}")
    return Result(f"{dataset} would be marked.")


@contextmanager
def installed() -> Iterator[None]:
    """With the tool among the others."""
    TOOLS[mark_slowly.name] = mark_slowly
    try:
        yield
    finally:
        del TOOLS[mark_slowly.name]


if __name__ == "__main__":
    with installed(), Workspace(Path(sys.argv[1])) as workspace:
        conversation = Conversation(workspace, ScriptedBrain("mark_slowly"), workspace.conversations.current().id)
        for words in ("mark the reviews", "yes"):
            for _ in conversation.say(words):
                pass
