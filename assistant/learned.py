"""What takes seconds to learn and is always the same is kept beside the models, so that each start has it at once."""

import logging
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from store.unfinished import clear, unfinished
from tools.weights.folder import models_folder

MOST_KEPT = 6
"""Files; those that were used longest ago go first."""
Arrays = dict[str, NDArray[Any]]

log = logging.getLogger(__name__)


def kept(key: str, learn: Callable[[], Arrays]) -> Arrays:
    """What was learned under a key, from its file; where there is none, it is learned now and kept.

    Args:
        key: Names the file, and changes with anything that what is learned depends on.
        learn: Learns it.
    """
    file = models_folder() / "learned" / f"{key}.npz"
    try:
        with file.open("rb") as opened, np.load(opened, allow_pickle=False) as there:
            found = dict(there)
        with suppress(OSError):
            file.touch()
        return found
    except (OSError, ValueError, EOFError, zipfile.BadZipFile):  # not there, or torn
        found = learn()
    try:
        _keep(file, found)
    except OSError as error:  # no room, or a folder that nobody may write to: it is learned again next time
        log.info("What was learned could not be kept: %s", error)
    return found


def _keep(file: Path, found: Arrays) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    clear(file.parent)
    beside = unfinished(file.parent, "learned")
    try:
        with beside.open("wb") as opened:
            np.savez(opened, allow_pickle=False, **found)
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)
    newest_first = sorted(file.parent.glob("*.npz"), key=lambda each: each.stat().st_mtime, reverse=True)
    for old in newest_first[MOST_KEPT:]:
        old.unlink(missing_ok=True)
