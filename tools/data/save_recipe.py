"""Write down how a dataset was made, so that it can be made again."""

import os
import shutil
from pathlib import Path
from typing import Annotated

from pydantic import Field

from store import Version, Workspace
from store.counted import Count
from store.unfinished import unfinished
from tools.data._aside import again
from tools.data._recipe import FILE, Recipe, save
from tools.kinds import Dataset, near
from tools.result import Result, Table
from tools.tool import tool

Number = Annotated[int, Field(ge=1, le=100_000), near("version")]


@tool(
    effect="writes",
    asks=[
        ("save the recipe of tickets", {"dataset": "tickets"}),
        ("write a file from which reviews can be made again from the original", {"dataset": "reviews"}),
        ("I want to reproduce leads on another machine", {"dataset": "leads"}),
        ("the paper needs a reproducible record of how calls was prepared", {"dataset": "calls"}),
        ("export every step of orders as yaml", {"dataset": "orders"}),
        ("give me the recipe for version 3 of claims", {"dataset": "claims", "version": 3}),
        ("how could a colleague repeat exactly what we did to notes? make it a file", {"dataset": "notes"}),
        ("pin down letters so that an auditor gets the very same rows", {"dataset": "letters"}),
        ("freeze the preparation of forms in a recipe file", {"dataset": "forms"}),
        ("store the steps that made menus, with checksums", {"dataset": "menus"}),
    ],
)
def save_recipe(ws: Workspace, dataset: Dataset, version: Number | None = None) -> Result:
    r"""Write a recipe file that makes a version of a dataset again from its source file, row for row.

    Args:
        dataset: The dataset.
        version: Which version; the one it is at now if left out.

    Example:
        >>> print(save_recipe(ws, "reviews"))
        Saved the recipe of reviews (version 1) in 1 step: recipe.yaml in ...reviews-v1.recipe. Step 1 is kept as rows.
    """
    chosen = _chosen(ws, dataset, version)
    target = _target(ws, chosen)
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = unfinished(target.parent, "recipe")
    old = unfinished(target.parent, "old")
    try:
        recipe = save(ws, chosen, beside)
        if target.exists():
            os.replace(target, old)
        os.replace(beside, target)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)
    files = sorted(target.iterdir(), key=lambda path: (path.name != FILE, path.name))
    return Result(
        f"Saved the recipe of {dataset} (version {chosen.number}) in {Count(len(recipe.steps)):step|steps}: {FILE} in "
        f"{target}.{_kept(recipe)}",
        tables=[Table("Steps", ("step", "what", "how", "rows afterwards"), _steps(recipe))],
        files=[str(path) for path in files],
        next=[f"replay {target.name}"],
        data={"dataset": dataset, "version": chosen.number, "content": recipe.content, "folder": str(target)},
    )


@save_recipe.preview
def _preview(ws: Workspace, dataset: str, version: int | None = None) -> Result:
    chosen = _chosen(ws, dataset, version)
    line = ws.datasets.lineage(dataset, chosen.number)
    again_ = " It replaces the one that is there." if _target(ws, chosen).exists() else ""
    rows = [(n, step.sentence, "runs again" if again(step) else "kept") for n, step in enumerate(line, 1)]
    return Result(
        f"Write how {dataset} came to version {chosen.number}, in {Count(len(line)):step|steps}, to "
        f"{_target(ws, chosen)}. Edits and rows that people approved are kept beside it; they hold text of the data."
        f"{again_}",
        tables=[Table("Steps", ("step", "what", "how"), rows)],
    )


def _chosen(ws: Workspace, dataset: str, version: int | None) -> Version:
    return ws.datasets.head(dataset) if version is None else ws.datasets.version(dataset, version)


def _target(ws: Workspace, version: Version) -> Path:
    return ws.folder / "exports" / f"{version.dataset}-v{version.number}.recipe"


def _kept(recipe: Recipe) -> str:
    kept = [str(place) for place, step in enumerate(recipe.steps, 1) if step.kept and "rows" in step.kept]
    if not kept:
        return ""
    return f" Step{'s' if len(kept) > 1 else ''} {' and '.join(kept)} {'are' if len(kept) > 1 else 'is'} kept as rows."


def _steps(recipe: Recipe) -> list[tuple[int, str, str, int]]:
    return [
        (place, step.did, "kept beside" if step.arguments is None else f"runs {step.tool} again", step.rows)
        for place, step in enumerate(recipe.steps, 1)
    ]
