"""ZIP archives and gzip files, unpacked within limits: what a file says of its size is not trusted."""

import gzip
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from store import NoSpace
from store.errors import disk_is_full
from store.jobs import tell
from tools.tool import ToolError

MOST_MEMBERS = 10_000
MOST_BYTES = 2 * 2**30
"""What an archive may unpack to, all of its files together."""
MOST_RATIO = 200
"""How much larger than the archive what is in it may be, where that is more than FREE_BYTES. Tables shrink about 5 to
20 times; a file made to fill a disk shrinks 1,000 times."""
FREE_BYTES = 64 * 2**20
DIRECTORY_ENTRY_BYTES = 512
"""What one entry of the directory may take; 46 bytes and the name, mostly."""
CHUNK = 2**20
ARCHIVES = (".zip", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".zst", ".7z", ".rar")
END = b"PK\x05\x06"
DAMAGED = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, ValueError, RuntimeError, OSError,
    LookupError,
)  # fmt: skip
"""What `zipfile` raises over an archive that is not in order."""


@dataclass(frozen=True)
class Part:
    """One file of several.

    Attributes:
        name: What to call it: its path in the folder or archive.
        path: Where its bytes are.
    """

    name: str
    path: Path


@contextmanager
def opened(path: Path, what: str = "a ZIP archive") -> Generator[zipfile.ZipFile]:
    """Open a ZIP archive, or a document that is one inside, if its directory is such as can be read.

    `zipfile` never unpacks more of a member than the directory says, so the sizes there are limits that hold.

    Raises:
        ToolError: It is damaged, protected by a password, or a bomb.
    """
    _check_directory(path)
    try:
        archive = zipfile.ZipFile(path)
    except DAMAGED as error:
        raise ToolError(f"{path.name} is damaged, or not the whole of {what}. Save or pack it again.") from error
    with archive:
        _check_members(path, archive)
        yield archive


def unzipped(path: Path, folder: Path, wanted: list[str]) -> list[Part]:
    """Unpack members of a ZIP archive into `folder`; where they go does not follow from what they are called.

    Raises:
        ToolError: One is damaged, or they are too large.
    """
    parts: list[Part] = []
    with opened(path) as archive:
        for number, name in enumerate(wanted):
            target = folder / f"member-{number}" / safe(name)
            target.parent.mkdir()
            try:
                with archive.open(name) as member:
                    _copy(member, target, MOST_BYTES, path)
            except DAMAGED as error:
                raise ToolError(f"{name} in {path.name} is damaged and cannot be unpacked. Pack it again.") from error
            parts.append(Part(name, target))
            tell((number + 1) / len(wanted), f"Unpacked {number + 1:,} of {len(wanted):,} files")
    return parts


def members(path: Path) -> tuple[list[str], list[str]]:
    """The files of a ZIP archive that lie inside it, and sentences about those that may not be unpacked."""
    names: list[str] = []
    outside = links = 0
    with opened(path) as archive:
        for info in archive.infolist():
            if info.is_dir():
                continue
            if stat.S_ISLNK(info.external_attr >> 16):
                links += 1
            elif info.filename.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", info.filename):
                outside += 1
            elif info.filename not in names:
                names.append(info.filename)
    notes: list[str] = []
    if outside:
        notes.append(f"{outside:,} of its entries {'has a path' if outside == 1 else 'have paths'} that would lead "
                     f"outside, and {'was' if outside == 1 else 'were'} left out.")  # fmt: skip
    if links:
        notes.append(f"{links:,} of its entries {'is a link' if links == 1 else 'are links'} and not followed.")
    return names, notes


def gunzipped(path: Path, folder: Path) -> Path:
    """Unpack a gzip file into `folder`.

    Raises:
        ToolError: It is damaged, cut off, or a bomb.
    """
    name = path.name[: -len(path.suffix)] if path.suffix.lower() in (".gz", ".gzip") else path.name
    target = folder / "unpacked" / safe(name)
    target.parent.mkdir()
    most = min(MOST_BYTES, max(FREE_BYTES, MOST_RATIO * path.stat().st_size))
    try:
        with gzip.open(path) as file:
            _copy(file, target, most, path)
    except EOFError as error:
        raise ToolError(f"{path.name} is cut off: its end is missing. Copy or pack it again.") from error
    except (gzip.BadGzipFile, zlib.error, struct.error) as error:
        raise ToolError(f"{path.name} is damaged and cannot be unpacked. Copy or pack it again.") from error
    return target


def safe(name: str) -> str:
    """The last part of a member's path, with nothing in it that could lead elsewhere."""
    last = PurePosixPath(name.replace("\\", "/")).name
    stem, dot, ending = re.sub(r"[\x00-\x1f/\\:]", "_", last).rpartition(".")
    return f"{(stem if dot else ending)[:100].strip() or 'file'}{dot and f'.{ending[:20]}'}"


def _copy(source: IO[bytes] | gzip.GzipFile, target: Path, most: int, path: Path) -> None:
    size = 0
    try:
        with target.open("wb") as out:
            while chunk := source.read(CHUNK):
                size += len(chunk)
                if size > most:
                    raise _bomb(path, size)
                out.write(chunk)
    except OSError as error:
        if disk_is_full(error):
            raise NoSpace from error
        raise


def _check_directory(path: Path) -> None:
    """Refuse a directory of millions of entries before it is read into memory."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - 22 - 65_535))
        tail = file.read()
    place = tail.rfind(END)
    if place < 0 or len(tail) < place + 16:
        return
    entries, length = struct.unpack("<HL", tail[place + 10 : place + 16])
    if entries > MOST_MEMBERS or length > MOST_MEMBERS * DIRECTORY_ENTRY_BYTES:
        raise _too_many(path)


def _check_members(path: Path, archive: zipfile.ZipFile) -> None:
    found = archive.infolist()
    if len(found) > MOST_MEMBERS:
        raise _too_many(path)
    if any(info.flag_bits & 1 for info in found):
        raise ToolError(f"{path.name} is protected by a password. Pack or save it without one, and load that.")
    size = sum(info.file_size for info in found)
    if size > MOST_BYTES or size > max(FREE_BYTES, MOST_RATIO * path.stat().st_size):
        raise _bomb(path, size)


def _too_many(path: Path) -> ToolError:
    return ToolError(
        f"{path.name} holds more than {MOST_MEMBERS:,} files, too many to unpack. Join them, or pack fewer."
    )


def _bomb(path: Path, size: int) -> ToolError:
    if size > MOST_BYTES:
        return ToolError(
            f"{path.name} unpacks to more than the {MOST_BYTES / 2**30:.0f} GB that are allowed. "
            "Unpack it yourself and load what you need of it."
        )
    return ToolError(
        f"{path.name} unpacks to more than {MOST_RATIO} times its size, as files do that are made to fill a disk, so "
        "it is not unpacked. If you trust it, unpack it yourself and load what is in it."
    )
