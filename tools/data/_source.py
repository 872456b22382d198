"""Where data comes from: an uploaded file or folder, a path that may be read, a link, or a dataset on the Hub."""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from store import Workspace
from tools.data._archive import Part
from tools.data._kind import OF_NAME
from tools.tool import ToolError
from tools.words import some_of

ENDINGS = tuple(OF_NAME)
ID = r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*"
REVISION = r"[\w.-]+(?:/[\w.-]+)*"
HUB = re.compile(rf"(?:hf://datasets/|datasets/)?({ID})(?:@({REVISION}))?/?")
HUB_PAGE = re.compile(rf"/datasets/({ID})(?:/(?:tree|viewer)/({REVISION}))?/?")
HUB_HOSTS = ("huggingface.co", "www.huggingface.co", "hf.co")
MOST_FILES = 10_000


@dataclass(frozen=True)
class HubDataset:
    """A dataset on the Hub, by its id, owner/name, and the branch, tag or commit that is wanted."""

    id: str
    revision: str | None = None


@dataclass(frozen=True)
class Link:
    """A file behind an http(s) link."""

    url: str


@dataclass(frozen=True)
class Folder:
    """A folder and the files in it, at any depth, that may be read."""

    path: Path
    parts: list[Part]
    left: int
    """Files and links in it that lead outside."""


Found = Path | Folder | Link | HubDataset


def find(ws: Workspace, source: str) -> Found:
    """The file or folder that a user means, the link, or the Hub dataset.

    Raises:
        ToolError: There is no such file, or it lies where nothing may be read.
    """
    source = source.strip()
    if re.match(r"https?://", source, re.I):
        return _linked(source)
    given = Path(os.path.expanduser(source.replace("\0", "")))
    for folder in (*ws.readable, Path.cwd()):
        if source and "\0" not in source and os.path.lexists(path := folder / given):
            return _checked(ws, path, source)
    ending = Path(source).suffix.lower()
    if (match := HUB.fullmatch(source)) and ending not in ENDINGS:
        return HubDataset(match[1], match[2])
    if re.match(r"[a-z][a-z0-9+]*://", source, re.I) and not source.startswith("hf://"):
        raise ToolError(
            f"{source.partition('://')[0]}:// links are not read, only https:// and http:// ones. Upload it."
        )
    looks_up = ".." in given.parts or given.is_absolute()
    outside = looks_up and not _may_be_read(ws, Path.cwd() / given)
    why = "Only uploaded files can be loaded" if outside else f"There is no file {source!r}"
    raise ToolError(f"{why}. {_uploaded(ws)} A dataset on the Hugging Face Hub is named owner/name.")


def _linked(source: str) -> Link | HubDataset:
    """A page of the Hub is the dataset; a file there, or anywhere else, is a link."""
    try:
        parts = urlsplit(source)
        own = urlsplit(os.environ.get("HF_ENDPOINT", "")).netloc
    except ValueError as error:
        raise ToolError(f"{source[:100]!r} is not a link that can be followed: {error}.") from error
    if parts.netloc in (*HUB_HOSTS, own) and (match := HUB_PAGE.fullmatch(parts.path)):
        viewed = "/viewer/" in parts.path  # there the rest is a configuration and a split, not a revision
        return HubDataset(match[1], None if viewed else match[2])
    return Link(source)


def _checked(ws: Workspace, path: Path, source: str) -> Path | Folder:
    real = Path(os.path.realpath(path))
    if not _may_be_read(ws, real):
        raise ToolError(f"{source!r} lies outside the folders that may be read. {_uploaded(ws)}")
    if real.is_dir():
        return _folder(ws, real, source)
    if not real.is_file():
        raise ToolError(f"{source!r} is not a file that can be read. {_uploaded(ws)}")
    if not os.access(real, os.R_OK):
        raise ToolError(f"{source!r} may not be read: change its permissions, or upload it again.")
    return real


def _folder(ws: Workspace, real: Path, source: str) -> Folder:
    parts: list[Part] = []
    left = 0
    for at, folders, files in os.walk(real):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(at) / name
            if name.startswith("."):
                continue
            if not _may_be_read(ws, path) or not path.is_file() or not os.access(path, os.R_OK):
                left += 1
                continue
            parts.append(Part(path.relative_to(real).as_posix(), path))
            if len(parts) > MOST_FILES:
                raise ToolError(
                    f"{source!r} holds more than {MOST_FILES:,} files. Name a folder inside it, or pack it."
                )
    return Folder(real, parts, left)


def _may_be_read(ws: Workspace, path: Path) -> bool:
    real = Path(os.path.realpath(path))
    return any(real.is_relative_to(os.path.realpath(folder)) for folder in ws.readable)


def _uploaded(ws: Workspace) -> str:
    names = sorted(entry.name for entry in ws.uploads.iterdir() if entry.is_file() and not entry.name.startswith("."))
    return f"Uploaded here: {some_of(names)}." if names else "Nothing is uploaded yet: drop a file into the chat."
