"""The recipe of a run, read from its file: everything that decides what comes out of a training."""

from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from store.run_recipes import FILE, SCHEMA
from tools.tool import ToolError

MOST_BYTES = 20_000_000
NUMBERS = ("torch", "transformers", "peft", "tokenizers", "datasets", "accelerate", "numpy")
"""Libraries whose version can change what a training gives."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Rows(_Part):
    """The rows that were taught: a version's Parquet file, and the steps that made it."""

    name: str = Field(min_length=1, max_length=60)
    version: int
    file: str
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    rows: int
    columns: dict[str, str]
    roles: dict[str, str] = {}
    steps: list[dict[str, Any]] = []


class Plan(_Part):
    """What every plan has, checked; what a technique or a task needs beyond that is kept as it is."""

    model_config = ConfigDict(extra="allow", frozen=True)
    base_model: str = Field(min_length=1)
    task: str
    technique: str
    labels: list[str] | None
    max_length: int = Field(ge=1)
    epochs: float = Field(gt=0)
    learning_rate: float = Field(gt=0)
    batch_size: int = Field(ge=1)
    gradient_accumulation: int = Field(ge=1)
    dtype: Literal["bfloat16", "float32"]
    seed: int = Field(ge=0)
    evaluation_rows: int = Field(ge=0)
    save_steps: int = Field(ge=1)


class TrainingRecipe(_Part):
    """The whole file."""

    training_recipe: int
    run: str
    dataset: Rows
    plan: Plan
    made_with: dict[str, Any] = {}
    base: dict[str, str] = {}
    """SHA-256 of the base model's files, by name, where they were written down."""
    result: dict[str, Any] = {}
    """What came out, where the run had ended."""


def read(path: Path) -> TrainingRecipe:
    """Read a recipe; a folder stands for the recipe in it.

    Raises:
        ToolError: It is not there, or is none; the message says where it is wrong.
    """
    path = path / FILE if path.is_dir() else path
    if not path.is_file():
        raise ToolError(f"There is no recipe {path}. Each run keeps one in its folder, and write_recipe exports one.")
    if path.stat().st_size > MOST_BYTES:
        raise ToolError(f"{path.name} is too large to be a recipe.")
    try:
        told: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ToolError(f"{path.name} is not YAML: {' '.join(str(error).split())[:300]}.") from error
    if isinstance(told, dict) and "recipe" in told and "training_recipe" not in told:
        raise ToolError(f"{path.name} is the recipe of a dataset, not of a training. Replay it with replay_recipe.")
    try:
        recipe = TrainingRecipe.model_validate(told)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the top"
        raise ToolError(f"{path.name} is not the recipe of a run: at {where}, {first['msg'].lower()}.") from error
    if recipe.training_recipe > SCHEMA:
        raise ToolError(f"{path.name} was written by a later Tunewright. Update this one to run it.")
    return recipe


def elsewhere(recipe: TrainingRecipe, here: dict[str, Any]) -> list[tuple[str, str, str]]:
    """What the numbers may depend on and is otherwise here: (what, then, here)."""
    then = recipe.made_with
    found = [
        (name, str(_of(then, "libraries", name)), str(_of(here, "libraries", name)))
        for name in NUMBERS
        if _of(then, "libraries", name)
    ]
    found += [
        (name, str(_of(then, "machine", name)), str(_of(here, "machine", name)))
        for name in ("processor", "cores", "gpus")
        if _of(then, "machine", name)
    ]
    return [line for line in found if line[1] != line[2]]


def _of(made_with: dict[str, Any], part: str, name: str) -> Any:
    return made_with.get(part, {}).get(name)
