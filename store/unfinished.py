"""Files that are still being written: each says whose it is, so that what a killed process left can be cleared."""

import os
import re
import shutil
import uuid
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from store.processes import alive, born

OWNED = re.compile(r"\.[a-z]+-(\d+)-(\d+\.\d+)-\w+(\.\w+)?")


def unfinished(folder: Path, what: str = "new", ending: str = "") -> Path:
    """A path in a folder that nothing else uses, for what this process writes and then renames or removes.

    Args:
        folder: Where.
        what: A word for the name, in lower case letters.
        ending: The end of the name, such as ".parquet".
    """
    return folder / f".{what}-{_me(os.getpid())}-{uuid.uuid4().hex[:12]}{ending}"


@contextmanager
def scratch(beside: Path) -> Generator[Path]:
    """A folder beside a file for what is needed while working inside; it is gone afterwards."""
    folder = unfinished(Path(os.path.realpath(beside.parent)), "scratch")
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def clear(*folders: Path) -> list[Path]:
    """Remove what processes that are gone left unfinished; what a live one is writing stays."""
    left = [
        path
        for folder in folders
        if folder.is_dir()
        for path in folder.iterdir()
        if (owned := OWNED.fullmatch(path.name)) and not alive(f"{owned[1]}:{owned[2]}")
    ]
    for path in left:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return left


@cache
def _me(pid: int) -> str:
    return born(pid).replace(":", "-")
