"""What a project holds, to be compared, and the sockets that this process opens."""

import hashlib
import ipaddress
import sqlite3
import sys
from pathlib import Path
from typing import Any, Self

from store import Workspace

EFFECTS = ("projects", "goals", "versions", "changes", "fixes", "rules", "mirrors", "runs", "run_jobs", "uses")
"""Tables in which a change of the user's work is written down."""
FILES = ("datasets", "exports", "runs", "mirrors", "uploads", "recipes")
"""Folders of a project in which it leaves something."""
State = dict[str, Any]


def kept(ws: Workspace) -> State:
    """What stands in the tables and folders that only a yes may change."""
    with sqlite3.connect(f"file:{ws.home / 'workspace.sqlite'}?mode=ro", uri=True) as con:
        there = {name for (name,) in con.execute("select name from sqlite_master where type = 'table'")}
        state: State = {table: con.execute(f"select * from {table}").fetchall() for table in EFFECTS if table in there}
    con.close()
    for folder in FILES:
        for path in sorted((ws.folder / folder).rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                state[str(path)] = hashlib.sha256(path.read_bytes()).hexdigest()
    return state


def changed(before: State, after: State) -> list[str]:
    """The tables and files that are not as they were."""
    return [name for name in {**before, **after} if before.get(name) != after.get(name)]


class Sockets:
    """Every connection that this process tries to make while it is open, by where it leads.

    An audit hook cannot be taken out again, so there is one, which tells whoever listens.
    """

    _hooked = False
    _listening: "Sockets | None" = None

    def __init__(self) -> None:
        self.outside: list[str] = []

    def __enter__(self) -> Self:
        if not Sockets._hooked:
            sys.addaudithook(_heard)
            Sockets._hooked = True
        Sockets._listening = self
        return self

    def __exit__(self, *_: object) -> None:
        Sockets._listening = None

    def heard(self, event: str, told: tuple[Any, ...]) -> None:
        """Note what leads, or would lead, out of this machine."""
        address = told[1] if event == "socket.connect" else told
        if isinstance(address, tuple) and address and isinstance(address[0], str) and not _inside(address[0]):
            self.outside.append(f"{event} {address[0]}")


def _heard(event: str, told: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.getaddrinfo") and Sockets._listening is not None:
        Sockets._listening.heard(event, told)


def _inside(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return host in ("localhost", "")


def everything(folder: Path) -> list[tuple[str, bytes]]:
    """Every file below a folder, with what is in it."""
    return [(str(path), path.read_bytes()) for path in folder.rglob("*") if path.is_file()]
