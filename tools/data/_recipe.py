"""A recipe: how a version is made from its source, step by step, in a file that people can read."""

import os
import platform
import shutil
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from store import Version, Workspace
from store.content import Content, content
from store.delta import delta
from tools.data._aside import again
from tools.data._export import sha256_of
from tools.tool import ToolError

FILE = "recipe.yaml"
LIBRARIES = ("tunewright", "duckdb", "pyarrow", "charset-normalizer")
"""What the rows that a step gives may depend on."""
MOST_BYTES = 50_000_000
Name = Annotated[str, Field(pattern=r"^[\w][\w .()-]*$", max_length=255)]
"""A file beside the recipe: no path leads elsewhere."""
Part = Literal["edits", "rows", "columns"]


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Kept(_Record):
    """Rows or edits that are kept in a Parquet file beside the recipe, since they cannot be worked out again."""

    file: Name
    sha256: str
    rows: int


class SourceFile(_Record):
    """The file that rows were loaded from."""

    file: str
    sha256: str
    bytes: int


class Step(_Record):
    """What makes a version of the one before it.

    Attributes:
        did: The sentence of the history.
        tool: The tool to run again, with `arguments`; the name of what made the step, where it is `kept`.
        source: The file that the tool loads, if it loads one.
        approved: What was said yes to, where the step carries out a proposal: its kind, why, and the hash of its edits.
        kept: What is carried out where no tool gives the same again.
        roles: What columns are for, with `kept`.
        rows: How many rows there are afterwards.
        columns: DuckDB type by column afterwards, columns of ours included.
        content: SHA-256 of each column afterwards; see `store.content`.
    """

    did: str
    tool: str
    arguments: dict[str, Any] | None = None
    source: SourceFile | None = None
    approved: dict[str, str] | None = None
    kept: dict[Part, Kept] | None = None
    roles: dict[str, str] | None = None
    rows: int
    columns: dict[str, str]
    content: dict[str, str]


class Recipe(_Record):
    """The whole file."""

    recipe: Literal[1] = 1
    dataset: str
    version: int
    content: str
    made_with: dict[str, str]
    steps: list[Step] = Field(min_length=1)


def save(ws: Workspace, version: Version, folder: Path) -> Recipe:
    """Write the recipe of a version, and what is kept beside it, into a new folder."""
    line = ws.datasets.lineage(version.dataset, version.number)
    folder.mkdir(parents=True)
    steps = [
        _step(ws, line[place - 1] if place else None, made, Path(os.path.realpath(folder)), f"step-{place + 1}")
        for place, made in enumerate(line)
    ]
    whole = Content(steps[-1].content, steps[-1].columns).whole
    recipe = Recipe(dataset=version.dataset, version=version.number, content=whole, made_with=libraries(), steps=steps)
    told = recipe.model_dump(exclude_none=True)
    (folder / FILE).write_text(yaml.safe_dump(told, sort_keys=False, allow_unicode=True, width=100))
    return recipe


def read(path: Path) -> Recipe:
    """Read a recipe.

    Raises:
        ToolError: It is none; the message says where it is wrong.
    """
    if path.stat().st_size > MOST_BYTES:
        raise ToolError(f"{path.name} is too large to be a recipe.")
    try:
        return Recipe.model_validate(yaml.safe_load(path.read_text()))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ToolError(f"{path.name} is not YAML: {' '.join(str(error).split())[:300]}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the top"
        raise ToolError(f"{path.name} is not a recipe: at {where}, {first['msg'].lower()}.") from error


def libraries() -> dict[str, str]:
    """What is installed here of what rows may depend on, by name."""
    found = {"python": platform.python_version()}
    for name in LIBRARIES:
        try:
            found[name] = installed(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def _step(ws: Workspace, before: Version | None, made: Version, folder: Path, stem: str) -> Step:
    hashed = content(made.path)
    told: dict[str, Any] = {"did": made.sentence, "tool": made.recipe.get("tool", "unknown"), "rows": made.rows}
    told |= {"content": hashed.columns, "columns": hashed.types}
    call = again(made)
    if call and (before is None or "source" in call[1]) and "sha256" not in made.recipe:
        call = None  # which file it came from is not known for sure, so its rows are kept
    if call is None:
        return Step(**told | _approved(ws, made), kept=_kept(before, made, folder, stem), roles=made.roles)
    if "source" in call[1]:
        file = Path(call[1]["source"]).name
        told["source"] = SourceFile(file=file, sha256=made.recipe["sha256"], bytes=made.recipe["bytes"])
    return Step(**told, arguments={name: value for name, value in call[1].items() if name not in ("name", "into")})


def _approved(ws: Workspace, made: Version) -> dict[str, Any]:
    if "fix" not in made.recipe:
        return {}
    fix = ws.fixes.get(made.recipe["fix"])
    said = {"kind": fix.kind, "proposed": fix.sentence, "why": fix.why, "sha256": fix.payload_hash}
    return {"tool": "apply_fixes", "approved": said}


def _kept(before: Version | None, made: Version, folder: Path, stem: str) -> dict[Part, Kept]:
    if before is None:
        file = folder / f"{stem}.rows.parquet"
        shutil.copyfile(made.path, file)
        return {"rows": Kept(file=file.name, sha256=sha256_of(file), rows=made.rows)}
    did = delta(before.path, made.path, folder, stem)
    parts: list[Part] = ["edits", "rows", "columns"]
    return {
        part: Kept(file=did.files[part].name, sha256=sha256_of(did.files[part]), rows=did.counts[part])
        for part in parts
        if part in did.files
    }
