"""Texts that a model writes in a process of its own, found again once they are there."""

import random
from collections.abc import Mapping
from typing import Any

from store import Workspace
from store.counted import Count
from tools.augment._queue import Source
from tools.augment._rows import Draft, Ground
from tools.augment._writer import named
from tools.tool import ToolError

WORKER = "tools.augment._worker"
MOST = 300
"""Rows that a model writes in one go: on two cores a paraphrase takes seconds."""


def drafts(ws: Workspace, method: str, ground: Ground) -> Draft:
    """What a model wrote of the rows whose turn it is.

    The card that asks for a yes has it written; the work that follows finds it there, so what was shown is what comes.

    Raises:
        ToolError: More rows are wanted than are written in one go.
        StoreError: There is no model to write; the message says what to do.
    """
    if ground.wanted > MOST:
        raise ToolError(
            f"A model writes {MOST} rows in one go at most, and {Count(ground.wanted):row is|rows are} wanted. Ask for "
            f"{MOST} rows, look at them, and go on with another seed; or take synonyms, which have no such limit."
        )
    task: dict[str, Any] = {
        "method": method,
        "dataset": ground.version.dataset,
        "version": ground.version.number,
        "rows": [[row, texts] for row, texts in sorted(ground.drawn().items())],
        "seed": ground.seed,
        "writer": named(),
    }
    drawn, written = ground.drawn(), _written(ws, task)

    def draft(source: Source, _: random.Random) -> str | None:
        its, place = written.get(str(source.row), []), source.made + source.tries
        if source.row not in drawn or (its and place >= len(its)):
            return ""
        return its[place] if its else None

    return draft


def _written(ws: Workspace, task: dict[str, Any]) -> Mapping[str, list[str]]:
    """What the worker wrote for this task, now or before; the finished jobs are the memory."""
    for job in ws.jobs.all("augment"):
        if job.state == "done" and job.payload == task:
            return ws.jobs.result(job.id)["drafts"]
    return ws.jobs.wait(ws.jobs.start("augment", WORKER, task).id)["drafts"]
