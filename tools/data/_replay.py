"""Make a version again from its recipe, and see after every step that it is the same."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from store import StoreError, Version, Workspace
from store.content import content
from store.counted import Count
from store.delta import Delta
from tools.data._aside import Aside
from tools.data._export import sha256_of
from tools.data._recipe import FILE, Kept, Recipe, SourceFile, Step, libraries
from tools.tool import Tool, ToolError


@dataclass(frozen=True)
class Ready:
    """A recipe with the files that it needs.

    Attributes:
        path: The recipe's file.
        recipe: What it says.
        sources: The file to load, by SHA-256.
    """

    path: Path
    recipe: Recipe
    sources: dict[str, Path]


def found(ws: Workspace, name: str) -> Path:
    """The recipe that a user means: a file, or a folder with one in it, among uploads, exports and readable folders.

    Raises:
        ToolError: There is none, or it lies where nothing may be read.
    """
    given = Path(name.replace("\0", "")).expanduser()
    places = [*ws.readable, ws.folder / "exports"]
    for folder in (*places, Path.cwd()):
        path = (folder / given / FILE if (folder / given).is_dir() else folder / given).resolve()
        if path.is_file() and any(path.is_relative_to(place.resolve()) for place in places):
            return path
    saved = sorted(path.parent.name for path in (ws.folder / "exports").glob(f"*/{FILE}"))
    told = f"Saved here: {', '.join(saved)}." if saved else "None was saved here yet: save the recipe of a dataset."
    raise ToolError(f"There is no recipe {name!r} that may be read. {told}")


def gathered(ws: Workspace, path: Path, recipe: Recipe, source: Path | None) -> Ready:
    """Find the files that a recipe needs and see that they are the ones it was made of.

    Raises:
        ToolError: One is not there, or is another file than it was.
    """
    sources: dict[str, Path] = {}
    for place, step in enumerate(recipe.steps, 1):
        for kept in (step.kept or {}).values():
            _check_kept(path.parent / kept.file, kept, place)
        if step.source and step.source.sha256 not in sources:
            sources[step.source.sha256] = _source(ws, path.parent, step.source, source, place)
    return Ready(path, recipe, sources)


def replay(there: Aside, ready: Ready) -> list[Version]:
    """Do all the steps, each seen to be the same before the next.

    Raises:
        ToolError: A step gives other rows than it did, or cannot be done; the message says which and why.
    """
    for place, step in enumerate(ready.recipe.steps, 1):
        try:
            _do(there, ready, step, first=place == 1)
        except StoreError as error:
            raise ToolError(f"Step {place} ({step.did.rstrip('.')}) cannot be done again: {error}") from error
        _check_same(there.head, step, place, ready.recipe)
    return there.ws.datasets.versions(there.dataset)


def elsewhere(recipe: Recipe) -> str:
    """Which libraries are others here than where the recipe was saved; empty if none is."""
    here = libraries()
    names = [name for name, version in recipe.made_with.items() if here.get(name) != version]
    return ", ".join(f"{name} {recipe.made_with[name]} there and {here.get(name, 'missing')} here" for name in names)


def _do(there: Aside, ready: Ready, step: Step, *, first: bool) -> None:
    if step.arguments is not None:
        arguments = dict(step.arguments) | ({} if step.source else {"dataset": there.dataset})
        if step.source:
            arguments |= {"source": str(ready.sources[step.source.sha256])}
            arguments |= {"name" if first else "into": there.dataset}
        there.run(_tool(step), arguments)
        return
    files: dict[str, Path] = {part: ready.path.parent / kept.file for part, kept in (step.kept or {}).items()}
    recipe: dict[str, Any] = {"tool": step.tool} | ({"approved": step.approved} if step.approved else {})
    if first:
        there.keep(files["rows"], step.did, step.roles or {}, recipe)
    else:
        there.do(Delta(there.types(), step.columns, files), step.did, step.roles or {}, recipe)


def _tool(step: Step) -> Tool:
    from tools import TOOLS  # noqa: PLC0415 - the tools import this file

    tool = TOOLS.get(step.tool)
    if tool is None or not tool.repeatable:
        known = ", ".join(name for name, one in TOOLS.items() if one.repeatable)
        raise ToolError(f"there is no step {step.tool!r} that could be run again, only {known}")
    return tool


def _check_same(made: Version, step: Step, place: int, recipe: Recipe) -> None:
    got = content(made.path)
    if not (apart := got.apart(step.content)):
        return
    columns = " and ".join(name for name in apart if name != "_row") or "the order of the rows"
    told = f"{columns} {'read' if len(apart) > 1 else 'reads'} otherwise"
    if made.rows != step.rows:
        told = f"there are {Count(made.rows):row|rows} instead of {step.rows:,}"
    libraries_ = elsewhere(recipe)
    why = (
        f"Libraries differ: {libraries_}." if libraries_ else f"The libraries are the same, so {step.tool} has changed."
    )
    raise ToolError(
        f"Step {place} ({step.did.rstrip('.')}) does not come out the same: {told}. {why} Nothing was saved."
    )


def _check_kept(path: Path, kept: Kept, place: int) -> None:
    if not path.is_file():
        raise ToolError(f"Step {place} needs {kept.file} beside the recipe, and it is not there.")
    if path.is_symlink() or sha256_of(path) != kept.sha256:
        raise ToolError(f"{kept.file}, which step {place} needs, is not the file that was saved with the recipe.")


def _source(ws: Workspace, folder: Path, wanted: SourceFile, given: Path | None, place: int) -> Path:
    places = [*([given] if given else []), folder / wanted.file, ws.uploads / wanted.file]
    there = [path for path in places if path.is_file()]
    for path in there:
        if path.stat().st_size == wanted.bytes and sha256_of(path) == wanted.sha256:
            return path
    if not there:
        raise ToolError(
            f"Step {place} loads {wanted.file}, and it is neither beside the recipe nor uploaded. Upload it, or say "
            f"where it is with source. Its SHA-256 is {wanted.sha256}."
        )
    raise ToolError(
        f"Step {place} loads {wanted.file}, and {there[0]} is another file: its SHA-256 is {sha256_of(there[0])} and "
        f"its size {there[0].stat().st_size:,} bytes, instead of {wanted.sha256} and {wanted.bytes:,}."
    )
