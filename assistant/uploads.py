"""Files that a user brings: each is copied into the project under a safe name of its own."""

import re
import shutil
from collections.abc import Sequence
from itertools import chain, count
from pathlib import Path

from store import NoSpace, StoreError, Workspace
from store.errors import disk_is_full
from tools.data._source import ENDINGS

LARGEST = "2gb"
"""What the server takes in one file, in Gradio's words."""


def take(ws: Workspace, files: Sequence[str]) -> list[str]:
    """Copy files into the project's uploads.

    Returns:
        Their names there.

    Raises:
        StoreError: One is of a kind that is not read; nothing is copied then.
    """
    names = [_safe(Path(file).name) for file in files]
    for name in names:
        if Path(name).suffix.lower() not in ENDINGS:
            raise StoreError(
                f"{name} is not of a kind I can read. I read {', '.join(ENDINGS[:-1])} and {ENDINGS[-1]} files."
            )
    ws.spending.check_disk(sum(Path(file).stat().st_size for file in files))
    return [_copied(Path(file), name, ws.uploads) for file, name in zip(files, names, strict=True)]


def mention(text: str, names: Sequence[str]) -> str:
    """What the user says, with the files they brought."""
    if not names:
        return text
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    wish = text or f"Load {'it' if len(names) == 1 else 'them'}."
    return f"I uploaded {listed}. {wish}"


def _safe(name: str) -> str:
    """The name with letters, digits, dots, dashes and underscores only, and no dot in front."""
    stem, suffix = Path(name).stem, Path(name).suffix
    kept = re.sub(r"[^\w.-]+", "_", stem).strip("._")[:80] or "file"
    return f"{kept}{re.sub(r'[^.a-zA-Z0-9]', '', suffix)}"


def _copied(source: Path, name: str, folder: Path) -> str:
    target = _free(name, folder)
    try:
        with source.open("rb") as read, target.open("xb") as write:
            shutil.copyfileobj(read, write, 1 << 20)
    except FileExistsError:  # another tab was faster
        return _copied(source, name, folder)
    except OSError as error:
        target.unlink(missing_ok=True)
        if disk_is_full(error):
            raise NoSpace from error
        raise StoreError(f"{name} could not be saved: {error.strerror}.") from error
    return target.name


def _free(name: str, folder: Path) -> Path:
    numbered = (f"{Path(name).stem}-{number}{Path(name).suffix}" for number in count(2))
    return next(folder / free for free in chain([name], numbered) if not (folder / free).exists())
