"""A key is written once, into a file that only the owner can read: neither the store nor a conversation keeps it."""

import os
from pathlib import Path
from typing import Any

from store import Workspace

VARIABLE = "TUNEWRIGHT_KEY"


def first_key(ws: Workspace, service: str) -> Path | None:
    """A key for a service that has none; None if it has one."""
    return None if ws.services.open_keys(service) else new_key(ws, service, "first", {})


def new_key(ws: Workspace, service: str, name: str, limits: dict[str, Any]) -> Path:
    """Make a key, and write it into a file of its own.

    Raises:
        NotApproved: No yes was given.
    """
    key, secret = ws.services.add_key(service, name, limits)
    folder = folder_of(ws, service)
    file = folder / f"key-{key.id}.env"
    beside = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(beside, "w", encoding="utf-8") as opened:
        opened.write(f"{VARIABLE}={secret}\n")
    return file


def folder_of(ws: Workspace, service: str) -> Path:
    """Where the files of a service are."""
    folder = ws.folder / "services" / service
    folder.mkdir(parents=True, exist_ok=True)
    return folder
