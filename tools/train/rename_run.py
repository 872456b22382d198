"""Give a run a name."""

from typing import Annotated

from pydantic import Field

from store import Workspace
from tools.kinds import Run
from tools.result import Result
from tools.tool import tool

Name = Annotated[str, Field(max_length=200)]


@tool(
    effect="writes",
    asks=[
        ("call run-1 night shift", {"run": "run-1", "name": "night shift"}),
        ("rename run-2 to baseline", {"run": "run-2", "name": "baseline"}),
        ("give run-3 the name small but good", {"run": "run-3", "name": "small but good"}),
        ("I want to remember run-4 as Friday's try", {"run": "run-4", "name": "Friday's try"}),
        ("label run-5 candidate for release", {"run": "run-5", "name": "candidate for release"}),
        ("run-2 shall be known as the careful one", {"run": "run-2", "name": "the careful one"}),
        ("name the training run-1 'clinic v2'", {"run": "run-1", "name": "clinic v2"}),
        ("can run-6 have a nicer name, say winter", {"run": "run-6", "name": "winter"}),
        ("title of run-3: with masked names", {"run": "run-3", "name": "with masked names"}),
        ("change the name of run-7 to final", {"run": "run-7", "name": "final"}),
    ],
)
def rename_run(ws: Workspace, run: Run, name: Name) -> Result:
    """Give a run a name of your own; its id stays, and both can be used.

    Args:
        run: The run.
        name: What to call it; empty to take its name away.

    Example:
        >>> print(rename_run(trained, "run-1", "Run 2"))
        Traceback (most recent call last):
        store.errors.StoreError: A run cannot be called that. A name has at most 60 characters, and run-1, run-2, ...
        are the ids that every run keeps.
    """
    renamed = ws.runs.rename(run, name)
    told = f"is now called {renamed.name}" if renamed.name else "has no name any more"
    return Result(f"{run} {told}; its id stays {run}.", next=[f"how did {run} do?"], data={"run": run})


@rename_run.preview
def _preview(ws: Workspace, run: str, name: str) -> Result:
    meant, free = ws.runs.get(run), ws.runs.free_name(name, run)
    before = f"It is called {meant.name} now." if meant.name else "It has no name yet."
    if not free:
        return Result(f"This will take the name of {run} away. {before}")
    return Result(f"This will call {run} {free}. {before} Its id stays, and reports that name {run} stay true.")
