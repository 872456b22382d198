"""Train as a recipe says, without the chat: find its rows, see what is otherwise here, and start."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from store import TrainingRun, Version, Workspace
from store.datasets import slug
from store.made_with import made_with
from store.run_recipes import FILE, sha256
from store.start_weights import START
from tools.data._aside import aside
from tools.data._recipe import read as read_steps
from tools.data._replay import gathered, replay
from tools.result import Result, Table
from tools.tool import ToolError
from tools.train._base_files import base_files
from tools.train._recipe import Rows, TrainingRecipe, elsewhere, read
from tools.words import counted

STEPS = "rows.recipe"
"""The folder beside an exported recipe that makes the rows again from their source."""


@dataclass(frozen=True)
class Ready:
    """A recipe with its rows found."""

    path: Path
    recipe: TrainingRecipe
    parquet: Path | None
    """The very file of the rows; None if they are made again from `source`."""
    source: Path | None

    @property
    def plan(self) -> dict[str, Any]:
        """The plan, with the weights that it starts from beside the recipe, if they are there."""
        plan = self.recipe.plan.model_dump()
        start = self.path.parent / START
        if "continues" in plan and start.is_dir():
            plan["continues"] = {**plan["continues"], "model": str(start)}
        return plan


def ready(path: Path, data: Path | None, base_model: str | None) -> Ready:
    """Read a recipe and find its rows.

    Args:
        path: The recipe, or the folder that it is in.
        data: The rows' Parquet file, or the file that they were loaded from; beside the recipe if not given.
        base_model: Where the base model is on this machine, if it is elsewhere than it was.

    Raises:
        ToolError: The recipe or its rows are not there or are not the same; the message says what to do.
    """
    recipe = read(path)
    path = path / FILE if path.is_dir() else path
    if base_model:
        recipe = recipe.model_copy(update={"plan": recipe.plan.model_copy(update=_moved(recipe, base_model))})
    file = data or path.parent / recipe.dataset.file
    if not file.is_file():
        raise ToolError(f"The rows of {path.name} are not there: {file}. Say where they are with --data FILE.")
    found = sha256(file)
    if found == recipe.dataset.sha256:
        return Ready(path, recipe, file, None)
    if (
        found in [step.get("sha256") for step in recipe.dataset.steps]
        and (path.parent / STEPS / "recipe.yaml").exists()
    ):
        return Ready(path, recipe, None, file)
    raise ToolError(
        f"{file.name} is another file than the one that {recipe.run} was trained on: its SHA-256 is {found}, and not "
        f"{recipe.dataset.sha256}. To train on other rows, load them and repeat the run on them."
    )


def shown(ready: Ready) -> Result:
    """What running the recipe would do."""
    recipe, plan = ready.recipe, ready.plan
    apart = elsewhere(recipe, made_with())
    files = base_files(plan.get("continues", {}).get("base_model", plan["base_model"])) if recipe.base else {}
    if recipe.base and files and files != recipe.base:
        apart.append(("base model", "other files", plan["base_model"]))
    told = f" Otherwise here, which can change the numbers: {', '.join(name for name, _, _ in apart)}." if apart else ""
    rows = counted(recipe.dataset.rows, "row")
    settings = [(name.replace("_", " "), str(value)) for name, value in plan.items() if value is not None]
    return Result(
        f"This will train {Path(plan['base_model']).name} with {plan['technique']} on {rows} of {recipe.dataset.name}, "
        f"as {recipe.run} was, for {plan['epochs']:g} epochs with seed {plan['seed']}.{told}",
        tables=[
            Table("Settings", ("setting", "value"), settings),
            *([Table("Otherwise here", ("what", "then", "here"), apart)] if apart else []),
        ],
    )


def begin(ws: Workspace, ready: Ready) -> TrainingRun:
    """Take the rows into the workspace and start the training; inside a yes."""
    version = _rows(ws, ready)
    return ws.runs.start(version.dataset, version.number, ready.plan)


def outcome(ready: Ready, result: dict[str, Any]) -> str:
    """Whether the same came out as in the run of the recipe, as a sentence; empty if that is not known."""
    then = {name: ready.recipe.result[name] for name in ("loss", "eval_loss") if name in ready.recipe.result}
    if not then:
        return ""
    if all(result.get(name) == value for name, value in then.items()):
        return f"The same numbers as {ready.recipe.run} of the recipe."
    listed = ", ".join(f"{name.replace('eval_', 'evaluation ')} {value:.6g}" for name, value in then.items())
    return f"{ready.recipe.run} of the recipe ended with {listed}."


def _moved(recipe: TrainingRecipe, base_model: str) -> dict[str, Any]:
    """The part of the plan that says where the base model is."""
    path = Path(base_model).expanduser()
    base = str(path.resolve()) if path.exists() else base_model
    earlier = recipe.plan.model_dump().get("continues", {})
    return {"continues": {**earlier, "base_model": base}} if earlier.get("how") == "merged" else {"base_model": base}


def _rows(ws: Workspace, ready: Ready) -> Version:
    """The version with the recipe's rows: one that is here already, or else a new dataset."""
    rows = ready.recipe.dataset
    stem = slug(rows.name)
    here = ws.datasets.versions(stem) if stem in ws.datasets.names() else []
    if same := [each for each in here if each.rows == rows.rows and sha256(each.path) == rows.sha256]:
        return same[0]
    taken = ws.datasets.names()
    name = next(one for one in (stem, *(f"{stem}_{n}" for n in range(2, 10_000))) if one not in taken)
    told = f"Took over {counted(rows.rows, 'row')} as the recipe of {ready.recipe.run} has them."
    if ready.parquet:
        return ws.datasets.adopt(name, [_as_version(rows, ready.parquet, told)], told)
    steps = ready.path.parent / STEPS / "recipe.yaml"
    again = gathered(ws, steps, read_steps(steps), ready.source)
    folders = {path.parent for path in (*again.sources.values(), steps)}
    with aside(ws, name, *folders) as there:
        return ws.datasets.adopt(name, replay(there, again), told)


def _as_version(rows: Rows, parquet: Path, told: str) -> Version:
    made = {"tool": "training_recipe", "sha256": rows.sha256}
    return Version(
        dataset=rows.name,
        number=1,
        parent=None,
        rows=rows.rows,
        columns=rows.columns,
        roles=rows.roles,
        path=parquet,
        sentence=told,
        recipe=made,
        made_at="",
    )


def put_beside(folder: Path, run: TrainingRun) -> None:
    """Copy the weights that a run started with into the folder of its recipe."""
    told = run.plan.get("continues")
    if told:
        shutil.copytree(told["model"], folder / START)
