"""Make a dataset again from its recipe."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from store import Workspace
from store.counted import Count
from store.datasets import slug
from tools.data._aside import aside
from tools.data._recipe import read
from tools.data._replay import Ready, elsewhere, found, gathered, replay
from tools.data._source import find
from tools.kinds import Source
from tools.result import Result, Table
from tools.tool import ToolError, tool

Name = Annotated[str, Field(max_length=200)]


@tool(
    effect="writes",
    asks=[
        ("replay recipe.yaml", {"file": "recipe.yaml"}),
        ("make the dataset again from tickets-v4.recipe", {"file": "tickets-v4.recipe"}),
        ("follow the recipe that my colleague sent, prep.yaml", {"file": "prep.yaml"}),
        ("check whether reviews-v3.recipe still gives the very same rows", {"file": "reviews-v3.recipe"}),
        (
            "rebuild leads from leads.yaml, the raw file is crm_dump.csv",
            {"file": "leads.yaml", "source": "crm_dump.csv"},
        ),
        ("reproduce steps.yml and call it calls_again", {"file": "steps.yml", "name": "calls_again"}),
        ("run all the preparation in orders-v7.recipe from scratch", {"file": "orders-v7.recipe"}),
        ("does claims.yaml come out byte for byte as last year?", {"file": "claims.yaml"}),
        ("I have a preparation file, notes.yaml: do what it says", {"file": "notes.yaml"}),
        ("cook letters.yaml once more", {"file": "letters.yaml"}),
    ],
)
def replay_recipe(ws: Workspace, file: Source, source: Source | None = None, name: Name | None = None) -> Result:
    """Make a dataset again from a recipe file, and check after every step that its rows are the same.

    Args:
        file: The recipe: an uploaded file, a path, or the folder it was saved in.
        source: The file that it starts from, if that is neither beside the recipe nor uploaded.
        name: What to call the dataset; the name in the recipe, or the next one that is free, if not given.

    Example:
        >>> from tools import TOOLS
        >>> with ws.approvals.typed("replay_recipe", {"file": "reviews-v1.recipe"}):
        ...     _ = TOOLS["save_recipe"](ws, "reviews")
        ...     print(replay_recipe(ws, "reviews-v1.recipe"))
        Made reviews_2 again from recipe.yaml: 1 step, 3 rows, the same as they were (SHA-256 ...).
    """
    ready = _ready(ws, file, source)
    recipe = ready.recipe
    called = _called(ws, recipe.dataset, name)
    folders = {path.parent for path in (*ready.sources.values(), ready.path)}
    with aside(ws, called, *folders) as there:
        made = replay(there, ready)
        steps, rows = Count(len(recipe.steps)), Count(recipe.steps[-1].rows)
        told = f"Made again from {ready.path.name} in {steps:step|steps}: {rows:row|rows}."
        version = ws.datasets.adopt(called, made, told)
    return Result(
        f"Made {called} again from {ready.path.name}: {steps:step|steps}, {rows:row|rows}, the same as they were "
        f"(SHA-256 {recipe.content}).",
        tables=[_steps(ready)],
        next=[f"show the history of {called}", f"profile {called}"],
        data={"dataset": called, "version": version.number, "rows": version.rows, "content": recipe.content},
    )


@replay_recipe.preview
def _preview(ws: Workspace, file: str, source: str | None = None, name: str | None = None) -> Result:
    ready = _ready(ws, file, source)
    recipe = ready.recipe
    steps = Count(len(recipe.steps))
    files = "".join(f" {path} is the source it was made of." for path in ready.sources.values())
    apart = elsewhere(recipe)
    told = f" Libraries differ, which may change what a step gives: {apart}." if apart else ""
    return Result(
        f"Make {_called(ws, recipe.dataset, name)} in {steps:step|steps} as {ready.path} says, from the beginning, and "
        f"check after each that the rows are the same.{files}{told}",
        tables=[_steps(ready)],
        data={"steps": int(steps), "rows": recipe.steps[-1].rows},
    )


def _ready(ws: Workspace, file: str, source: str | None) -> Ready:
    given = find(ws, source) if source else None
    if given is not None and not isinstance(given, Path):
        raise ToolError(f"{source!r} is a dataset of the Hub. A recipe starts from a file: download it first.")
    path = found(ws, file)
    return gathered(ws, path, read(path), given)


def _called(ws: Workspace, dataset: str, name: str | None) -> str:
    """The name asked for; else the recipe's, with a number if it is taken."""
    if name:
        return slug(name)
    taken, stem = ws.datasets.names(), slug(dataset)
    return next(one for one in (stem, *(f"{stem}_{n}" for n in range(2, 10_000))) if one not in taken)


def _steps(ready: Ready) -> Table:
    rows = [
        (place, step.did, "approved edits" if step.arguments is None else step.tool, step.rows)
        for place, step in enumerate(ready.recipe.steps, 1)
    ]
    return Table("Steps", ("step", "what it did", "how", "rows afterwards"), rows)
