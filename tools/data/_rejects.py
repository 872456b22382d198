"""Lines that could not be read as rows: counted, shown, and kept beside the version that lacks them."""

import csv
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from store import NoSpace, Version
from store.errors import disk_is_full
from tools.data._staged import Reading

COLUMNS = ("file", "line", "why", "text")
FILE = "rejected.csv"


def write_rejects(reading: Reading, folder: Path) -> None:
    """Add the lines that wait in `reading` to a file in `folder`, and forget them."""
    if not reading.waiting:
        return
    target = folder / FILE
    try:
        with target.open("a", newline="", encoding="utf-8", errors="replace") as file:
            writer = csv.writer(file)
            if not target.stat().st_size:
                writer.writerow(COLUMNS)
            writer.writerows((line.file, line.line, line.why, line.text) for line in reading.waiting)
    except OSError as error:
        if disk_is_full(error):
            raise NoSpace from error
        raise
    reading.waiting.clear()


def join_rejects(folders: Iterable[Path], folder: Path) -> None:
    """Make one file in `folder` of those in several folders."""
    with (folder / FILE).open("wb") as out:
        for number, file in enumerate(each / FILE for each in folders if (each / FILE).exists()):
            with file.open("rb") as source:
                if number:
                    source.readline()
                shutil.copyfileobj(source, out)
        empty = not out.tell()
    if empty:
        (folder / FILE).unlink()


def keep_rejects(version: Version, folder: Path) -> list[str]:
    """Put the file of rejected lines beside the version that they were left out of; gives its path."""
    if not (folder / FILE).exists():
        return []
    beside = version.path.with_name(f".new-{version.path.stem}.{FILE}")
    shutil.move(folder / FILE, beside)
    target = _beside(version)
    os.replace(beside, target)
    return [str(target)]


def kept_rejects(version: Version) -> list[str]:
    """The file of lines that were left out when a version was loaded, if there is one."""
    return [str(_beside(version))] if _beside(version).exists() else []


def _beside(version: Version) -> Path:
    return version.path.with_suffix(f".{FILE}")
