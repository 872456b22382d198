"""Small files that are there whole or not at all."""

import json
import os
from pathlib import Path
from typing import Any

from store.errors import told_when_full


def write_last(path: Path, value: dict[str, Any]) -> None:
    """Write a small JSON file whole or not at all: beside, flushed, then renamed.

    Raises:
        NoSpace: The disk is full.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with told_when_full(), beside.open("w") as file:
            json.dump(value, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def write_first(path: Path, value: dict[str, Any]) -> bool:
    """Write a small JSON file unless it is there; whether it was written.

    Raises:
        NoSpace: The disk is full.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with told_when_full():
            beside.write_text(json.dumps(value))
            os.link(beside, path)  # unlike a rename, refuses to replace
    except FileExistsError:
        return False
    finally:
        beside.unlink(missing_ok=True)
    return True
