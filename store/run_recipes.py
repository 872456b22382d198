"""The recipe of a run, in a file that people can read: everything that decides what comes out."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from store.datasets import Version

FILE = "recipe.yaml"
SCHEMA = 1


def recipe(run: str, rows: dict[str, Any], plan: dict[str, Any], made_with: dict[str, Any]) -> dict[str, Any]:
    """The recipe of a run; `rows` as `rows_of` has them."""
    return {"training_recipe": SCHEMA, "run": run, "dataset": rows, "plan": plan, "made_with": made_with}


def rows_of(lineage: Sequence[Version], file: str) -> dict[str, Any]:
    """The rows that a run is taught, for its recipe.

    Args:
        lineage: The version of the dataset after those that it came from.
        file: Where its Parquet file is, seen from the recipe.
    """
    version = lineage[-1]
    return {
        "name": version.dataset,
        "version": version.number,
        "file": file,
        "sha256": sha256(version.path),
        "rows": version.rows,
        "columns": version.columns,
        "roles": version.roles,
        "steps": [{"did": each.sentence, **_source(each.recipe)} for each in lineage],
    }


def write(path: Path, told: dict[str, Any]) -> None:
    """Write a recipe as YAML."""
    path.write_text(yaml.safe_dump(told, sort_keys=False, allow_unicode=True, width=100), encoding="utf-8")


def sha256(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _source(made: dict[str, Any]) -> dict[str, Any]:
    """The file that a step loaded, where it loaded one, and the tool that made it."""
    return {key: made[key] for key in ("tool", "source", "sha256", "bytes", "revision") if key in made}
