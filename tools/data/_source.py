"""Where data comes from: an uploaded file, a path that may be read, or a dataset on the Hugging Face Hub."""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from store import Workspace
from tools.tool import ToolError

ENDINGS = (".csv", ".tsv", ".tab", ".txt", ".json", ".jsonl", ".ndjson", ".parquet")
HUB = re.compile(r"(?:(?:https?://[^/]+|hf:/)/datasets/)?([A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*)/?")


@dataclass(frozen=True)
class HubDataset:
    """A dataset on the Hub, by its id: owner/name."""

    id: str


def find(ws: Workspace, source: str) -> Path | HubDataset:
    """The file that a user means, or the Hub dataset.

    Raises:
        ToolError: There is no such file, it is a folder, or it lies where nothing may be read.
    """
    source = source.strip()
    given = Path(os.path.expanduser(source.replace("\0", "")))
    for folder in (*ws.readable, Path.cwd()):
        if source and "\0" not in source and os.path.lexists(path := folder / given):
            return _checked(ws, path, source)
    ending = Path(source).suffix.lower()
    if (match := HUB.fullmatch(source)) and ending not in ENDINGS:
        return HubDataset(match[1])
    looks_up = ".." in given.parts or given.is_absolute()
    outside = looks_up and not _may_be_read(ws, Path.cwd() / given)
    why = "Only uploaded files can be loaded" if outside else f"There is no file {source!r}"
    raise ToolError(f"{why}. {_uploaded(ws)} A dataset on the Hugging Face Hub is named owner/name.")


def _checked(ws: Workspace, path: Path, source: str) -> Path:
    real = Path(os.path.realpath(path))
    if not _may_be_read(ws, real):
        raise ToolError(f"{source!r} lies outside the folders that may be read. {_uploaded(ws)}")
    if real.is_dir():
        inside = sorted(entry.name for entry in real.iterdir() if entry.suffix.lower() in ENDINGS)
        raise ToolError(f"{source!r} is a folder. Name one file in it: {_listed(inside) or 'it holds no data file'}.")
    if not real.is_file():
        raise ToolError(f"{source!r} is not a file that can be read. {_uploaded(ws)}")
    if not os.access(real, os.R_OK):
        raise ToolError(f"{source!r} may not be read: change its permissions, or upload it again.")
    return real


def _may_be_read(ws: Workspace, path: Path) -> bool:
    real = Path(os.path.realpath(path))
    return any(real.is_relative_to(os.path.realpath(folder)) for folder in ws.readable)


def _uploaded(ws: Workspace) -> str:
    names = sorted(entry.name for entry in ws.uploads.iterdir() if entry.is_file() and not entry.name.startswith("."))
    return f"Uploaded here: {_listed(names)}." if names else "Nothing is uploaded yet: drop a file into the chat."


def _listed(names: Iterable[str], most: int = 12) -> str:
    names = list(names)
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
