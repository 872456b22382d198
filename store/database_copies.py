"""Copies of the database, made now and then, and put in its place where it was damaged.

SQLite keeps what was committed through any kill; against a disk that lies, a bad sector or a careless hand only a copy
helps. The copies stand in the folder `snapshots`, made by SQLite's own backup, each whole and checked or not at all.
"""

import os
import shutil
import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from store.errors import NoSpace, StoreError, disk_is_full
from store.unfinished import clear, unfinished

FOLDER = "snapshots"
KEPT = 3
EVERY_SECONDS = 60.0
"""From a copy to the next."""
SIDES = ("-wal", "-shm")
"""What stands beside a database; of a damaged one, it must not meet the copy."""
STAMP = "%Y%m%d-%H%M%S-%f"


def sound(path: Path) -> bool:
    """Whether a database can be read, every page of it; one that is not there yet, too.

    Raises:
        NoSpace: The disk is full, and there is no room to look.
    """
    if not path.exists() or not path.stat().st_size:
        return True
    try:  # by SQLite alone: closing a file of one's own would let go of the locks that this process has on it
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("pragma busy_timeout=10000")
            return [row[0] for row in connection.execute("pragma quick_check")] == ["ok"]
    except sqlite3.DatabaseError as error:
        if disk_is_full(error):
            raise NoSpace from error  # what cannot be looked at for want of room is not damaged
        code = getattr(error, "sqlite_errorcode", None)  # whoever writes has looked; without memory nobody can
        return code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR_SHMMAP)


def mended(path: Path, *beside: Path) -> str:
    """Look at a database before it is opened, and put the newest sound copy in the place of a damaged one.

    What is damaged is set aside, never deleted.

    Args:
        path: The database.
        beside: Databases that go with it and have no copies: they are set aside where they are damaged, and where
            they would remember what a copy does not know.

    Returns:
        What was done, as a sentence; empty where nothing was wrong.

    Raises:
        StoreError: It is damaged and there is no copy; the message says where it is and what can be done.
    """
    if not _lost(path) and all(map(sound, beside)):
        return ""
    folder = path.parent / FOLDER
    folder.mkdir(exist_ok=True)
    with FileLock(folder / "mending.lock"):
        restored = _restored(path, folder) if _lost(path) else ""
        for each in beside:
            if each.exists() and (restored or not sound(each)):
                _set_aside(each)
                restored = restored or (
                    "What I remembered of our conversations was damaged and is set aside; what was said still stands "
                    "here, and all work is whole. Say again what you want."
                )
    return restored


def copies(path: Path) -> list[Path]:
    """The copies of a database, oldest first."""
    return sorted(each for each in (path.parent / FOLDER).glob(f"*{path.suffix}") if not each.name.startswith("."))


def copy_if_due(path: Path, *, every_seconds: float = EVERY_SECONDS) -> Path | None:
    """Copy a database, unless that was done just before or another process is at it; the oldest copies go.

    A clock that was set back makes one copy more, and none too few.

    Raises:
        OSError: There is no room; the copies that there are stay.
        NoSpace: There is no room to look whether the copy is whole.
        sqlite3.Error: It cannot be read or written; the copies that there are stay.
    """
    folder = path.parent / FOLDER
    folder.mkdir(exist_ok=True)
    there = copies(path)
    age = datetime.now(UTC).timestamp() - there[-1].stat().st_mtime if there else None
    if not path.exists() or (age is not None and 0 <= age < every_seconds):
        return None
    try:
        with FileLock(folder / "copying.lock", blocking=False), _whole(path, folder) as whole:
            target = folder / f"{datetime.now(UTC).strftime(STAMP)}{path.suffix}"
            os.replace(whole, target)
            clear(folder)
            for old in sorted(copies(path), key=lambda each: each.stat().st_mtime)[:-KEPT]:
                old.unlink()
            return target
    except Timeout:
        return None


def _lost(path: Path) -> bool:
    """Whether it is damaged, or gone while there are copies of it."""
    gone = not path.exists() or not path.stat().st_size
    return bool(copies(path)) if gone else not sound(path)


def _restored(path: Path, folder: Path) -> str:
    newest_first = sorted(copies(path), key=lambda each: each.stat().st_mtime, reverse=True)
    copy = next((each for each in newest_first if sound(each)), None)
    if copy is None:
        raise StoreError(
            f"The state of the workspace, {path}, is damaged, and there is no copy of it yet. The datasets, models and "
            f"files beside it were not touched. Put a backup in its place, or move {path.name} away to begin anew."
        )
    with _whole(copy, folder) as whole:
        aside = _set_aside(path, keep=True)
        os.replace(whole, path)
    when = datetime.strptime(copy.stem, STAMP).replace(tzinfo=UTC)
    return (
        f"The state of this workspace was damaged and was restored from the copy of {when:%Y-%m-%d %H:%M:%S} UTC. What "
        "was decided after that is not known any more; no dataset, model or file was deleted. "
        f"The damaged file is kept as {aside.name}."
    )


def _set_aside(path: Path, *, keep: bool = False) -> Path:
    """Give a damaged file another name, with what stands beside it; `keep` leaves it here, too, to be replaced."""
    aside = path.with_name(f"{path.stem}.damaged-{datetime.now(UTC).strftime(STAMP)}{path.suffix}")
    for ending in SIDES:
        side = path.with_name(path.name + ending)
        if side.exists():
            side.rename(aside.with_name(aside.name + ending))
    if path.exists():
        (shutil.copy2 if keep else os.replace)(path, aside)
    return aside


@contextmanager
def _whole(source: Path, folder: Path) -> Generator[Path]:
    """A copy of a database in a file of its own, checked; gone again where it is not taken."""
    beside = unfinished(folder, "copy", source.suffix)
    try:
        with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(beside)) as write:
            read.backup(write)
        if not sound(beside):
            raise sqlite3.DatabaseError("the copy is not whole")
        yield beside
    finally:
        for ending in ("", *SIDES):
            beside.with_name(beside.name + ending).unlink(missing_ok=True)
